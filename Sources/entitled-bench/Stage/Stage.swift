import ArgumentParser
import EntitledClient
import EntitledDevelopment
import EntitledPostgres
import EntitledService
import EntitledStore
import Foundation
import Logging

/// Everything that is measured: a private PostgreSQL that is as durable as in production, and a real server on it.
final class Stage: Sendable {
    static let database = "entitled"

    let cluster: DevelopmentCluster
    let server: DevelopmentServer
    let provisioning: Provisioning
    /// For files that are needed while it stands.
    let folder: URL
    private let admin: PostgresConnection
    private let pepperText: String
    private let pepper: Pepper

    private init(
        cluster: DevelopmentCluster, server: DevelopmentServer, provisioning: Provisioning, folder: URL,
        admin: PostgresConnection, pepperText: String, pepper: Pepper
    ) {
        self.cluster = cluster
        self.server = server
        self.provisioning = provisioning
        self.folder = folder
        self.admin = admin
        self.pepperText = pepperText
        self.pepper = pepper
    }

    /// Sets it up in a new folder inside of `parent`, calls `body`, and takes everything away again, whatever happens.
    /// - Parameters:
    ///   - parent: an existing folder on a disk, which others may enter.
    ///   - settings: further settings of the server.
    ///   - isApart: whether what is measured gets half of the cores, and this process the others.
    static func with(
        in parent: String, settings: [String] = [], isApart: Bool = false, _ body: (Stage) async throws -> Void
    ) async throws {
        try requireDisk(parent)
        let name = "entitled-bench-\(String(UInt32.random(in: .min ... .max), radix: 36))"
        let folder = URL(filePath: parent).appending(path: name)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(at: folder) }
        let start = { try await Stage.start(in: folder, settings) }
        let stage = try await isApart ? Cores.apart(start) : start()
        do {
            try await body(stage)
        } catch {
            await stage.stop()
            throw error
        }
        await stage.stop()
    }

    private static func start(in folder: URL, _ settings: [String]) async throws -> Stage {
        let cluster = try await DevelopmentCluster.start(
            in: folder.appending(path: "postgres").path, settings: .production)
        do {
            return try await Stage(cluster, folder, settings)
        } catch {
            await cluster.stop()
            throw error
        }
    }

    private convenience init(_ cluster: DevelopmentCluster, _ folder: URL, _ settings: [String]) async throws {
        try await cluster.createDatabase(named: Self.database)
        let configuration = Self.adminConfiguration(cluster)
        let provisioning = try await Provisioning(configuration)
        _ = try await provisioning.initialise()
        var patient = configuration
        patient.statementTimeout = .seconds(600)
        patient.replyTimeout = .seconds(610)
        let admin = try await PostgresConnection.open(patient)
        let pepperText = Pepper.generate()
        guard let pepper = Pepper(pepperText) else { throw ProvisioningError("a generated pepper is too short") }
        let server = try await Self.startServer(on: cluster, pepperText, settings)
        self.init(
            cluster: cluster, server: server, provisioning: provisioning, folder: folder, admin: admin,
            pepperText: pepperText, pepper: pepper)
    }

    private func stop() async {
        await server.terminate()
        await admin.close()
        await provisioning.close()
        await cluster.stop()
    }

    private static func adminConfiguration(_ cluster: DevelopmentCluster) -> PostgresConfiguration {
        PostgresConfiguration(conninfo: cluster.conninfo(user: "postgres", database: database))
    }

    private static func startServer(
        on cluster: DevelopmentCluster, _ pepperText: String, _ settings: [String] = []
    ) async throws -> DevelopmentServer {
        let login = cluster.conninfo(user: ClusterLogin.main.login, database: database)
        return try await DevelopmentServer.start(conninfo: login, pepper: pepperText, settings: settings)
    }

    /// What is written to memory alone is written faster than it ever will be.
    private static func requireDisk(_ folder: String) throws {
        let path = URL(filePath: folder).resolvingSymlinksInPath().path
        let mounts = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
        guard FileManager.default.fileExists(atPath: path) else {
            throw ValidationError("--data: \(folder) doesn't exist; allowed: a folder on a disk")
        }
        if let kind = Surroundings.fileSystem(of: path, mounts: mounts), ["tmpfs", "ramfs"].contains(kind) {
            throw ValidationError("--data: \(folder) is in memory (\(kind)); allowed: a folder on a disk")
        }
    }

    /// Another server on the same database.
    func startServer() async throws -> DevelopmentServer { try await Self.startServer(on: cluster, pepperText) }

    /// A new tenant.
    /// - Returns: how to reach it through the SDK.
    func makeTenant(
        _ name: String, by provisioning: Provisioning? = nil, connections: Int = 2
    ) async throws -> ClientConfiguration {
        let tenant = try TenantSlug(name)
        let provisioning = provisioning ?? self.provisioning
        _ = try await provisioning.createTenant(tenant, name: name, timeZone: .utc)
        let key = try await provisioning.createKey(tenant: tenant, name: "bench", role: .manager, pepper: pepper)
        return configuration(key, of: server, connections: connections)
    }

    /// How connections that say nothing reach another server, as a tenant of their own.
    func idleConfiguration(of server: DevelopmentServer) async throws -> ClientConfiguration {
        var configuration = try await makeTenant("idle", connections: 1)
        configuration.port = server.port
        configuration.trustRoots = .file(server.authority)
        configuration.pingInterval = .seconds(3600)
        return configuration
    }

    private func configuration(
        _ key: APIKey, of server: DevelopmentServer, connections: Int
    ) -> ClientConfiguration {
        var configuration = ClientConfiguration(host: "127.0.0.1", port: server.port, apiKey: .key(key.text))
        configuration.trustRoots = .file(server.authority)
        configuration.serverName = "localhost"
        configuration.connections = connections
        return configuration
    }

    static func schema(of tenant: String) -> String { "tenant_\(tenant)" }

    /// A contender's tenant with the same customers, entitlements and balances as another one's.
    func copyTenant(_ original: String, to copy: String) async throws {
        _ = try await provisioning.createTenant(TenantSlug(copy), name: copy, timeZone: .utc)
        let script = String(decoding: PackageResources.copy_tenant_sql, as: UTF8.self)
            .replacing(":original", with: Self.schema(of: original)).replacing(":copy", with: Self.schema(of: copy))
        try await execute(script)
    }

    /// Calls `body` while another session holds the lock of the tenant's journal: nobody can commit a case.
    func holdingJournal(of tenant: String, _ body: () async throws -> Void) async throws {
        let session = try await PostgresConnection.open(Self.adminConfiguration(cluster))
        try await session.run {
            try $0.execute("begin; select from \(Self.schema(of: tenant)).journal_head for update")
        }
        // Whatever happens: the transaction ends with its session.
        do {
            try await body()
        } catch {
            await session.close()
            throw error
        }
        await session.close()
    }

    /// Brings the write-ahead log to where it is after hours of work: it has all segments that it keeps, and uses them
    /// again. Each one that it hasn't is first filled with zeros and synchronised, and everybody waits for that.
    func prepareLog() async throws {
        _ = try await rows(
            """
            select pg_logical_emit_message(true, '', '')::text, pg_switch_wal()::text
            from generate_series(
                1, pg_size_bytes(current_setting('min_wal_size')) / pg_size_bytes(current_setting('wal_segment_size')))
            """, columns: 2)
        try await execute("checkpoint")
    }

    /// Runs statements as the superuser.
    func execute(_ statements: String) async throws {
        try await admin.run { try $0.execute(statements) }
    }

    /// Runs a query of text columns as the superuser.
    func rows(_ query: String, columns: Int) async throws -> [[String]] {
        try await admin.run { session in
            try session.query(query).map { row in try (0..<columns).map { try row.text($0) } }
        }
    }
}
