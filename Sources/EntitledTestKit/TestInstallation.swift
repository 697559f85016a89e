package import EntitledCore
package import EntitledPostgres
package import EntitledService
package import EntitledStore
import Foundation

/// A provisioned database of the test process's PostgreSQL, with a store on it. A test takes a tenant of its own.
package final class TestInstallation: Sendable {
    /// Where the server's login reaches it.
    package let serverConninfo: String
    /// Where the superuser reaches it.
    package let adminConninfo: String
    package let provisioning: Provisioning
    package let placements: Placements
    package let pepperText: String
    package let pepper: Pepper

    package var store: PostgresStore { PostgresStore(placements) }
    package var directory: PostgresDirectory { PostgresDirectory(placements, pepper: pepper) }

    private init(database: String) async throws {
        adminConninfo = try await TestDatabase.shared.conninfo(user: "postgres", database: database)
        serverConninfo = try await TestDatabase.shared.conninfo(user: ClusterLogin.main.login, database: database)
        provisioning = try await Provisioning(PostgresConfiguration(conninfo: adminConninfo))
        _ = try await provisioning.initialise()
        placements = Placements(
            control: PostgresConfiguration(conninfo: serverConninfo),
            clusters: [.main: PostgresConfiguration(conninfo: serverConninfo)], connections: 6,
            logger: .quiet)
        pepperText = Pepper.generate()
        guard let pepper = Pepper(pepperText) else { throw ProvisioningError("a generated pepper is too short") }
        self.pepper = pepper
        try await withSuperuser { session in
            for statement in Self.clock { try session.execute(statement) }
        }
    }

    /// The one that tests share.
    package static var shared: TestInstallation {
        get async throws { try await sharedTask.value }
    }

    private static let sharedTask = Task { try await make() }

    /// One in a database of its own.
    package static func make() async throws -> TestInstallation {
        try await TestInstallation(database: TestDatabase.shared.makeDatabase())
    }

    /// A tenant that no other test has.
    package func makeTenant(zone: Zone = .utc) async throws -> TenantSlug {
        let slug = try TenantSlug("t" + UUID().uuidString.lowercased().replacing("-", with: "").prefix(20))
        _ = try await provisioning.createTenant(slug, name: slug.text, timeZone: zone)
        return slug
    }

    /// Puts the clock that the tenant's decisions read ahead of the real one, with which it goes on.
    package func putClock(of tenant: TenantSlug, ahead time: Duration) async throws {
        try await setClock(of: tenant, ahead: time, stopped: nil)
    }

    /// Lets the clock that the tenant's decisions read stand still.
    package func stopClock(of tenant: TenantSlug, at instant: Instant) async throws {
        try await setClock(of: tenant, ahead: .zero, stopped: instant)
    }

    private func setClock(of tenant: TenantSlug, ahead: Duration, stopped: Instant?) async throws {
        try await withSuperuser { session in
            var parameters = Parameters()
            parameters.append(text: "tenant_\(tenant)")
            parameters.append(int8: ahead.components.seconds)
            parameters.append(timestamp: stopped?.microseconds)
            _ = try session.query(
                """
                insert into public.tenant_clock values ($1::text, $2::bigint, $3::timestamptz)
                on conflict (role)
                do update set seconds_ahead = excluded.seconds_ahead, stopped_at = excluded.stopped_at
                """, parameters)
        }
    }

    /// Puts a clock in the place of the database's own that may go ahead for single tenants, or stand still, told apart
    /// by their roles. Only the superuser can do such a thing, and only tests may.
    private static let clock = [
        """
        create table public.tenant_clock (
            role text primary key, seconds_ahead bigint not null, stopped_at timestamptz
        )
        """,
        "alter function pg_catalog.clock_timestamp() rename to real_clock_timestamp",
        """
        create function pg_catalog.clock_timestamp() returns timestamptz
        language sql volatile security definer
        return coalesce(
            (
                select coalesce(stopped_at, real_clock_timestamp() + seconds_ahead * interval '1 second')
                from public.tenant_clock
                where role = current_setting('role')
            ),
            real_clock_timestamp())
        """,
    ]

    /// Opens a connection of its own as the server's login, for tests of what that login may do.
    package func withServerLogin<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        try await Self.withSession(serverConninfo, body)
    }

    /// Opens a connection of its own as the superuser.
    package func withSuperuser<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        try await Self.withSession(adminConninfo, body)
    }

    private static func withSession<Value: Sendable>(
        _ conninfo: String, _ body: @escaping @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        let connection = try await PostgresConnection.open(PostgresConfiguration(conninfo: conninfo))
        do {
            let value = try await connection.run(body)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
}
