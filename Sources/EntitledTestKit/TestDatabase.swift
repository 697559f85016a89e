import EntitledDevelopment
import Foundation

/// The one private PostgreSQL of a test process: it starts with its first use in a temporary folder, which goes with
/// the process. It doesn't wait for the disk, so it is fast, and not for measurements.
package actor TestDatabase {
    package static let shared = TestDatabase()

    private var starting: Task<DevelopmentCluster, any Error>?
    private var databasesMade = 0

    private init() {}

    /// How libpq reaches the database `postgres` as the superuser.
    /// - Throws: `DevelopmentError` when PostgreSQL can't be started; a test fails then, it never skips.
    package var conninfo: String {
        get async throws { try await cluster.conninfo }
    }

    /// How libpq reaches a database as some role; no password is asked for.
    package func conninfo(user: String, database: String) async throws -> String {
        try await cluster.conninfo(user: user, database: database)
    }

    /// Makes an empty database that no other test has. Roles are the whole cluster's: name them apart.
    /// - Returns: its name.
    package func makeDatabase() async throws -> String {
        databasesMade += 1
        let name = "test_\(databasesMade)"
        try await cluster.createDatabase(named: name)
        return name
    }

    /// The cluster; all who ask at first wait for the same start.
    private var cluster: DevelopmentCluster {
        get async throws {
            if let starting { return try await starting.value }
            let directory = "/tmp/entitled-test-\(UUID().uuidString.lowercased())"
            let start = Task { try await DevelopmentCluster.start(in: directory, settings: .fast, removeOnStop: true) }
            starting = start
            return try await start.value
        }
    }
}
