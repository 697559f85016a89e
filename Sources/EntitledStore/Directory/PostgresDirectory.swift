import EntitledCore
import EntitledPostgres
package import EntitledService
import Foundation

/// Keys and tenants, as the control plane has them.
package struct PostgresDirectory: Directory {
    private let placements: Placements
    private let pepper: Pepper

    package init(_ placements: Placements, pepper: Pepper) {
        self.placements = placements
        self.pepper = pepper
    }

    package func principal(for key: APIKey) async throws(StoreError) -> Principal? {
        let digest = key.digest(pepper: pepper)
        var parameters = Parameters()
        parameters.append(bytes: KeyLookup.prefix(of: digest))
        let rows = try await placements.ask(Statements.findKey, parameters)
        do {
            for row in rows {
                guard equalInConstantTime(try row.bytes(3), digest), let role = KeyRole(rawValue: try row.int2(4))
                else { continue }
                return Principal(
                    key: KeyID(UUID(bytes: try row.uuid(0))), tenant: TenantSlug(stored: try row.text(1)),
                    actor: try row.text(2), permissions: role.permissions)
            }
            return nil
        } catch {
            throw StoreError(of: error)
        }
    }

    package func valid(among keys: Set<KeyID>) async throws(StoreError) -> Set<KeyID> {
        guard !keys.isEmpty else { return [] }
        var parameters = Parameters()
        parameters.append(uuids: keys.map(\.uuid.bytes))
        let rows = try await placements.ask(Statements.validKeys, parameters)
        do {
            return Set(try rows.map { KeyID(UUID(bytes: try $0.uuid(0))) })
        } catch {
            throw StoreError(of: error)
        }
    }
}

enum KeyLookup {
    /// The part of a digest that finds the row; the whole is compared afterwards, in constant time.
    static func prefix(of digest: [UInt8]) -> [UInt8] { Array(digest.prefix(8)) }
}
