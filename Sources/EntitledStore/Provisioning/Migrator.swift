import Crypto
package import EntitledPostgres
package import EntitledSchema
import Foundation

/// Brings one schema to the version that this program needs.
///
/// Each step is a transaction that also records itself, so a run that was interrupted goes on where it stopped. Runs at
/// the same time wait for each other, and the second finds nothing left to do.
package struct Migrator {
    /// What a run did.
    package struct Report: Hashable, Sendable {
        package let schema: String
        /// The steps that were applied now, in order.
        package let applied: [String]
        /// The version that the schema has now.
        package let version: Int32
    }

    let schema: String
    /// The tenant's role, for its grants; nil for the control plane.
    let role: String?
    let migrations: [Migration]

    package init(schema: String, role: String?, migrations: [Migration]) {
        self.schema = schema
        self.role = role
        self.migrations = migrations
    }

    /// - Parameter session: of a login that may become `entitled_owner`; the schema exists.
    /// - Throws: `PostgresError`; ``ProvisioningError`` if the schema isn't what this program's steps made of it.
    package func migrate(_ session: PostgresSession) throws -> Report {
        var applied: [String] = []
        for migration in migrations where try apply(migration, session) {
            applied.append("\(migration.number) \(migration.name)")
        }
        return Report(schema: schema, applied: applied, version: migrations.last?.number ?? 0)
    }

    private func apply(_ migration: Migration, _ session: PostgresSession) throws -> Bool {
        try Transaction.run(session) {
            try Transaction.lock(session, "migrate \(schema)")
            try session.execute("set local role entitled_owner")
            try session.execute("set local search_path = \(try session.quoteIdentifier(schema))")
            try session.execute(
                """
                create table if not exists migration (
                    number integer primary key,
                    name text not null,
                    checksum bytea not null,
                    applied_at timestamptz not null
                )
                """)
            let checksum = Array(SHA256.hash(data: Data(migration.sql.utf8)))
            let recorded = try session.query("select number, name, checksum from migration")
            let newest = try recorded.map { try $0.int4(0) }.max() ?? 0
            guard newest <= migrations.count else {
                throw ProvisioningError(
                    "schema \(schema) is at version \(newest), newer than this program's \(migrations.count)")
            }
            if let earlier = try recorded.first(where: { try $0.int4(0) == migration.number }) {
                guard try earlier.bytes(2) == checksum else {
                    throw ProvisioningError(
                        "schema \(schema): step \(migration.number) \(migration.name) was applied in another form")
                }
                return false
            }
            for statement in migration.statements {
                try session.execute(try substitute(statement, session))
            }
            var parameters = Parameters()
            parameters.append(int4: migration.number)
            parameters.append(text: migration.name)
            parameters.append(bytes: checksum)
            _ = try session.query(
                """
                insert into migration (number, name, checksum, applied_at)
                values ($1::integer, $2::text, $3::bytea, clock_timestamp())
                """, parameters)
            return true
        }
    }

    private func substitute(_ statement: String, _ session: PostgresSession) throws -> String {
        var statement = statement.replacing(":schema", with: try session.quoteIdentifier(schema))
        if let role { statement = statement.replacing(":role", with: try session.quoteIdentifier(role)) }
        return statement
    }
}

/// Why setting something up was refused, in a sentence for the operator.
package struct ProvisioningError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// Transactions of administrative work, on one session.
enum Transaction {
    /// Runs `body` in a transaction; what fails is rolled back.
    static func run<Value>(_ session: PostgresSession, _ body: () throws -> Value) throws -> Value {
        try session.execute("begin")
        do {
            let value = try body()
            try session.execute("commit")
            return value
        } catch {
            if session.transactionStatus != .idle { try? session.execute("rollback") }
            throw error
        }
    }

    /// Waits until no other transaction of this database holds the lock of that name, and holds it until the end.
    static func lock(_ session: PostgresSession, _ name: String) throws {
        var parameters = Parameters()
        parameters.append(text: "entitled: " + name)
        _ = try session.query("select pg_advisory_xact_lock(hashtextextended($1::text, 0))", parameters)
    }
}
