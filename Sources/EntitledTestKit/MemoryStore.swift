package import EntitledCore
package import EntitledService
import Synchronization

/// A store in memory, for tests of what lies above it. It passes the same conformance suite as the one on PostgreSQL.
///
/// One lock stands for the database: every transaction is alone, so nothing is ever in conflict.
package final class MemoryStore: Store {
    /// Which entitlements a transaction is told that it holds; less than all of them is what a database does whose
    /// rows changed between the locks and the reads.
    package enum Locks: Sendable {
        case all
        /// Only those that the calls named, and what they found missing.
        case named
        case none
    }

    private struct Tenant {
        var customers: [CustomerID: Customer] = [:]
        var products: [ProductID: Product] = [:]
        var channels: [ChannelID: Channel] = [:]
        var entitlements: [EntitlementID: Entitlement] = [:]
        var cases: [CaseID: Case] = [:]
        var journal: [JournalLine] = []
        var decided: [RequestID: Decided] = [:]
    }

    private let zone: Zone
    private let locks: Locks
    private let clock: @Sendable () -> Instant
    private let tenants = Mutex<[TenantSlug: Tenant]>([:])

    /// - Parameters:
    ///   - zone: every tenant's time zone.
    ///   - clock: what the database's clock would say.
    package init(
        zone: Zone = .utc, locks: Locks = .all, clock: @escaping @Sendable () -> Instant = { .systemNow }
    ) {
        self.zone = zone
        self.locks = locks
        self.clock = clock
    }

    package func transact<Value: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ decide: @escaping @Sendable (inout WorkingSet) -> Value
    ) async throws(StoreError) -> Committed<Value> {
        tenants.withLock { tenants in
            var stored = tenants[tenant, default: Tenant()]
            var facts = workingSet(stored, needs)
            let value = decide(&facts)
            let first = facts.changes.isEmpty ? 0 : Int64(stored.journal.count + 1)
            Self.apply(facts, to: &stored)
            tenants[tenant] = stored
            return Committed(value: value, firstJournalNumber: first)
        }
    }

    package func read<Value: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ answer: @escaping @Sendable (WorkingSet) -> Value
    ) async throws(StoreError) -> Value {
        answer(tenants.withLock { workingSet($0[tenant, default: Tenant()], needs) })
    }

    /// Loads only what is asked for, so that a command which forgets to ask fails here too.
    private func workingSet(_ stored: Tenant, _ needs: Needs) -> WorkingSet {
        func line<Record>(
            _ ids: Set<Identifier<Record>>, above: (Identifier<Record>) -> Identifier<Record>?
        ) -> Set<Identifier<Record>> {
            var found: Set<Identifier<Record>> = []
            for id in ids {
                var next: Identifier<Record>? = id
                while let id = next, found.insert(id).inserted { next = above(id) }
            }
            return found
        }
        let line0 = line(needs.customers.union(needs.candidates)) { stored.customers[$0]?.parent }
        let owners = line(needs.candidates) { stored.customers[$0]?.parent }
        let entitlements = stored.entitlements.values.filter {
            owners.contains($0.terms.customer) || needs.entitlements.contains($0.id)
        }
        return WorkingSet(
            now: clock(), zone: zone, customers: line0.compactMap { stored.customers[$0] },
            products: line(needs.products) { stored.products[$0]?.family }.compactMap { stored.products[$0] },
            channels: needs.channels.compactMap { stored.channels[$0] }, entitlements: entitlements,
            locked: locked(entitlements, needs), cases: needs.cases.compactMap { stored.cases[$0] },
            decided: stored.decided.filter { needs.requests.contains($0.key) })
    }

    private func locked(_ entitlements: [Entitlement], _ needs: Needs) -> Set<EntitlementID> {
        switch locks {
        case .all: Set(entitlements.map(\.id))
        case .named: needs.entitlements
        case .none: []
        }
    }

    private static func apply(_ facts: WorkingSet, to stored: inout Tenant) {
        let changes = facts.changes
        for customer in changes.customers { stored.customers[customer.id] = customer }
        for product in changes.products { stored.products[product.id] = product }
        for channel in changes.channels { stored.channels[channel.id] = channel }
        let touched = changes.drafted.union(changes.activated).union(changes.grants.map(\.entitlement))
        for id in touched { stored.entitlements[id] = facts.entitlements[id] }
        for opened in changes.cases { stored.cases[opened.id] = opened }
        for decision in changes.decisions {
            let position = JournalPosition.number(Int64(stored.journal.count + 1))
            stored.decided[decision.request] = Decided(
                fingerprint: decision.fingerprint, entry: changes.entries[decision.entries.lowerBound],
                position: position)
            var request: RequestID? = decision.request
            for entry in changes.entries[decision.entries] {
                for posting in entry.postings.isEmpty ? [nil] : entry.postings.map(Optional.some) {
                    var row = entry
                    row.postings = posting.map { [$0] } ?? []
                    stored.journal.append(
                        JournalLine(
                            number: Int64(stored.journal.count + 1), request: request, recordedAt: facts.now,
                            entry: row))
                    request = nil
                }
            }
        }
    }
}

// MARK: - Lists

extension MemoryStore {
    package func list(_ query: ListCustomers, of tenant: TenantSlug) async throws(StoreError) -> Page<Customer> {
        page(tenant, query.page, \.customers) { $0 }
    }

    package func list(_ query: ListProducts, of tenant: TenantSlug) async throws(StoreError) -> Page<Product> {
        page(tenant, query.page, \.products) { $0 }
    }

    package func list(_ query: ListChannels, of tenant: TenantSlug) async throws(StoreError) -> Page<Channel> {
        page(tenant, query.page, \.channels) { $0 }
    }

    package func list(
        _ query: ListEntitlements, of tenant: TenantSlug
    ) async throws(StoreError) -> Page<EntitlementView> {
        let now = clock()
        return page(tenant, query.page, \.entitlements) { entitlement in
            guard query.customer == nil || entitlement.terms.customer == query.customer else { return nil }
            return EntitlementView(entitlement, at: now, zone: self.zone)
        }
    }

    package func list(
        _ query: ListJournal, after: Int64, of tenant: TenantSlug
    ) async throws(StoreError) -> Page<JournalLine> {
        let lines = tenants.withLock { $0[tenant]?.journal ?? [] }.filter { line in
            line.number > after && (query.entitlement == nil || line.entry.entitlement == query.entitlement)
                && (query.case == nil || line.entry.case == query.case)
        }.prefix(query.page.limit)
        return Page(
            items: Array(lines), next: lines.count < query.page.limit ? nil : lines.last.map { String($0.number) })
    }

    package func reconcile(_ tenant: TenantSlug) async throws(StoreError) -> Reconciliation {
        let stored = tenants.withLock { $0[tenant, default: Tenant()] }
        let postings = stored.journal.flatMap { line in line.entry.postings.map { (line.entry.entitlement, $0) } }
        var differences: [String] = []
        var grants: Int64 = 0
        for entitlement in stored.entitlements.values {
            for allocation in entitlement.allocations {
                for grant in allocation.grants {
                    grants += 1
                    let sum = postings.filter {
                        $0.0 == entitlement.id && $0.1.allocation == allocation.name && $0.1.grant == grant.number
                    }.reduce(0) { $0 + $1.1.charged }
                    if sum != grant.charged {
                        differences.append("grant \(entitlement.id)/\(allocation.name)/\(grant.number)")
                    }
                }
            }
        }
        return Reconciliation(
            journalLines: Int64(stored.journal.count), grants: grants, cases: Int64(stored.cases.count),
            differences: differences)
    }

    private func page<Record, Stored, Item>(
        _ tenant: TenantSlug, _ request: PageRequest, _ table: KeyPath<Tenant, [Identifier<Record>: Stored]>,
        _ item: (Stored) -> Item?
    ) -> Page<Item> {
        let rows = tenants.withLock { $0[tenant, default: Tenant()] }[keyPath: table]
        let after = Identifier<Record>(stored: request.after ?? "")
        let found = rows.filter { $0.key > after }.sorted { $0.key < $1.key }
            .compactMap { key, row in item(row).map { (key, $0) } }.prefix(request.limit)
        return Page(
            items: found.map(\.1), next: found.count < request.limit ? nil : found.last.map(\.0.text))
    }
}
