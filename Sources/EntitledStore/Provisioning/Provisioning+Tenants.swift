package import EntitledCore
import EntitledPostgres
import EntitledSchema

/// A tenant, as the control plane knows it.
package struct TenantRecord: Hashable, Sendable, Codable {
    package let tenant: String
    package let name: String
    package let timeZone: Zone
    package let cluster: String
    package let schema: String
    package let role: String
    package let status: TenantStatus
    package let schemaVersion: Int32
}

extension Provisioning {
    /// Creates a tenant: its role, its schema, its tables. Running it again completes what was interrupted, and changes
    /// nothing once it is complete.
    /// - Throws: ``EntitledError`` `already_exists` if the tenant exists with another name or zone.
    package func createTenant(_ slug: TenantSlug, name: String, timeZone: Zone) async throws -> Migrator.Report {
        try TextRule.name.check(name, field: "name")
        return try await connection.run { session in
            let wanted = TenantRecord(
                tenant: slug.text, name: name, timeZone: timeZone, cluster: ClusterLogin.main.cluster,
                schema: "tenant_" + slug.text, role: "tenant_" + slug.text, status: .provisioning, schemaVersion: 0)
            let record = try Transaction.run(session) {
                try Self.becomeOwner(session)
                return try Self.insert(wanted, session)
            }
            guard record.name == name, record.timeZone == timeZone else {
                throw EntitledError(
                    .alreadyExists,
                    "tenant: '\(slug)' exists with the name '\(record.name)' and the zone \(record.timeZone.name)")
            }
            return try Self.build(record, session)
        }
    }

    package func tenants() async throws -> [TenantRecord] {
        try await connection.run { try Self.tenants($0) }
    }

    static func becomeOwner(_ session: PostgresSession) throws {
        try session.execute("set local role entitled_owner")
        try session.execute("set local search_path = \(controlSchema)")
    }

    static func tenants(_ session: PostgresSession) throws -> [TenantRecord] {
        try Transaction.run(session) {
            try becomeOwner(session)
            return try session.query(select + " order by slug").map(record)
        }
    }

    /// Roles, schema, tables, settings; then the tenant is active.
    static func build(_ tenant: TenantRecord, _ session: PostgresSession) throws -> Migrator.Report {
        let schema = try session.quoteIdentifier(tenant.schema)
        let role = try session.quoteIdentifier(tenant.role)
        try Transaction.run(session) {
            try Transaction.lock(session, "migrate \(tenant.schema)")
            try createRole(tenant.role, "nologin", session)
            try session.execute("grant \(role) to \(ClusterLogin.main.login)")
            try session.execute("create schema if not exists \(schema) authorization entitled_owner")
        }
        let report = try Migrator(schema: tenant.schema, role: tenant.role, migrations: Migration.tenant)
            .migrate(session)
        try Transaction.run(session) {
            try session.execute("set local role entitled_owner")
            try session.execute("set local search_path = \(schema)")
            var parameters = Parameters()
            parameters.append(text: tenant.timeZone.name)
            _ = try session.query(
                "insert into setting (time_zone) values ($1::text) on conflict do nothing", parameters)
        }
        try Transaction.run(session) {
            try becomeOwner(session)
            try finish(tenant, report, session)
        }
        return report
    }

    private static func finish(
        _ tenant: TenantRecord, _ report: Migrator.Report, _ session: PostgresSession
    ) throws {
        var parameters = Parameters()
        parameters.append(text: tenant.tenant)
        parameters.append(int4: report.version)
        parameters.append(int2: TenantStatus.provisioning.rawValue)
        parameters.append(int2: TenantStatus.active.rawValue)
        _ = try session.query(
            """
            update tenant
            set schema_version = $2::integer,
                status = case status when $3::smallint then $4::smallint else status end
            where slug = $1::text
            """, parameters)
        guard !report.applied.isEmpty else { return }
        try OperatorJournal.record(
            "tenant.migrated", tenant: tenant.tenant, subject: "version \(report.version)", session)
    }

    private static func insert(_ tenant: TenantRecord, _ session: PostgresSession) throws -> TenantRecord {
        var parameters = Parameters()
        parameters.append(text: tenant.tenant)
        parameters.append(text: tenant.name)
        parameters.append(text: tenant.timeZone.name)
        parameters.append(text: tenant.cluster)
        parameters.append(text: ClusterLogin.main.login)
        parameters.append(text: tenant.schema)
        parameters.append(text: tenant.role)
        parameters.append(int2: tenant.status.rawValue)
        let inserted = try session.query(
            """
            insert into tenant (
                slug, name, time_zone, cluster, login_role, schema_name, role_name, status, created_at
            )
            values (
                $1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::smallint,
                clock_timestamp()
            )
            on conflict do nothing
            returning slug
            """, parameters)
        if !inserted.isEmpty {
            try OperatorJournal.record("tenant.created", tenant: tenant.tenant, subject: tenant.schema, session)
        }
        var key = Parameters()
        key.append(text: tenant.tenant)
        return try record(try session.query(select + " where slug = $1::text", key).only())
    }

    private static let select = """
        select slug, name, time_zone, cluster, schema_name, role_name, status, schema_version
        from tenant
        """

    private static func record(_ row: Row) throws -> TenantRecord {
        TenantRecord(
            tenant: try row.text(0), name: try row.text(1), timeZone: Zone(stored: try row.text(2)),
            cluster: try row.text(3), schema: try row.text(4), role: try row.text(5),
            status: TenantStatus(rawValue: try row.int2(6)) ?? .suspended, schemaVersion: try row.int4(7))
    }
}
