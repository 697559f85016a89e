import ArgumentParser
import EntitledCore
import EntitledDevelopment
import EntitledPostgres
import EntitledServer
import EntitledService
import EntitledStore
import Foundation
import Logging
import ServiceLifecycle

/// Serves with everything that it needs in a folder of its own: a PostgreSQL cluster, a certificate authority, a demo
/// tenant with a key.
struct Develop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Serve for development: needs nothing, keeps everything in one folder.",
        discussion: """
            The folder holds the database (postgres/), certificates (tls/), the demo tenant's key and the file \
            connection.json that entitlectl reads with --connection. It is kept between runs; delete it to start anew.
            """)

    @Option(name: .long, help: "The folder (default: ~/.local/state/entitled/dev; /var/lib/entitled-dev as root).")
    var directory: String?

    @Option(name: .long, help: "The port on 127.0.0.1; 0 takes a free one.")
    var port: Int = 7440

    func validate() throws {
        guard directory != "" else { throw ValidationError("--directory is empty; allowed: the path of a folder") }
        guard (0...65_535).contains(port) else { throw ValidationError("--port is \(port); allowed: 0 to 65535") }
    }

    mutating func run() async throws {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        let logger = Logger(label: "entitled")
        let folder = try DevelopmentFolder(directory)
        let cluster = try await DevelopmentCluster.start(in: folder.path("postgres"))
        do {
            try await serve(folder, cluster, logger)
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
    }

    private func serve(_ folder: DevelopmentFolder, _ cluster: DevelopmentCluster, _ logger: Logger) async throws {
        let pepper = try folder.pepper()
        try await provision(folder, cluster, pepper)
        let certificates = try DevelopmentCertificates.make(in: folder.path("tls"))
        var server = ServerConfiguration(certificatePath: certificates.certificate, keyPath: certificates.key)
        server.port = port
        let settings = Settings(
            server: server,
            conninfo: cluster.conninfo(user: ClusterLogin.main.login, database: DevelopmentFolder.database),
            pepper: pepper, allowsUndurable: false)
        folder.withdraw()
        defer { folder.withdraw() }
        try await Composition.serve(settings, beside: [ClusterWatch(cluster: cluster)], logger: logger) { port in
            try folder.announce(port: port, authority: certificates.authority)
        }
    }

    /// Database, control plane, demo tenant and its key; whatever is there already stays.
    private func provision(
        _ folder: DevelopmentFolder, _ cluster: DevelopmentCluster, _ pepper: Pepper
    ) async throws {
        let admin = try await PostgresConnection.open(PostgresConfiguration(conninfo: cluster.conninfo))
        let exists = try await admin.run { session in
            try !session.query("select 1 from pg_database where datname = '\(DevelopmentFolder.database)'").isEmpty
        }
        await admin.close()
        if !exists { try await cluster.createDatabase(named: DevelopmentFolder.database) }

        let database = cluster.conninfo(user: "postgres", database: DevelopmentFolder.database)
        let provisioning = try await Provisioning(PostgresConfiguration(conninfo: database))
        _ = try await provisioning.initialise()
        let demo = try TenantSlug("demo")
        _ = try await provisioning.createTenant(demo, name: "Demo", timeZone: .utc)
        if !folder.hasKey {
            let names = Set(try await provisioning.keys(of: demo).filter { !$0.isRevoked }.map(\.name))
            let name = (1...).lazy.map { $0 == 1 ? "development" : "development \($0)" }.first { !names.contains($0) }
            let key = try await provisioning.createKey(
                tenant: demo, name: name ?? "development", role: .manager, pepper: pepper)
            try folder.write(key.text, to: DevelopmentFolder.keyFile)
        }
        await provisioning.close()
        try folder.writeEnvironment(database: database)
    }
}

/// Ends the server when the database that it was started with is gone.
private struct ClusterWatch: Service {
    let cluster: DevelopmentCluster

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while cluster.isRunning {
                guard (try? await Task.sleep(for: .milliseconds(500))) != nil else { return }
            }
            throw ValidationError("PostgreSQL has ended; see \(cluster.directory)/postgres.log")
        }
    }
}

/// The files of a development server.
private struct DevelopmentFolder {
    static let database = "entitled"
    static let keyFile = "demo.key"
    private static let connectionFile = "connection.json"
    private static let pepperFile = "pepper"

    private let root: String

    init(_ directory: String?) throws {
        root = URL(filePath: directory ?? Self.standard).standardizedFileURL.path
        do {
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        } catch {
            throw ValidationError("--directory: \(root) can't be made; allowed: a folder that may be written")
        }
    }

    /// PostgreSQL doesn't run as root, and the user that it runs as can't enter root's home.
    private static var standard: String {
        if getuid() == 0 { return "/var/lib/entitled-dev" }
        let environment = ProcessInfo.processInfo.environment
        let state = environment["XDG_STATE_HOME"] ?? NSHomeDirectory() + "/.local/state"
        return state + "/entitled/dev"
    }

    func path(_ name: String) -> String { root + "/" + name }

    var hasKey: Bool { FileManager.default.fileExists(atPath: path(Self.keyFile)) }

    func pepper() throws -> Pepper {
        if !FileManager.default.fileExists(atPath: path(Self.pepperFile)) {
            try write(Pepper.generate(), to: Self.pepperFile)
        }
        guard let pepper = Pepper(try String(contentsOfFile: path(Self.pepperFile), encoding: .utf8)) else {
            throw ValidationError("\(path(Self.pepperFile)) is too short; allowed: at least 32 characters")
        }
        return pepper
    }

    /// Writes a file that only its owner may read.
    func write(_ text: String, to name: String) throws {
        let made = FileManager.default.createFile(
            atPath: path(name), contents: Data((text + "\n").utf8), attributes: [.posixPermissions: 0o600])
        guard made else { throw ValidationError("\(path(name)) can't be written") }
    }

    /// For `entitlectl` commands that talk to the database: sourced by a shell.
    func writeEnvironment(database: String) throws {
        func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
        try write(
            """
            export ENTITLED_DATABASE=\(quoted(database))
            export ENTITLED_KEY_PEPPER_FILE=\(quoted(path(Self.pepperFile)))
            export ENTITLED_CONNECTION=\(quoted(path(Self.connectionFile)))
            """, to: "environment.sh")
    }

    /// No client must look for the server where it was.
    func withdraw() {
        try? FileManager.default.removeItem(atPath: path(Self.connectionFile))
    }

    /// Tells clients where the server is; the file appears when it can be reached.
    func announce(port: Int, authority: String) throws {
        let connection: [String: Any] = [
            "host": "127.0.0.1", "port": port, "ca": authority, "key_file": path(Self.keyFile),
        ]
        let json = try JSONSerialization.data(
            withJSONObject: connection, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        try write(String(decoding: json, as: UTF8.self), to: Self.connectionFile)
        print("entitled dev: serving tenant demo on 127.0.0.1:\(port)")
        print("  source \(path("environment.sh"))    # then entitlectl reaches it")
        // Shown at once, also where the output goes to a file.
        fflush(nil)
    }
}
