package import EntitledCore

/// A query that the store answers by itself: lists, and what adds a whole tenant up.
package protocol StoreQuery: Query {
    /// - Throws: ``EntitledError`` `invalid_field`.
    func validate() throws(EntitledError)
    func answer(from store: any Store, of tenant: TenantSlug) async throws -> Answer
}

extension ListCustomers: StoreQuery {
    package func validate() throws(EntitledError) { try page.validate() }
    package func answer(from store: any Store, of tenant: TenantSlug) async throws -> Page<Customer> {
        try await store.list(self, of: tenant)
    }
}

extension ListProducts: StoreQuery {
    package func validate() throws(EntitledError) { try page.validate() }
    package func answer(from store: any Store, of tenant: TenantSlug) async throws -> Page<Product> {
        try await store.list(self, of: tenant)
    }
}

extension ListChannels: StoreQuery {
    package func validate() throws(EntitledError) { try page.validate() }
    package func answer(from store: any Store, of tenant: TenantSlug) async throws -> Page<Channel> {
        try await store.list(self, of: tenant)
    }
}

extension ListEntitlements: StoreQuery {
    package func validate() throws(EntitledError) { try page.validate() }
    package func answer(from store: any Store, of tenant: TenantSlug) async throws -> Page<EntitlementView> {
        let page = try await store.list(self, of: tenant)
        return page.trimmed(cursor: { $0.entitlement.id.text }) { view in
            let terms = view.entitlement.terms
            let scopes = [
                terms.products?.members.map(\.text), terms.channels?.members.map(\.text),
                terms.contacts?.members.map(\.text),
            ]
            return 256 + view.entitlement.allocations.count * 128
                + scopes.compactMap(\.self).joined().reduce(0) { $0 + $1.utf8.count + 4 }
        }
    }
}

extension ListJournal: StoreQuery {
    package func validate() throws(EntitledError) {
        try page.validate()
        _ = try after()
    }
    package func answer(from store: any Store, of tenant: TenantSlug) async throws -> Page<JournalLine> {
        let page = try await store.list(self, after: try after(), of: tenant)
        return page.trimmed(cursor: { String($0.number) }) { 1_024 + ($0.entry.detail?.utf8.count ?? 0) }
    }
}

extension Reconcile: StoreQuery {
    package func validate() throws(EntitledError) {}
    package func answer(from store: any Store, of tenant: TenantSlug) async throws -> Reconciliation {
        try await store.reconcile(tenant)
    }
}

extension Page {
    /// The beginning of the page that fits into an answer, at least one item.
    fileprivate func trimmed(cursor: (Item) -> String, bytes: (Item) -> Int) -> Page {
        var total = 0
        let fitting = items.prefix { item in
            total += bytes(item)
            return total <= Limits.pageBytes
        }
        let kept = fitting.isEmpty ? items.prefix(1) : fitting
        guard kept.count < items.count, let last = kept.last else { return self }
        return Page(items: Array(kept), next: cursor(last))
    }
}
