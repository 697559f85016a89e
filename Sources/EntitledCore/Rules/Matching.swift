/// Which entitlement covers a case: every candidate gets a rank or the one reason why it fails.
struct Matching {
    enum Decision {
        /// By the one that stands there in ``judged``.
        case covered(Int)
        case refused(Refusal)
    }

    /// What was asked, with what follows from it.
    let inquiry: Inquiry
    /// The instant of the decision: the database's clock, never before what was last decided about a candidate.
    let now: Instant
    /// Whether everything that matters was loaded. What the batch itself has brought may refer to what wasn't: then the
    /// call is decided in the next one.
    let isComplete: Bool
    /// Those that cover first, then by how near they came to covering the case; the default, if it was asked, stands
    /// last.
    let judged: [Judged]
    /// Which of them covers the case.
    private let winner: Int?
    /// The most specific one that covers the case, but has too little.
    private let exhausted: Int?
    /// What was to cover the case when nothing else did, whether or not there is such an entitlement.
    private let fallback: EntitlementID?
    private let explains: Bool

    /// - Parameters:
    ///   - instant: judge cover, weights and service level as of then; nil is now.
    ///   - explains: whether the candidates say why they have their places.
    /// - Throws: ``EntitledError`` if the inquiry names what the tenant doesn't have.
    init(
        _ inquiry: Inquiry, asOf instant: Instant? = nil, explains: Bool = false, in facts: borrowing WorkingSet
    ) throws(EntitledError) {
        let line = facts.line(of: inquiry.customer)
        let inquiry = try inquiry.resolved(line, in: facts)
        let subject = Subject(inquiry, line, in: facts)
        let found = facts.candidates(for: inquiry, line: line)
        let fallback = inquiry.entitlement == nil ? facts.defaultEntitlement(for: line) : nil
        var fallbackRecord: Entitlement?
        if let fallback { fallbackRecord = facts.entitlements[fallback] }
        var now = facts.now
        for entitlement in found { now = max(now, entitlement.lastDecided ?? now) }
        if let last = fallbackRecord?.lastDecided { now = max(now, last) }
        let moment = Moment(now: now, asOf: instant)
        var judged: [Judged] = []
        judged.reserveCapacity(found.count)
        for entitlement in found { judged.append(Judged(entitlement, subject, moment, in: facts)) }
        if judged.count > 1 { judged.sort() }
        // Those that have enough before those that are allowed more, each the most specific first. From the
        // last to the first, and in their places: each would be copied otherwise.
        var isComplete = facts.hasCandidates(of: line)
        var covering: Int?
        var exhausted: Int?
        var admitted: Int?
        for place in judged.indices.reversed() {
            if !judged[place].isComplete { isComplete = false }
            if judged[place].mismatch == nil { covering = place }
            if judged[place].mismatch == .exhausted { exhausted = place }
            if judged[place].isAdmitted { admitted = place }
        }
        var winner: Int?
        if facts.settings.fallsThrough {
            winner = admitted
        } else if let covering, let exhausted, judged[exhausted].isMoreSpecific(than: judged[covering]) {
            winner = exhausted
        } else {
            winner = covering ?? exhausted
        }
        let asksFallback = winner == nil && exhausted == nil
        if asksFallback, let fallbackRecord {
            let fallback = Judged(fallbackRecord, subject, moment, isDefault: true, in: facts)
            judged.append(fallback)
            if fallback.isAdmitted { winner = judged.count - 1 }
        }
        self.inquiry = inquiry
        self.now = now
        self.isComplete = isComplete
        self.judged = judged
        self.winner = winner
        self.exhausted = exhausted
        self.fallback = asksFallback ? fallback : nil
        self.explains = explains
    }

    var decision: Decision {
        if let winner, judged[winner].isAdmitted { return .covered(winner) }
        return .refused(
            Refusal(
                reason: exhausted == nil ? .notCovered : .exhausted,
                entitlement: exhausted.map { judged[$0].entitlement.id }, candidates: candidates, omitted: omitted))
    }

    /// Those with a rank first, then by how near they came to covering the case.
    var candidates: [Candidate] {
        let count = min(judged.count, Candidate.maximumListed)
        var rank: Int32 = 0
        return (0..<count).map { place in
            // Whoever covers the case is told, also the default, which stands last.
            let isLast = place == count - 1
            let index = if isLast, let winner, winner >= count, judged[winner].isDefault { winner } else { place }
            let covers = judged[index].mismatch == nil
            if covers { rank += 1 }
            return judged[index].candidate(rank: covers ? rank : nil, explains: explains)
        }
    }

    /// Candidates that ``candidates`` leaves out.
    var omitted: Int32 { Int32(max(0, judged.count - Candidate.maximumListed)) }

    /// Those of the entitlements on whose balances the decision rests that the transaction doesn't hold: all must be
    /// locked before anything is taken.
    func unlocked(in facts: WorkingSet) -> Set<EntitlementID> {
        var unlocked: Set<EntitlementID> = []
        if let fallback, !facts.isLocked(fallback) { unlocked.insert(fallback) }
        for judged in judged where judged.isDecisive || judged.isDefault {
            if !facts.isLocked(judged.entitlement.id) { unlocked.insert(judged.entitlement.id) }
            for carrier in judged.carriers where !facts.isLocked(carrier) { unlocked.insert(carrier) }
        }
        return unlocked
    }

    /// When a case is judged.
    struct Moment {
        let now: Instant
        /// An earlier instant, as of which it is judged; nil if it is now.
        let asOf: Instant?

        var instant: Instant { asOf ?? now }
    }

    /// The case, with the lines that scopes are compared with.
    struct Subject {
        let inquiry: Inquiry
        /// The contact (if it is one), its account, and the accounts above.
        let customers: [Customer]
        let contact: CustomerID?
        /// The product and the families above it; empty if the case names none.
        let products: [Product]

        init(_ inquiry: Inquiry, _ line: [Customer], in facts: borrowing WorkingSet) {
            self.inquiry = inquiry
            customers = line
            contact = line.first?.kind == .contact ? inquiry.customer : nil
            if let product = inquiry.product { products = facts.line(of: product) } else { products = [] }
        }

        /// How far above the case an entitlement's customer stands: 0 is the contact itself, 1 its account. Nil if it
        /// isn't in the line at all.
        func levels(to customer: CustomerID) -> Int32? {
            customers.firstIndex { $0.id == customer }.map { Int32(contact == nil ? $0 + 1 : $0) }
        }

        /// A case without the field is inside no limit.
        func isInside(_ scope: Scope<ProductID>?) -> Bool {
            scope.map { scope in products.contains { scope.contains($0.id) } } ?? true
        }

        func isInside(_ scope: Scope<ChannelID>?) -> Bool {
            scope.map { inquiry.channel.map($0.contains) ?? false } ?? true
        }

        func isInside(_ scope: Scope<AssetID>?) -> Bool {
            scope.map { inquiry.asset.map($0.contains) ?? false } ?? true
        }

        func isInside(_ scope: Scope<CustomerID>?) -> Bool {
            scope.map { contact.map($0.contains) ?? false } ?? true
        }
    }
}

extension Entitlement {
    /// The latest instant at which one of its balances was changed, or it was amended, suspended or resumed.
    var lastDecided: Instant? {
        var last = life.suspensions.last.map { $0.until ?? $0.from }
        if let amended = life.earlier.last?.until { last = max(last ?? amended, amended) }
        for allocation in allocations {
            for grant in allocation.grants { last = max(last ?? grant.changedAt, grant.changedAt) }
        }
        return last
    }
}
