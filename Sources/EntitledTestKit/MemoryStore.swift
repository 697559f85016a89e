package import EntitledCore
package import EntitledService
import Synchronization

/// A store in memory, for tests of what lies above it. It passes the same conformance suite as the one on PostgreSQL.
///
/// One lock stands for the database: every transaction is alone, so nothing is ever in conflict.
package final class MemoryStore: Store {
    /// Which entitlements a transaction is told that it holds; less than what it asked for is what a database does
    /// whose rows changed between the locks and the reads.
    package enum Locks: Sendable {
        /// The candidates, those that the calls named, and what they found missing.
        case all
        /// Without the candidates.
        case named
        case none
    }

    fileprivate struct Tenant {
        var settings = Settings()
        var catalogue = Catalogue()
        var channels: Set<ChannelID> = []
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

    package func transact<Value: Sendable, Result: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ decide: @escaping @Sendable (inout WorkingSet) -> Value,
        _ finish: @escaping @Sendable (Committed<Value>) -> Result
    ) async throws(StoreError) -> Result {
        // No database answers on its caller's thread.
        await Task.yield()
        let committed = tenants.withLock { tenants in
            var stored = tenants[tenant, default: Tenant()]
            var facts = workingSet(stored, needs)
            let value = decide(&facts)
            let first = facts.changes.isEmpty ? 0 : Int64(stored.journal.count + 1)
            stored.apply(facts)
            tenants[tenant] = stored
            return Committed(value: value, firstJournalNumber: first)
        }
        return finish(committed)
    }

    package func read<Value: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ answer: @escaping @Sendable (WorkingSet) -> Value
    ) async throws(StoreError) -> Value {
        answer(workingSet(state(of: tenant), needs))
    }

    private func state(of tenant: TenantSlug) -> Tenant {
        tenants.withLock { $0[tenant, default: Tenant()] }
    }

    private func workingSet(_ stored: Tenant, _ needs: Needs) -> WorkingSet {
        let candidates = stored.candidates(needs)
        let entitlements = stored.entitlements(needs, candidates)
        let locked: Set<EntitlementID> =
            switch locks {
            case .all: needs.entitlements.union(candidates)
            case .named: needs.entitlements
            case .none: []
            }
        return WorkingSet(
            now: clock(), zone: zone, settings: stored.settings, catalogue: stored.catalogue(needs, entitlements),
            channels: needs.channels.intersection(stored.channels).map(Channel.init(id:)), entitlements: entitlements,
            locked: locked, cases: needs.cases.compactMap { stored.cases[$0] },
            decided: stored.decided.filter { needs.requests.contains($0.key) })
    }
}

// MARK: - Loading: only what is asked for, so that a command which forgets to ask fails here too

extension MemoryStore.Tenant {
    fileprivate func line(of customers: Set<CustomerID>) -> Set<CustomerID> {
        line(customers) { catalogue.customers[$0]?.parent }
    }

    private func line<Record>(
        _ ids: Set<Identifier<Record>>, above: (Identifier<Record>) -> Identifier<Record>?
    ) -> Set<Identifier<Record>> {
        var found: Set<Identifier<Record>> = []
        for id in ids {
            var next: Identifier<Record>? = id
            while let id = next, found.insert(id).inserted { next = above(id) }
        }
        return found
    }

    fileprivate func candidates(_ needs: Needs) -> Set<EntitlementID> {
        let owners = line(of: needs.candidates)
        return Set(entitlements.values.filter { owners.contains($0.terms.customer) }.map(\.id))
    }

    fileprivate func entitlements(_ needs: Needs, _ candidates: Set<EntitlementID>) -> [Entitlement] {
        var ids = needs.entitlements.union(candidates)
        if !needs.candidates.isEmpty {
            ids.formUnion(line(of: needs.candidates).compactMap { catalogue.customers[$0]?.defaultEntitlement })
            if let id = settings.defaultEntitlement { ids.insert(id) }
        }
        var carriers = Array(ids)
        while let id = carriers.popLast() {
            if let next = entitlements[id]?.life.carriesFrom, ids.insert(next).inserted { carriers.append(next) }
        }
        return ids.compactMap { entitlements[$0] }
    }

    fileprivate func catalogue(_ needs: Needs, _ entitlements: [Entitlement]) -> Catalogue {
        var loaded = Catalogue()
        func load<Record: StoredRecord>(_ ids: Set<Identifier<Record>>) {
            for id in ids {
                if let record = catalogue[keyPath: Record.facts][id] { loaded.insert(record) }
            }
        }
        load(line(of: needs.customers.union(needs.candidates)))
        let assets = needs.assets.compactMap { catalogue.assets[$0] }
        load(line(needs.products.union(assets.map(\.product))) { catalogue.products[$0]?.family })
        load(needs.assets)
        load(needs.calendars.union(entitlements.compactMap(\.terms.service.calendar)))
        load(needs.serviceLevels)
        load(needs.plans)
        load(needs.contracts)
        return loaded
    }
}

// MARK: - Persisting

extension MemoryStore.Tenant {
    fileprivate mutating func apply(_ facts: WorkingSet) {
        let changes = facts.changes
        catalogue.merge(changes.added)
        catalogue.merge(changes.replaced)
        settings = changes.settings ?? settings
        channels.formUnion(changes.channels.map(\.id))
        for id in changes.deleted { entitlements[id] = nil }
        let grants = changes.newGrants.union(changes.grants)
        for id in changes.entitlements.union(grants.map(\.entitlement)) { entitlements[id] = facts.entitlements[id] }
        for opened in changes.cases { cases[opened.id] = opened }
        for decision in changes.decisions {
            for entry in changes.entries[decision.entries].dropLast() { append(entry, nil, facts.now) }
            guard let answer = changes.entries[decision.entries].last else { continue }
            decided[decision.request] = Decided(
                fingerprint: decision.fingerprint, entry: answer, position: .number(Int64(journal.count + 1)))
            append(answer, decision.request, facts.now)
        }
    }

    private mutating func append(_ entry: JournalEntry, _ request: RequestID?, _ now: Instant) {
        for (place, posting) in (entry.postings.isEmpty ? [nil] : entry.postings.map(Optional.some)).enumerated() {
            var row = entry
            row.postings = posting.map { [$0] } ?? []
            if place > 0 { row.detail = nil }
            journal.append(
                JournalLine(
                    number: Int64(journal.count + 1), request: place == 0 ? request : nil, recordedAt: now, entry: row))
        }
    }
}

extension Catalogue {
    fileprivate mutating func merge(_ other: Catalogue) {
        customers.merge(other.customers) { $1 }
        products.merge(other.products) { $1 }
        assets.merge(other.assets) { $1 }
        calendars.merge(other.calendars) { $1 }
        serviceLevels.merge(other.serviceLevels) { $1 }
        plans.merge(other.plans) { $1 }
        contracts.merge(other.contracts) { $1 }
    }
}

// MARK: - Lists

extension MemoryStore {
    package func list<Record: StoredRecord>(
        _ query: ListRecords<Record>, of tenant: TenantSlug
    ) async throws(StoreError) -> Page<Record> {
        Self.page(query.page, state(of: tenant).catalogue[keyPath: Record.facts]) { $0 }
    }

    package func list(_ query: ListChannels, of tenant: TenantSlug) async throws(StoreError) -> Page<Channel> {
        let channels = state(of: tenant).channels.map { ($0, Channel(id: $0)) }
        return Self.page(query.page, Dictionary(uniqueKeysWithValues: channels)) { $0 }
    }

    package func list(
        _ query: ListEntitlements, of tenant: TenantSlug
    ) async throws(StoreError) -> Page<EntitlementView> {
        let stored = state(of: tenant)
        var needs = Needs()
        needs.entitlements = Set(stored.entitlements.keys)
        let facts = workingSet(stored, needs)
        return Self.page(query.page, stored.entitlements) { entitlement in
            guard query.customer == nil || entitlement.terms.customer == query.customer,
                query.contract == nil || entitlement.terms.contract == query.contract
            else { return nil }
            return EntitlementView(entitlement, in: facts)
        }
    }

    package func list(
        _ query: ListJournal, after: Int64, of tenant: TenantSlug
    ) async throws(StoreError) -> Page<JournalLine> {
        let lines = state(of: tenant).journal.filter { line in
            line.number > after && (query.entitlement == nil || line.entry.entitlement == query.entitlement)
                && (query.case == nil || line.entry.case == query.case)
        }.prefix(query.page.limit)
        return Page(
            items: Array(lines), next: lines.count < query.page.limit ? nil : lines.last.map { String($0.number) })
    }

    private static func page<Record, Stored, Item>(
        _ request: PageRequest, _ rows: [Identifier<Record>: Stored], _ item: (Stored) -> Item?
    ) -> Page<Item> {
        let after = Identifier<Record>(stored: request.after ?? "")
        let found = rows.filter { $0.key > after }.sorted { $0.key < $1.key }
            .compactMap { key, row in item(row).map { (key, $0) } }.prefix(request.limit)
        return Page(
            items: found.map(\.1), next: found.count < request.limit ? nil : found.last.map(\.0.text))
    }
}

// MARK: - Adding up

extension MemoryStore {
    package func reconcile(_ tenant: TenantSlug) async throws(StoreError) -> Reconciliation {
        let stored = state(of: tenant)
        let allocations = stored.entitlements.values.flatMap { entitlement in
            entitlement.allocations.map { (entitlement.id, $0) }
        }
        return Reconciliation(
            journalLines: Int64(stored.journal.count), grants: Int64(allocations.reduce(0) { $0 + $1.1.grants.count }),
            cases: Int64(stored.cases.count),
            differences: allocations.flatMap { stored.differences(of: $1, in: $0) })
    }
}

extension MemoryStore.Tenant {
    fileprivate func differences(of allocation: Allocation, in entitlement: EntitlementID) -> [String] {
        let name = "\(entitlement)/\(allocation.name)"
        let lines = journal.filter { line in
            line.entry.entitlement == entitlement && line.entry.postings.first?.allocation == allocation.name
        }
        let postings = lines.compactMap(\.entry.postings.first)
        let charges = cases.values.filter { $0.entitlement == entitlement }.flatMap(\.charges)
            .filter { $0.allocation == allocation.name }
        var differences: [String] = []
        for grant in allocation.grants {
            let posted = postings.filter { $0.grant == grant.number }
            let taken = charges.filter { $0.grant == grant.number }
            let sums = [
                posted.reduce(0) { $0 + $1.granted }, posted.reduce(0) { $0 + $1.charged },
                posted.reduce(0) { $0 + $1.held }, taken.reduce(0) { $0 + ($1.isHeld ? 0 : $1.amount) },
                taken.reduce(0) { $0 + ($1.isHeld ? $1.amount : 0) },
            ]
            if sums != [grant.quantity ?? 0, grant.charged, grant.held, grant.charged, grant.held] {
                differences.append("grant \(name)/\(grant.number)")
            }
        }
        if let last = lines.last, let posting = last.entry.postings.first {
            let balance = allocation.balance(at: last.entry.occurredAt)
            if balance.remaining != posting.remainingAfter || balance.available != posting.availableAfter {
                differences.append("allocation \(name)")
            }
        }
        return differences
    }
}
