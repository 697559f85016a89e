import EntitledClient
import EntitledDevelopment
import EntitledService
import EntitledTestKit
import Foundation

/// A real `entitled serve` process on a test's installation.
final class ServerProcess: Sendable {
    private let server: DevelopmentServer

    private init(_ server: DevelopmentServer) {
        self.server = server
    }

    var port: Int { server.port }

    /// Starts one and waits until it listens.
    static func start(on installation: TestInstallation) async throws -> ServerProcess {
        ServerProcess(
            try await DevelopmentServer.start(
                conninfo: installation.serverConninfo, pepper: installation.pepperText,
                settings: ["--database-allow-undurable", "true", "--times-drain-grace-ms", "5000"]))
    }

    /// How a client reaches it with a key.
    func configuration(key: APIKey, connections: Int = 1) -> ClientConfiguration {
        var configuration = ClientConfiguration(host: "127.0.0.1", port: port, apiKey: .key(key.text))
        configuration.trustRoots = .file(server.authority)
        configuration.serverName = "localhost"
        configuration.connections = connections
        return configuration
    }

    /// SIGTERM: drains. Returns its exit status.
    func terminate() async -> Int32 { await server.terminate() }

    /// SIGKILL: a crash.
    func kill() async { await server.kill() }
}
