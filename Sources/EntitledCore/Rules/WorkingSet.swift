/// The facts of one batch as its commands have left them so far, together with what has to be written for it.
///
/// A store loads one under locks, the batch's commands are decided on it one after the other, and the store persists
/// its ``changes``.
package struct WorkingSet: Sendable {
    /// The database's clock, read after the locks were taken.
    package let now: Instant
    /// The tenant's time zone.
    package let zone: Zone
    package private(set) var settings: Settings
    package private(set) var catalogue: Catalogue
    /// Those of the channels asked for that the tenant added; the standard ones are not in it.
    package private(set) var channels: Set<ChannelID>
    package private(set) var entitlements: EntitlementIndex
    package private(set) var changes = Changes()

    /// Calls that were decided before this batch.
    private let decided: [RequestID: Decided]
    /// Where in ``changes`` the calls stand that this batch has decided.
    private var decisions: [RequestID: Int] = [:]
    /// Cases that were opened before this batch.
    private let openedBefore: [CaseID: Case]
    /// Where in ``changes`` the cases stand that this batch has opened.
    private var opened: [CaseID: Int] = [:]
    private var locked: Set<EntitlementID>
    private let alone: Set<CustomerID>
    /// Customers that this batch has put elsewhere in the tree: what they are entitled to there wasn't loaded.
    private var moved: Set<CustomerID> = []

    /// - Parameters:
    ///   - locked: the entitlements whose rows the transaction holds, and the ids that it looked for in vain.
    ///   - alone: accounts without anything above them, and without a default of their own, whose records weren't
    ///     loaded.
    package init(
        now: Instant, zone: Zone, settings: Settings = Settings(), catalogue: Catalogue = Catalogue(),
        channels: [Channel] = [], entitlements: [Entitlement] = [], locked: Set<EntitlementID> = [],
        cases: [Case] = [], decided: [RequestID: Decided] = [:],
        alone: Set<CustomerID> = []
    ) {
        self.now = now
        self.zone = zone
        self.settings = settings
        self.catalogue = catalogue
        self.channels = Set(channels.map(\.id))
        self.entitlements = EntitlementIndex(entitlements)
        openedBefore = Dictionary(cases.map { ($0.id, $0) }) { first, _ in first }
        self.decided = decided
        self.locked = locked
        self.alone = alone
    }
}

// MARK: - Reading

extension WorkingSet {
    package var customers: [CustomerID: Customer] { catalogue.customers }
    package var products: [ProductID: Product] { catalogue.products }
    package var assets: [AssetID: Asset] { catalogue.assets }
    package var calendars: [CalendarID: BusinessCalendar] { catalogue.calendars }
    package var serviceLevels: [ServiceLevelID: ServiceLevel] { catalogue.serviceLevels }
    package var plans: [PlanID: Plan] { catalogue.plans }
    package var contracts: [ContractID: Contract] { catalogue.contracts }

    /// The customer and everything above it, nearest first; empty if it isn't known.
    package func line(of customer: CustomerID) -> [Customer] {
        let line = Tree.line(from: customer, in: catalogue.customers, above: \.parent)
        // What a line is asked for follows from standing alone.
        return line.isEmpty && alone.contains(customer) ? [Customer(id: customer, kind: .account)] : line
    }

    /// The product and the families above it, nearest first; empty if it isn't known.
    package func line(of product: ProductID) -> [Product] {
        Tree.line(from: product, in: catalogue.products, above: \.family)
    }

    package func openedCase(_ id: CaseID) -> Case? {
        if let earlier = openedBefore[id] { return earlier }
        guard let place = opened[id] else { return nil }
        return changes.cases[place]
    }

    /// All cases that it knows of.
    package var cases: [Case] { Array(openedBefore.values) + changes.cases }

    /// How a call of that id was decided, whenever that was.
    package func decision(of request: RequestID) -> Decided? {
        if let earlier = decided[request] { return earlier }
        guard let place = decisions[request] else { return nil }
        let decision = changes.decisions[place]
        return Decided(
            fingerprint: decision.fingerprint, entry: changes.entries[decision.entries.upperBound - 1],
            position: .offset(decision.offset))
    }

    /// Whether all candidates of a line were loaded: not if the batch itself has changed the line.
    func hasCandidates(of line: [Customer]) -> Bool {
        moved.isEmpty || !line.contains { [moved] in moved.contains($0.id) }
    }

    /// The named entitlement, or all of the customer's line.
    func candidates(for inquiry: Inquiry, line: [Customer]) -> [Entitlement] {
        if let named = inquiry.entitlement { return entitlements[named].map { [$0] } ?? [] }
        var candidates: [Entitlement] = []
        for customer in line { entitlements.add(of: customer.id, to: &candidates) }
        return candidates
    }

    /// What covers a case when nothing else does: the nearest default of the customer's line, or the tenant's.
    func defaultEntitlement(for line: [Customer]) -> EntitlementID? {
        for customer in line {
            if let nearest = customer.defaultEntitlement { return nearest }
        }
        return settings.defaultEntitlement
    }

    /// An entitlement as it is at an instant, with what time has brought since it was last changed.
    /// - Parameter depth: how many that carry over from each other were looked at on the way; bounded, so that a cycle
    ///   that came in by other means can't stop the server.
    func present(
        _ stored: Entitlement, at now: Instant, depth: Int = 0
    ) -> (entitlement: Entitlement, effects: [Effect]) {
        var entitlement = stored
        // It may itself never have been looked at since what it carries over was there.
        var predecessor: Entitlement?
        if let id = stored.isToCarry(at: now, zone: zone) { predecessor = entitlements[id] }
        if let ended = predecessor, depth < Tree.maximumDepth {
            let end = ended.cover(tenantZone: zone).clamp(now)
            predecessor = present(ended, at: end, depth: depth + 1).entitlement
        }
        let effects = entitlement.advance(to: now, zone: zone, predecessor: predecessor)
        return (entitlement, effects)
    }

    /// Those from which an entitlement is to carry over: the one that it renews, the one which that renews, and so on,
    /// as far as nobody has looked at them since.
    func carriers(of stored: Entitlement, at now: Instant) -> [EntitlementID] {
        var carriers: [EntitlementID] = []
        var next = stored.isToCarry(at: now, zone: zone)
        while let id = next, carriers.count < Tree.maximumWalk {
            carriers.append(id)
            let carrier = entitlements[id]
            next = carrier?.isToCarry(at: carrier?.cover(tenantZone: zone).clamp(now) ?? now, zone: zone)
        }
        return carriers
    }

    /// The entitlement that a command is about, brought to ``now`` and held by this transaction.
    /// - Throws: ``EntitledError`` `not_found`, ``UnlockedFacts``.
    func held(
        _ id: EntitlementID, field: String = "id"
    ) throws -> (entitlement: Entitlement, effects: [Effect], now: Instant) {
        guard let stored = entitlements[id] else {
            throw EntitledError.notFound(field, id.text)
        }
        let now = max(now, stored.lastDecided ?? now)
        try requireLock(on: Set([id] + carriers(of: stored, at: now)))
        let (entitlement, effects) = present(stored, at: now)
        return (entitlement, effects, now)
    }

    /// - Throws: ``EntitledError`` `invalid_field` if the tenant has no such channel.
    func check(channel: ChannelID, field: String) throws(EntitledError) {
        guard Channel.standard.contains(channel) || channels.contains(channel) else {
            throw .invalid(
                field, "there is no channel '\(channel)'",
                allowed: Channel.standard.map(\.text).joined(separator: ", ") + ", or one that was added")
        }
    }

    /// Whether the transaction holds it.
    func isLocked(_ id: EntitlementID) -> Bool { locked.contains(id) }

    /// - Throws: ``UnlockedFacts`` naming those of the entitlements that the transaction doesn't hold.
    func requireLock(on ids: Set<EntitlementID>) throws(UnlockedFacts) {
        guard ids.isSubset(of: locked) else { throw UnlockedFacts(entitlements: ids.subtracting(locked)) }
    }
}

// MARK: - Changing

extension WorkingSet {
    /// Adds a record, or replaces the one of the same id.
    mutating func put<Record: StoredRecord>(_ record: Record) {
        let isNew = catalogue[keyPath: Record.facts][record.id] == nil
        let wasAdded = changes.added[keyPath: Record.facts][record.id] != nil
        if let customer = record as? Customer, isNew || customers[customer.id]?.parent != customer.parent {
            moved.insert(customer.id)
        }
        catalogue.insert(record)
        if isNew || wasAdded { changes.added.insert(record) } else { changes.replaced.insert(record) }
    }

    mutating func put(_ settings: Settings) {
        self.settings = settings
        changes.settings = settings
    }

    mutating func insert(_ channel: Channel) {
        channels.insert(channel.id)
        changes.channels.append(channel)
    }

    mutating func insert(_ entitlement: Entitlement) {
        entitlements.insert(entitlement)
        // Nobody else can see it before the commit.
        locked.insert(entitlement.id)
        changes.entitlements.insert(entitlement.id)
        changes.drafted.insert(entitlement.id)
        noteGrants(of: entitlement, before: [])
    }

    /// Replaces an entitlement that this transaction holds, first recording what time had brought.
    mutating func replace(with entitlement: Entitlement, after effects: [Effect] = []) {
        record(effects, of: entitlement)
        let old = entitlements.replace(with: entitlement)
        if old?.version != entitlement.version { changes.entitlements.insert(entitlement.id) }
        noteGrants(of: entitlement, before: old?.allocations ?? [])
    }

    /// Takes a draft away.
    mutating func delete(_ draft: Entitlement) {
        entitlements.remove(draft)
        changes.entitlements.remove(draft.id)
        // One that was drafted in this batch was never written.
        if changes.drafted.remove(draft.id) == nil { changes.deleted.insert(draft.id) }
    }

    private mutating func noteGrants(of entitlement: Entitlement, before: [Allocation]) {
        for (index, allocation) in entitlement.allocations.enumerated() {
            let old = before.indices.contains(index) ? before[index].grants : []
            for (place, grant) in allocation.grants.enumerated() where place >= old.count || old[place] != grant {
                let key = GrantKey(entitlement: entitlement.id, allocation: allocation.name, grant: grant.number)
                if place >= old.count {
                    changes.newGrants.insert(key)
                } else if !changes.newGrants.contains(key) {
                    changes.grants.insert(key)
                }
            }
        }
    }

    mutating func insert(_ case: Case) {
        opened[`case`.id] = changes.cases.count
        changes.cases.append(`case`)
    }

    /// Records what the passing of time has brought.
    mutating func record(_ effects: [Effect], of entitlement: Entitlement) {
        for effect in effects {
            record(
                JournalEntry(
                    event: effect.event, actor: JournalEntry.system, occurredAt: effect.occurredAt,
                    customer: entitlement.terms.customer, entitlement: entitlement.id, postings: effect.postings,
                    detail: effect.detail))
        }
    }

    mutating func record(_ entry: JournalEntry) {
        changes.entries.append(entry)
        changes.journalRowCount += entry.rowCount
    }

    /// Keeps what a call was answered, for its repetitions in the same batch and for the journal.
    /// - Parameter entries: what was recorded for it, the answer's last.
    /// - Returns: where in the journal the answer will stand.
    @usableFromInline
    mutating func remember(_ envelope: Envelope, _ method: Method, _ entries: Range<Int>) -> JournalPosition {
        let offset = changes.journalRowCount - changes.entries[entries.upperBound - 1].rowCount
        decisions[envelope.request] = changes.decisions.count
        changes.decisions.append(
            Changes.Decision(
                request: envelope.request, fingerprint: envelope.fingerprint, method: method, entries: entries,
                offset: offset))
        return .offset(offset)
    }
}

/// Names one grant.
package struct GrantKey: Hashable, Comparable, Sendable {
    package let entitlement: EntitlementID
    package let allocation: String
    package let grant: Int32

    package init(entitlement: EntitlementID, allocation: String, grant: Int32) {
        self.entitlement = entitlement
        self.allocation = allocation
        self.grant = grant
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.entitlement, left.allocation, left.grant) < (right.entitlement, right.allocation, right.grant)
    }
}

/// What a batch writes. The new state of what is named here stands in the working set.
package struct Changes: Sendable {
    /// New records, as they are at the end of the batch.
    package fileprivate(set) var added = Catalogue()
    /// Records that were replaced.
    package fileprivate(set) var replaced = Catalogue()
    package fileprivate(set) var settings: Settings?
    package fileprivate(set) var channels: [Channel] = []
    /// Entitlements whose terms, state or life changed, new ones among them.
    package fileprivate(set) var entitlements: Set<EntitlementID> = []
    /// New entitlements; some may be activated already.
    package fileprivate(set) var drafted: Set<EntitlementID> = []
    /// Drafts that were deleted.
    package fileprivate(set) var deleted: Set<EntitlementID> = []
    package fileprivate(set) var newGrants: Set<GrantKey> = []
    /// Grants whose quantities or balances changed; none of them is new.
    package fileprivate(set) var grants: Set<GrantKey> = []
    package fileprivate(set) var cases: [Case] = []
    package fileprivate(set) var entries: [JournalEntry] = []
    /// The calls that the entries belong to.
    package fileprivate(set) var decisions: [Decision] = []

    /// One decided call and the journal entries that it wrote.
    package struct Decision: Sendable {
        package let request: RequestID
        package let fingerprint: Fingerprint
        package let method: Method
        /// Indices into ``Changes/entries``. The last one is the answer's: it bears the request id.
        package let entries: Range<Int>
        /// The answer's first row, counted from the first that the batch writes.
        let offset: Int
    }

    /// The rows that the entries take in the journal: one for each posting, at least one an entry.
    package fileprivate(set) var journalRowCount = 0

    package var isEmpty: Bool { entries.isEmpty }
}

extension JournalEntry {
    /// How many rows it takes in the journal.
    package var rowCount: Int { max(1, postings.count) }
}
