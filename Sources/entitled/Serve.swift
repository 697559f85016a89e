import ArgumentParser
import Logging

/// Serves tenants whose database was set up with `entitlectl database init`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve, with settings from flags, the environment and a file.",
        discussion: """
            Each setting is a flag (--listen-port 7440), an environment variable (ENTITLED_LISTEN_PORT) or a member of \
            the JSON file that --config names ({"listen": {"port": 7440}}); the first of these that is given counts.

            \(Settings.table)

            SIGTERM and SIGINT drain: no new connections, calls in flight are finished, then the server ends.
            """)

    @Option(name: .long, help: "A JSON file with settings.")
    var config: String?

    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("Settings, as listed above.", valueName: "settings"))
    var flags: [String] = []

    mutating func run() async throws {
        let settings = try await Settings(flags: flags, file: config)
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = settings.logLevel
            return handler
        }
        try await Composition.serve(settings, logger: Logger(label: "entitled"))
    }
}
