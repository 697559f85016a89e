/// The facts of one batch as its commands have left them so far, together with what has to be written for it.
///
/// A store loads one under locks, the batch's commands are decided on it one after the other, and the store persists
/// its ``changes``.
package struct WorkingSet: Sendable {
    /// The database's clock, read after the locks were taken.
    package let now: Instant
    /// The tenant's time zone.
    package let zone: Zone
    package private(set) var customers: [CustomerID: Customer]
    package private(set) var products: [ProductID: Product]
    /// Those of the channels asked for that the tenant added; the standard ones are not in it.
    package private(set) var channels: Set<ChannelID>
    package private(set) var entitlements: [EntitlementID: Entitlement]
    package private(set) var cases: [CaseID: Case]
    package private(set) var decided: [RequestID: Decided]
    package private(set) var changes = Changes()

    private var entitlementsOf: [CustomerID: [EntitlementID]]
    private var locked: Set<EntitlementID>

    /// - Parameter locked: the entitlements whose rows the transaction holds.
    package init(
        now: Instant, zone: Zone, customers: [Customer] = [], products: [Product] = [], channels: [Channel] = [],
        entitlements: [Entitlement] = [], locked: Set<EntitlementID> = [], cases: [Case] = [],
        decided: [RequestID: Decided] = [:]
    ) {
        self.now = now
        self.zone = zone
        self.customers = Dictionary(customers.map { ($0.id, $0) }) { first, _ in first }
        self.products = Dictionary(products.map { ($0.id, $0) }) { first, _ in first }
        self.channels = Set(channels.map(\.id))
        self.entitlements = Dictionary(entitlements.map { ($0.id, $0) }) { first, _ in first }
        entitlementsOf = Dictionary(grouping: entitlements, by: \.terms.customer).mapValues { $0.map(\.id) }
        self.cases = Dictionary(cases.map { ($0.id, $0) }) { first, _ in first }
        self.decided = decided
        self.locked = locked
    }
}

// MARK: - Reading

extension WorkingSet {
    /// The customer and everything above it, nearest first; empty if it isn't known.
    package func line(of customer: CustomerID) -> [CustomerID] {
        line(from: customer) { customers[$0].map { ($0.id, $0.parent) } }
    }

    /// The product and the families above it, nearest first; empty if it isn't known.
    package func line(of product: ProductID) -> [ProductID] {
        line(from: product) { products[$0].map { ($0.id, $0.family) } }
    }

    private func line<Record>(
        from first: Identifier<Record>, step: (Identifier<Record>) -> (Identifier<Record>, Identifier<Record>?)?
    ) -> [Identifier<Record>] {
        var line: [Identifier<Record>] = []
        var next: Identifier<Record>? = first
        // Bounded, so that a cycle that came in by other means can't hold a connection's thread for ever.
        while let id = next, line.count <= Tree.maximumDepth, let (found, above) = step(id) {
            line.append(found)
            next = above
        }
        return line
    }

    /// The named entitlement, or all of the customer's line.
    func candidates(for inquiry: Inquiry, line: [CustomerID]) -> [Entitlement] {
        let ids = inquiry.entitlement.map { [$0] } ?? line.flatMap { entitlementsOf[$0] ?? [] }
        return ids.compactMap { entitlements[$0] }
    }

    /// - Throws: ``EntitledError`` `invalid_field` if the tenant has no such channel.
    func check(channel: ChannelID, field: String) throws(EntitledError) {
        guard Channel.standard.contains(channel) || channels.contains(channel) else {
            throw .invalid(
                field, "there is no channel '\(channel)'",
                allowed: Channel.standard.map(\.text).joined(separator: ", ") + ", or one that was added")
        }
    }

    /// - Throws: ``UnlockedFacts`` naming those of the entitlements that the transaction doesn't hold.
    func requireLock(on ids: Set<EntitlementID>) throws(UnlockedFacts) {
        guard ids.isSubset(of: locked) else { throw UnlockedFacts(entitlements: ids.subtracting(locked)) }
    }
}

// MARK: - Changing

extension WorkingSet {
    mutating func insert(_ customer: Customer) {
        customers[customer.id] = customer
        changes.customers.append(customer)
    }

    mutating func insert(_ product: Product) {
        products[product.id] = product
        changes.products.append(product)
    }

    mutating func insert(_ channel: Channel) {
        channels.insert(channel.id)
        changes.channels.append(channel)
    }

    mutating func insert(_ entitlement: Entitlement) {
        entitlements[entitlement.id] = entitlement
        entitlementsOf[entitlement.terms.customer, default: []].append(entitlement.id)
        // Nobody else can see it before the commit.
        locked.insert(entitlement.id)
        changes.drafted.insert(entitlement.id)
    }

    /// Replaces the draft of the same id.
    mutating func activate(_ entitlement: Entitlement) {
        entitlements[entitlement.id] = entitlement
        changes.activated.insert(entitlement.id)
    }

    mutating func insert(_ case: Case) {
        cases[`case`.id] = `case`
        changes.cases.append(`case`)
    }

    /// Takes `cost` from every allocation of an entitlement that was found to cover it.
    mutating func charge(_ cost: Int64, to id: EntitlementID, at now: Instant) -> [Posting] {
        guard var allocations = entitlements[id]?.allocations else { return [] }
        var postings: [Posting] = []
        for index in allocations.indices {
            postings += Consumption.take(cost, from: &allocations[index], at: now)
        }
        entitlements[id]?.allocations = allocations
        for posting in postings {
            changes.grants.insert(GrantKey(entitlement: id, allocation: posting.allocation, grant: posting.grant))
        }
        return postings
    }

    mutating func record(_ entry: JournalEntry) {
        changes.entries.append(entry)
        changes.journalRowCount += entry.rowCount
    }

    /// Keeps what a call was answered, for its repetitions in the same batch and for the journal.
    mutating func remember(_ envelope: Envelope, _ method: Method, _ entries: Range<Int>, _ decision: Decided) {
        decided[envelope.request] = decision
        changes.decisions.append(
            Changes.Decision(
                request: envelope.request, fingerprint: envelope.fingerprint, method: method, entries: entries))
    }
}

/// Names one grant.
package struct GrantKey: Hashable, Comparable, Sendable {
    package let entitlement: EntitlementID
    package let allocation: String
    package let grant: Int32

    package static func < (left: Self, right: Self) -> Bool {
        (left.entitlement, left.allocation, left.grant) < (right.entitlement, right.allocation, right.grant)
    }
}

/// What a batch writes. The new state of what is named here stands in the working set.
package struct Changes: Sendable {
    package fileprivate(set) var customers: [Customer] = []
    package fileprivate(set) var products: [Product] = []
    package fileprivate(set) var channels: [Channel] = []
    /// New entitlements; some may be activated already.
    package fileprivate(set) var drafted: Set<EntitlementID> = []
    /// Entitlements that were put into force, new ones among them: their grants are new.
    package fileprivate(set) var activated: Set<EntitlementID> = []
    /// Grants whose balances changed.
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
        /// Indices into ``Changes/entries``.
        package let entries: Range<Int>
    }

    /// The rows that the entries take in the journal: one for each posting, at least one an entry.
    package fileprivate(set) var journalRowCount = 0

    package var isEmpty: Bool { entries.isEmpty }
}

extension JournalEntry {
    /// How many rows it takes in the journal.
    package var rowCount: Int { max(1, postings.count) }
}
