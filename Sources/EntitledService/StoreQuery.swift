package import EntitledCore

/// A query that the store answers by itself: lists, and what adds a whole tenant up.
package protocol StoreQuery: Query {
    /// - Throws: ``EntitledError`` `invalid_field`.
    func validate() throws(EntitledError)
    func answer(from store: any Store, of tenant: TenantSlug) async throws -> Answer
}

extension ListRecords: StoreQuery where Record: StoredRecord {
    package func validate() throws(EntitledError) { try page.validate() }
    package func answer(from store: any Store, of tenant: TenantSlug) async throws -> Page<Record> {
        try await store.list(self, of: tenant).trimmed(cursor: \.id.text, bytes: \.answerBytes)
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
        try await store.list(self, of: tenant).trimmed(cursor: \.entitlement.id.text, bytes: \.answerBytes)
    }
}

extension ListJournal: StoreQuery {
    package func validate() throws(EntitledError) {
        try page.validate()
        _ = try after()
    }
    package func answer(from store: any Store, of tenant: TenantSlug) async throws -> Page<JournalLine> {
        try await store.list(self, after: try after(), of: tenant)
            .trimmed(cursor: { String($0.number) }, bytes: \.answerBytes)
    }
}

extension Reconcile: StoreQuery {
    package func validate() throws(EntitledError) {}
    package func answer(from store: any Store, of tenant: TenantSlug) async throws -> Reconciliation {
        try await store.reconcile(tenant)
    }
}

extension Encodable {
    /// At least as many bytes as it takes in an answer: its JSON names every field, the wire only numbers them.
    fileprivate var answerBytes: Int { (try? Detail.encode(self).utf8.count) ?? Limits.pageBytes }
}

extension JournalLine {
    /// At least as many bytes as it takes in an answer.
    fileprivate var answerBytes: Int {
        let texts: [String?] = [
            entry.actor, entry.customer?.text, entry.product?.text, entry.channel?.text, entry.entitlement?.text,
            entry.case?.text, entry.postings.first?.allocation, entry.detail,
        ]
        return texts.reduce(256) { $0 + ($1?.utf8.count ?? 0) }
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
