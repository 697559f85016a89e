import EntitledCore
import EntitledDevelopment
import EntitledService
import EntitledTestKit
import EntitledWire
import Foundation
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization

@testable import EntitledServer

extension Principal {
    static func test(_ permissions: Set<Permission> = Set(Permission.allCases)) -> Principal {
        Principal(
            key: KeyID(UUID()), tenant: TenantSlug(stored: "acme"), actor: "tester", permissions: permissions)
    }
}

/// Keys in memory, to be revoked, or out of reach.
final class KeyBook: Directory {
    private let state = Mutex<(principals: [String: Principal], isDown: Bool)>(([:], false))

    func add() -> (key: APIKey, principal: Principal) {
        let (key, principal) = (APIKey(), Principal.test())
        state.withLock { $0.principals[key.text] = principal }
        return (key, principal)
    }

    func revoke(_ key: APIKey) { state.withLock { _ = $0.principals.removeValue(forKey: key.text) } }
    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    func principal(for key: APIKey) async throws(StoreError) -> Principal? {
        let (principals, isDown) = state.withLock { $0 }
        guard !isDown else { throw StoreError(.connection, "down") }
        return principals[key.text]
    }

    func valid(among keys: Set<KeyID>) async throws(StoreError) -> Set<KeyID> {
        let (principals, isDown) = state.withLock { $0 }
        guard !isDown else { throw StoreError(.connection, "down") }
        return keys.intersection(principals.values.map(\.key))
    }
}

/// A whole server on loopback.
struct TestServer: Sendable {
    let port: Int
    let key: APIKey
    let keys: KeyBook
    let store: FaultyStore
    let connections: OpenConnections
    let certificates: DevelopmentCertificates
    let services: ServiceGroup

    var gate: Gate { store.gate }

    static func run(
        _ change: (inout ServerConfiguration) -> Void = { _ in }, _ body: (TestServer) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "entitled-server-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let certificates = try DevelopmentCertificates.make(in: folder.path)
        var configuration = ServerConfiguration(
            certificatePath: certificates.certificate, keyPath: certificates.key)
        configuration.port = 0
        configuration.times.keyCheck = .milliseconds(50)
        configuration.times.certificateCheck = .milliseconds(20)
        change(&configuration)

        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let store = FaultyStore()
        let keys = KeyBook()
        let service = EntitlementService(store: store, logger: logger)
        let connections = OpenConnections(limit: configuration.limits.connections)
        let door = try WireDoor(
            configuration, router: Router(service: service), directory: keys, connections: connections,
            logger: logger)
        let watch = KeyWatch(
            directory: keys, connections: connections, interval: configuration.times.keyCheck, logger: logger)
        let services = ServiceGroup(services: [service, watch, door], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            let server = TestServer(
                port: try await door.boundPort, key: keys.add().key, keys: keys, store: store,
                connections: connections, certificates: certificates, services: services)
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(server))
            } catch {
                result = .failure(error)
            }
            store.gate.open()
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            try result.get()
        }
    }

    /// Makes a TLS connection; says nothing on it.
    func connect(
        protocols: [String] = [ProtocolLimits.applicationProtocol], maximum: TLSVersion? = nil,
        authority: String? = nil, _ body: (RawClient) async throws -> Void
    ) async throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(authority ?? certificates.authority)
        configuration.applicationProtocols = protocols
        configuration.maximumTLSVersion = maximum
        configuration.shutdownTimeout = .milliseconds(100)
        let context = try NIOSSLContext(configuration: configuration)
        try await RawClient.connect(port: port, body) { channel in
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLClientHandler(context: context, serverHostname: "localhost"))
        }
    }

    /// Makes a connection and says hello on it.
    func greet(key: String? = nil, frameBytes: UInt32 = 0, _ body: (RawClient) async throws -> Void) async throws {
        try await connect { client in
            try await client.hello(key: key ?? self.key.text, frameBytes: frameBytes)
            try await body(client)
        }
    }
}

/// Waits for something that has no signal of its own; the test's time limit bounds it.
func eventually(_ condition: () async throws -> Bool) async throws {
    while try await !condition() { try await Task.sleep(for: .milliseconds(10)) }
}

/// A router on a store in memory, while its service works.
func withRouter(
    _ permissions: Set<Permission> = Set(Permission.allCases), store: any Store = MemoryStore(),
    _ body: (Router, Principal, Logger) async throws -> Void
) async throws {
    let service = EntitlementService(store: store, logger: .quiet)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await service.run() }
        try await body(Router(service: service), Principal.test(permissions), .quiet)
        group.cancelAll()
    }
}

extension Router {
    func handle(_ request: RoutedRequest, principal: Principal, logger: Logger) async -> RoutedReply {
        do {
            return try await waitForCall { start(request, principal: principal, logger: logger, $0) }
        } catch {
            return .failed(EntitledError(.internalError, "\(error)"))
        }
    }
}
