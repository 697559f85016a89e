package import EntitledCore
package import Foundation

/// Who calls, and what they may do.
package struct Principal: Hashable, Sendable {
    package let key: KeyID
    package let tenant: TenantSlug
    /// The name that the journal gives them.
    package let actor: String
    package let permissions: Set<Permission>

    package init(key: KeyID, tenant: TenantSlug, actor: String, permissions: Set<Permission>) {
        self.key = key
        self.tenant = tenant
        self.actor = actor
        self.permissions = permissions
    }

    /// - Parameter further: what the call needs beyond what its method does.
    /// - Throws: ``EntitledError`` `permission_denied`.
    package func authorise(_ method: Method, _ further: Set<Permission> = []) throws(EntitledError) {
        let needed = [method.permission] + further.sorted { $0.rawValue < $1.rawValue }
        guard let missing = needed.first(where: { !permissions.contains($0) }) else { return }
        throw EntitledError(
            .permissionDenied, "\(method.name) needs the permission \(missing.rawValue)",
            details: ["permission": missing.rawValue])
    }
}

/// Names a key without being its secret.
package struct KeyID: Hashable, Sendable {
    package let uuid: UUID

    package init(_ uuid: UUID) {
        self.uuid = uuid
    }
}

/// Where keys and tenants are looked up.
package protocol Directory: Sendable {
    /// The principal that a key stands for; nil if there is none, it was revoked, or its tenant is not active.
    func principal(for key: APIKey) async throws(StoreError) -> Principal?
    /// Those of the keys that may go on: not revoked, their tenants active.
    func valid(among keys: Set<KeyID>) async throws(StoreError) -> Set<KeyID>
}
