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

/// Opens once; until then it holds everybody who waits.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((true, []))

    func close() { state.withLock { $0.isOpen = false } }

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// A store in memory whose reads and transactions a test can hold up; its lists go on meanwhile.
final class GatedStore: Store {
    private let memory = MemoryStore()
    let gate = Gate()

    func transact<Value: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ decide: @escaping @Sendable (inout WorkingSet) -> Value
    ) async throws(StoreError) -> Committed<Value> {
        await gate.pass()
        return try await memory.transact(tenant, needs, decide)
    }

    func read<Value: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ answer: @escaping @Sendable (WorkingSet) -> Value
    ) async throws(StoreError) -> Value {
        await gate.pass()
        return try await memory.read(tenant, needs, answer)
    }

    func list(_ query: ListCustomers, of tenant: TenantSlug) async throws(StoreError) -> Page<Customer> {
        try await memory.list(query, of: tenant)
    }
    func list(_ query: ListProducts, of tenant: TenantSlug) async throws(StoreError) -> Page<Product> {
        try await memory.list(query, of: tenant)
    }
    func list(_ query: ListChannels, of tenant: TenantSlug) async throws(StoreError) -> Page<EntitledCore.Channel> {
        try await memory.list(query, of: tenant)
    }
    func list(_ query: ListEntitlements, of tenant: TenantSlug) async throws(StoreError) -> Page<EntitlementView> {
        try await memory.list(query, of: tenant)
    }
    func list(
        _ query: ListJournal, after: Int64, of tenant: TenantSlug
    ) async throws(StoreError) -> Page<JournalLine> {
        try await memory.list(query, after: after, of: tenant)
    }
    func reconcile(_ tenant: TenantSlug) async throws(StoreError) -> Reconciliation {
        try await memory.reconcile(tenant)
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
    let store: GatedStore
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
        let store = GatedStore()
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
