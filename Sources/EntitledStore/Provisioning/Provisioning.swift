import EntitledCore
package import EntitledPostgres
import EntitledSchema
import EntitledService
import Foundation

/// Sets up the control plane, tenants and keys. Needs a login that may create roles and schemas: the server's never
/// can.
package struct Provisioning: Sendable {
    let connection: PostgresConnection

    /// The schema of the control plane.
    static let controlSchema = "entitled"

    /// Connects; `configuration` names the stronger login.
    package init(_ configuration: PostgresConfiguration) async throws {
        var configuration = configuration
        // A second run waits for the first one's migrations.
        configuration.lockTimeout = .seconds(120)
        configuration.statementTimeout = .seconds(120)
        configuration.replyTimeout = .seconds(150)
        configuration.applicationName = "entitlectl"
        connection = try await PostgresConnection.open(configuration)
    }

    package func close() async { await connection.close() }

    /// Creates the roles and the control plane, and brings it and every tenant's schema to this program's version.
    /// Running it again changes nothing.
    /// - Parameter loginPassword: for the server's login role; nil leaves it as it is.
    /// - Returns: what was done, schema by schema.
    package func initialise(loginPassword: String? = nil) async throws -> [Migrator.Report] {
        try await connection.run { session in
            guard session.serverVersion >= 150_000 else {
                throw ProvisioningError("PostgreSQL 15 or newer is needed; this is \(session.serverVersion / 10_000)")
            }
            let encoding = try session.query("select current_setting('server_encoding')").only().text(0)
            guard encoding == "UTF8" else {
                throw ProvisioningError("the database's encoding is \(encoding); allowed: UTF8")
            }
            // Only this leaves the program: a statement with the password in it might stand in the server's log.
            let verifier = try loginPassword.map {
                try session.encryptPassword($0, of: ClusterLogin.main.login)
            }
            try Transaction.run(session) {
                try Transaction.lock(session, "initialise")
                try Self.createRoles(session, verifier)
                try Self.createControlSchema(session)
            }
            var reports = [
                try Migrator(schema: Self.controlSchema, role: nil, migrations: Migration.control).migrate(session)
            ]
            for tenant in try Self.tenants(session) {
                reports.append(try Self.build(tenant, session))
            }
            return reports
        }
    }

    private static func createRoles(_ session: PostgresSession, _ loginVerifier: String?) throws {
        try createRole("entitled_owner", "nologin", session)
        try createRole("entitled_directory", "nologin", session)
        try createRole(ClusterLogin.main.login, "login noinherit", session)
        // A superuser is everything already; another login needs to be told that it may act as the owner.
        try session.execute("grant entitled_owner to current_user")
        try session.execute("grant entitled_directory to \(ClusterLogin.main.login)")
        if let loginVerifier {
            try session.execute(
                "alter role \(ClusterLogin.main.login) password \(try session.quoteLiteral(loginVerifier))")
        }
    }

    private static func createControlSchema(_ session: PostgresSession) throws {
        let database = try session.quoteIdentifier(
            try session.query("select current_database()::text").only().text(0))
        try session.execute("revoke all on database \(database) from public")
        try session.execute("revoke all on schema public from public")
        // Also for whoever did this: the operator needn't own the database.
        try session.execute("grant connect on database \(database) to \(ClusterLogin.main.login), current_user")
        try session.execute("create schema if not exists \(controlSchema) authorization entitled_owner")
    }

    /// Roles belong to the whole cluster, and another database's run may be creating the same one.
    static func createRole(_ name: String, _ options: String, _ session: PostgresSession) throws {
        try session.execute(
            """
            do $$ begin
                create role \(try session.quoteIdentifier(name)) \(options);
            exception when duplicate_object or unique_violation then null;
            end $$
            """)
    }
}
