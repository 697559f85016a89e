import EntitledClient
import EntitledWire
import Logging
import Synchronization

/// What the tests of the client share.
enum Fixture {
    typealias Script = ScriptedServer.Script

    static let inquiry = Inquiry(customer: CustomerID(stored: "acme"))
    static let ticket = CaseID(stored: "TICKET-1")
    static let decision = CaseDecision.exists(
        Case(
            id: ticket, customer: CustomerID(stored: "acme"), product: nil, channel: nil,
            entitlement: EntitlementID(stored: "gold"), openedAt: Instant(seconds: 0), charges: []))

    static func customer(_ id: String) -> Customer {
        Customer(id: CustomerID(stored: id), kind: .account, name: id, parent: nil)
    }

    /// Answers `customer.get`.
    static func answerCustomer(_ request: ScriptedServer.Request) {
        guard request.method == .getCustomer, let call = try? GetCustomer.decodeCall(request.message) else { return }
        request.answer(GetCustomer.self, customer(call.id.text))
    }

    static func quiet() -> Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    /// A server with the script, and a client of it.
    static func run<Result>(
        _ script: Script, configure: (inout ClientConfiguration) -> Void = { _ in },
        _ body: (EntitledClient, ScriptedServer) async throws -> Result
    ) async throws -> Result {
        try await ScriptedServer.run(script) { server in
            var configuration = ClientConfiguration(host: "localhost", port: server.port, apiKey: .key("ent_test"))
            configuration.trustRoots = .file(server.authority)
            configuration.connections = 1
            configure(&configuration)
            return try await EntitledClient.withClient(configuration, logger: quiet()) { client in
                try await body(client, server)
            }
        }
    }

    /// What `body` throws.
    static func error(_ body: () async throws -> Void) async -> EntitledError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? EntitledError
        }
    }
}

/// Collects what a script sees.
final class AllSeen: Sendable {
    private let all = Mutex((methods: Set<Method>(), withRequestID: Set<Method>(), counted: 0))

    var methods: Set<Method> { all.withLock { $0.methods } }
    var withRequestID: Set<Method> { all.withLock { $0.withRequestID } }

    func insert(_ method: Method, hasRequestID: Bool) {
        all.withLock { all in
            all.methods.insert(method)
            if hasRequestID { all.withRequestID.insert(method) }
        }
    }

    /// How often it has been asked, this time included.
    func count() -> Int {
        all.withLock { all in
            all.counted += 1
            return all.counted
        }
    }
}
