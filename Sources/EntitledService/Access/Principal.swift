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
        guard permissions.contains(method.permission) else { throw .denied(method, for: method.permission) }
        for permission in further where !permissions.contains(permission) { throw .denied(method, for: permission) }
    }
}

extension EntitledError {
    fileprivate static func denied(_ method: Method, for permission: Permission) -> EntitledError {
        EntitledError(
            .permissionDenied, "\(method.name) needs the permission \(permission.name)",
            details: ["permission": permission.name])
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
