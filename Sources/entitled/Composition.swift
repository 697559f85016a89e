import ArgumentParser
import EntitledPostgres
import EntitledServer
import EntitledService
import EntitledStore
import Logging
import ServiceLifecycle
import UnixSignals

/// Puts the server together. Services start in the order of their dependencies and stop in reverse: the listener
/// drains first, the database connections close last.
enum Composition {
    /// Serves until SIGTERM or SIGINT.
    /// - Parameters:
    ///   - others: services that run beside the server and end it if they fail.
    ///   - listening: told the port as soon as clients can connect.
    static func serve(
        _ settings: Settings, beside others: [any Service] = [], logger: Logger,
        listening: @escaping @Sendable (Int) throws -> Void = { _ in }
    ) async throws {
        let placements = Placements(
            control: settings.control, clusters: settings.clusters, connections: settings.connections, logger: logger)
        try await requireDurability(placements, settings, logger)
        let directory = PostgresDirectory(placements, pepper: settings.pepper)
        // The other half is for lists and reports.
        let service = EntitlementService(
            store: PostgresStore(placements), batches: settings.connections / 2, logger: logger,
            executor: ThreadFollower())
        let connections = OpenConnections(limit: settings.server.limits.connections)
        let keyWatch = KeyWatch(
            directory: directory, connections: connections, interval: settings.server.times.keyCheck, logger: logger)
        let door = try WireDoor(
            settings.server, router: Router(service: service), directory: directory, connections: connections,
            logger: logger)
        let group = ServiceGroup(
            services: others + [Connections(placements: placements), service, keyWatch, door],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask { try listening(await door.boundPort) }
            try await tasks.waitForAll()
        }
    }

    /// An acknowledged change must survive a crash: a database that may forget it is refused.
    private static func requireDurability(
        _ placements: Placements, _ settings: Settings, _ logger: Logger
    ) async throws {
        do {
            let off = try await placements.undurableSettings().sorted().joined(separator: ", ")
            guard !off.isEmpty else { return }
            guard settings.allowsUndurable else {
                await placements.close()
                throw ValidationError(
                    "the database may lose commits: off is \(off); set database.allow-undurable to serve")
            }
            logger.warning("the database may lose commits", metadata: ["off": "\(off)"])
        } catch let error as StoreError {
            await placements.close()
            throw ValidationError("database.main can't be reached: \(error.message)")
        }
    }

    /// Keeps the connections to the databases until everything that uses them has stopped.
    private struct Connections: Service {
        let placements: Placements

        func run() async throws {
            try? await gracefulShutdown()
            await placements.close()
        }
    }
}
