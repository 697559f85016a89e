package import EntitledCore
import EntitledPostgres
package import EntitledService
package import Foundation

/// An API key, as the control plane knows it: never the key itself.
package struct KeyRecord: Hashable, Sendable, Codable {
    package let id: UUID
    package let name: String
    package let role: KeyRole
    package let isRevoked: Bool
}

extension Provisioning {
    /// Makes a key. It is given back once and can't be seen again.
    /// - Parameter name: 1 to 64 characters, unique among the tenant's keys that are not revoked; the journal's actor.
    /// - Throws: ``EntitledError`` `not_found`, `already_exists`, `invalid_field`.
    package func createKey(
        tenant: TenantSlug, name: String, role: KeyRole, pepper: Pepper
    ) async throws -> APIKey {
        try TextRule.label.check(name, field: "name")
        let key = APIKey()
        let digest = key.digest(pepper: pepper)
        try await connection.run { session in
            try Transaction.run(session) {
                try Self.becomeOwner(session)
                guard try Self.tenantExists(tenant, session) else {
                    throw EntitledError.notFound("tenant", tenant.text)
                }
                let id = UUID.timeOrdered()
                var parameters = Parameters()
                parameters.append(uuid: id.bytes)
                parameters.append(text: tenant.text)
                parameters.append(text: name)
                parameters.append(bytes: KeyLookup.prefix(of: digest))
                parameters.append(bytes: digest)
                parameters.append(int2: role.rawValue)
                let inserted = try session.query(
                    """
                    insert into api_key (id, tenant, name, lookup, digest, role, created_at)
                    values ($1::uuid, $2::text, $3::text, $4::bytea, $5::bytea, $6::smallint, clock_timestamp())
                    on conflict do nothing
                    returning id
                    """, parameters)
                guard !inserted.isEmpty else { throw EntitledError.alreadyExists("name", name) }
                try OperatorJournal.record("key.created", tenant: tenant.text, subject: name, session)
            }
        }
        return key
    }

    /// Revokes the tenant's key of that name. Servers see it within 5 seconds, on open connections too.
    /// - Throws: ``EntitledError`` `not_found` if there is no such key that isn't revoked yet.
    package func revokeKey(tenant: TenantSlug, name: String) async throws {
        try await connection.run { session in
            try Transaction.run(session) {
                try Self.becomeOwner(session)
                var parameters = Parameters()
                parameters.append(text: tenant.text)
                parameters.append(text: name)
                let revoked = try session.query(
                    """
                    update api_key
                    set revoked_at = clock_timestamp()
                    where tenant = $1::text and name = $2::text and revoked_at is null
                    returning id
                    """, parameters)
                guard !revoked.isEmpty else { throw EntitledError.notFound("name", name) }
                try OperatorJournal.record("key.revoked", tenant: tenant.text, subject: name, session)
            }
        }
    }

    /// - Throws: ``EntitledError`` `not_found` if there is no such tenant.
    package func keys(of tenant: TenantSlug) async throws -> [KeyRecord] {
        try await connection.run { session in
            try Transaction.run(session) {
                try Self.becomeOwner(session)
                guard try Self.tenantExists(tenant, session) else {
                    throw EntitledError.notFound("tenant", tenant.text)
                }
                var parameters = Parameters()
                parameters.append(text: tenant.text)
                let rows = try session.query(
                    "select id, name, role, revoked_at is not null from api_key where tenant = $1::text order by id",
                    parameters)
                return try rows.map { row in
                    KeyRecord(
                        id: UUID(bytes: try row.uuid(0)), name: try row.text(1),
                        role: KeyRole(rawValue: try row.int2(2)) ?? .reader, isRevoked: try row.bool(3))
                }
            }
        }
    }

    private static func tenantExists(_ tenant: TenantSlug, _ session: PostgresSession) throws -> Bool {
        var parameters = Parameters()
        parameters.append(text: tenant.text)
        return try !session.query("select 1 from tenant where slug = $1::text", parameters).isEmpty
    }
}

/// The record of what operators did, in the transaction that did it.
enum OperatorJournal {
    static func record(_ action: String, tenant: String, subject: String, _ session: PostgresSession) throws {
        var parameters = Parameters()
        parameters.append(uuid: UUID.timeOrdered().bytes)
        parameters.append(text: action)
        parameters.append(text: tenant)
        parameters.append(text: subject)
        _ = try session.query(
            """
            insert into operator_journal (id, recorded_at, actor, action, tenant, subject)
            values ($1::uuid, clock_timestamp(), session_user, $2::text, $3::text, $4::text)
            """, parameters)
    }
}
