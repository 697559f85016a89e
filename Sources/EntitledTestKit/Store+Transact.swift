package import EntitledCore
package import EntitledService

extension Store {
    /// Runs a transaction for whoever has nothing to do as soon as it is committed.
    package func transact<Value: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ decide: @escaping @Sendable (inout WorkingSet) -> Value
    ) async throws(StoreError) -> Committed<Value> {
        try await transact(tenant, needs, decide) { $0 }
    }
}
