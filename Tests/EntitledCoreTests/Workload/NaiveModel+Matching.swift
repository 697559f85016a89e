extension NaiveModel {
    struct Question {
        /// An account or a contact.
        var customer: String
        var product: String?
        var asset: String?
        var channel: String?
        var priority: Int?
        /// The one to test, if the caller names it.
        var entitlement: String?
    }

    /// In the order in which they win.
    enum Reason: String, CaseIterable {
        case wrongCustomer = "wrong_customer"
        case draft
        case cancelled
        case suspended
        case notStarted = "not_started"
        case expired
        case contactNotListed = "contact_not_listed"
        case productNotCovered = "product_not_covered"
        case assetNotCovered = "asset_not_covered"
        case channelNotCovered = "channel_not_covered"
        case outsideHours = "outside_hours"
        case noAllocation = "no_allocation"
        case exhausted
    }

    enum Standing: Equatable {
        /// 1 is the most specific of those that take the case.
        case rank(Int)
        case reason(Reason)
    }

    enum Verdict: Equatable {
        case covered(by: String)
        case notCovered
        /// With the most specific one of those that are.
        case exhausted(String)
        /// The case is there already, with its entitlement.
        case exists(String)
        /// The asset is of another product.
        case contradiction
    }

    struct Answer: Equatable {
        var verdict: Verdict
        var candidates: [String: Standing] = [:]
    }

    /// Would the case be covered now, or at an earlier instant?
    mutating func check(_ question: Question, at earlier: Int64? = nil, now: Int64) -> Answer {
        advance(to: now)
        return decide(question, at: earlier ?? now, now: now)
    }

    mutating func open(_ id: String, _ question: Question, now: Int64) -> Answer {
        advance(to: now)
        if let present = cases[id] { return Answer(verdict: .exists(present)) }
        let answer = decide(question, at: now, now: now)
        if case .covered(let entitlement) = answer.verdict, let question = resolved(question) {
            debit(entitlement, question, now: now)
            cases[id] = entitlement
        }
        return answer
    }

    /// With the asset's product; nil if it contradicts the named one.
    private func resolved(_ question: Question) -> Question? {
        guard let asset = question.asset, let product = assets[asset] else { return question }
        if let named = question.product, distance(product, [named]) == nil { return nil }
        var resolved = question
        resolved.product = product
        return resolved
    }

    private func decide(_ asked: Question, at instant: Int64, now: Int64) -> Answer {
        guard let question = resolved(asked) else { return Answer(verdict: .contradiction) }
        let line = line(of: question.customer)
        let ids = entitlements.keys.filter { id in
            question.entitlement.map { $0 == id } ?? line.contains(known(id).terms(at: instant).customer)
        }
        let reasons = ids.map { ($0, reason($0, question, line, at: instant, now: now)) }
        let covering = reasons.filter { $0.1 == nil || $0.1 == .exhausted }.map(\.0)
            .sorted { precedes($0, $1, question, line, at: instant) }
        let enough = covering.filter { id in reasons.contains { $0.0 == id && $0.1 == nil } }

        var answer = Answer(verdict: .notCovered)
        for (id, reason) in reasons {
            if let reason { answer.candidates[id] = .reason(reason) }
        }
        for (position, id) in enough.enumerated() { answer.candidates[id] = .rank(position + 1) }
        if let first = covering.first {
            let taker = fallThrough || enough.first == first ? enough.first : nil
            answer.verdict = taker.map { .covered(by: $0) } ?? .exhausted(first)
        } else if let id = defaultEntitlement(line), question.entitlement == nil,
            // Reading: a default that isn't active, has no allocation for the case, or not enough, doesn't lead on to
            // another one, and one that the caller has named has no default behind it.
            entitlements[id] != nil, status(id, at: instant) == .active,
            shortOrNone(id, question, at: instant, now: now) == nil
        {
            answer.verdict = .covered(by: id)
        }
        return answer
    }

    // MARK: Reasons

    private func reason(
        _ id: String, _ question: Question, _ line: [String], at instant: Int64, now: Int64
    ) -> Reason? {
        let entitlement = known(id)
        let terms = entitlement.terms(at: instant)
        if !serves(terms, line) { return .wrongCustomer }
        // Reading: the reason of a cancelled draft is that it is a draft.
        if entitlement.isDraft { return .draft }
        switch status(id, at: instant) {
        case .draft: return .draft
        case .cancelled: return .cancelled
        case .suspended: return .suspended
        case .waiting: return .notStarted
        case .expired, .renewed: return .expired
        case .active: break
        }
        if let contacts = terms.contacts, !contacts.contains(question.customer) { return .contactNotListed }
        if distance(question.product, terms.products) == nil { return .productNotCovered }
        if !contains(terms.assets, question.asset) { return .assetNotCovered }
        if !contains(terms.channels, question.channel) { return .channelNotCovered }
        if terms.hoursOnly, isClosed(terms, at: instant) { return .outsideHours }
        return shortOrNone(id, question, at: instant, now: now)
    }

    private func shortOrNone(_ id: String, _ question: Question, at instant: Int64, now: Int64) -> Reason? {
        let entitlement = known(id)
        let debits = debits(entitlement.terms(at: instant), question, at: instant)
        if debits.isEmpty { return .noAllocation }
        let short = debits.contains { debit in
            guard let available = available(entitlement, debit.position, at: instant, now: now) else { return false }
            return available < debit.need
        }
        return short ? .exhausted : nil
    }

    /// The customer, the accounts above it, nearest first.
    private func line(of customer: String) -> [String] {
        var line = [customer]
        while let last = line.last, let parent = customers[last]?.parent { line.append(parent) }
        return line
    }

    private func serves(_ terms: Terms, _ line: [String]) -> Bool {
        guard let level = line.firstIndex(of: terms.customer) else { return false }
        let own = customers[line[0]]?.isContact == true ? 1 : 0
        return level <= own || terms.servesDescendants
    }

    private func contains(_ scope: [String]?, _ name: String?) -> Bool {
        guard let scope else { return true }
        return name.map { scope.contains($0) } ?? false
    }

    /// How far above the product the nearest one of the scope is: 0 is the product itself, `Int.max` stands for no
    /// scope at all, nil for outside.
    private func distance(_ product: String?, _ scope: [String]?) -> Int? {
        guard let scope else { return .max }
        var (level, distance) = (product, 0)
        while let current = level {
            if scope.contains(current) { return distance }
            level = products[current] ?? nil
            distance += 1
        }
        return nil
    }

    // Reading: without a calendar it is never closed.
    private func isClosed(_ terms: Terms, at instant: Int64) -> Bool {
        guard let calendar = terms.calendar.flatMap({ calendars[$0] }) else { return false }
        return !calendar.isOpen(at: instant)
    }

    private func defaultEntitlement(_ line: [String]) -> String? {
        for customer in line {
            if let id = customers[customer]?.defaultEntitlement { return id }
        }
        return defaultEntitlement
    }

    private func precedes(
        _ one: String, _ other: String, _ question: Question, _ line: [String], at instant: Int64
    ) -> Bool {
        func key(_ id: String) -> [Int] {
            let terms = known(id).terms(at: instant)
            return [
                terms.assets == nil ? 1 : 0, terms.contacts == nil ? 1 : 0,
                distance(question.product, terms.products) ?? .max, terms.channels == nil ? 1 : 0,
                line.firstIndex(of: terms.customer) ?? .max,
                // Reading: the oldest start is the earliest day, whatever the zone.
                terms.priority ?? .max, terms.startDay,
            ]
        }
        let (first, second) = (key(one), key(other))
        if first != second { return first.lexicographicallyPrecedes(second) }
        return one.utf8.lexicographicallyPrecedes(other.utf8)
    }

    // MARK: Amounts

    private struct Debit {
        var position: Int
        var amount: Int64
        var need: Int64
        var isHold: Bool
    }

    /// What the case takes, or sets aside, from each allocation that covers it.
    private func debits(_ terms: Terms, _ question: Question, at instant: Int64) -> [Debit] {
        var debits: [Debit] = []
        for (position, allocation) in terms.allocations.enumerated() {
            guard contains(allocation.channels, question.channel),
                distance(question.product, allocation.products) != nil
            else { continue }
            switch allocation.unit {
            case .wholeCase:
                var cost: Int64 = 1
                cost *= question.channel.flatMap { allocation.weights.channels[$0] } ?? 1
                cost *= question.priority.flatMap { allocation.weights.priorities[$0] } ?? 1
                if isClosed(terms, at: instant) { cost *= allocation.weights.outOfHours ?? 1 }
                let isHold = allocation.consumption == .resolution
                debits.append(Debit(position: position, amount: cost, need: cost, isHold: isHold))
            case .second:
                let hold = allocation.holdSeconds
                debits.append(Debit(position: position, amount: hold, need: max(1, hold), isHold: true))
            }
        }
        return debits
    }

    private mutating func debit(_ id: String, _ question: Question, now: Int64) {
        var entitlement = known(id)
        for debit in debits(entitlement.terms, question, at: now) {
            var rest = debit.amount
            for index in entitlement.pools[debit.position].burnOrder(at: now) {
                var grant = entitlement.pools[debit.position].grants[index]
                let part = grant.quantity == nil ? rest : max(0, min(rest, grant.available))
                if debit.isHold { grant.held += part } else { grant.charged += part }
                entitlement.pools[debit.position].grants[index] = grant
                rest -= part
            }
            precondition(rest == 0, "\(id) took a case that it has not enough for")
        }
        entitlement.write()
        entitlements[id] = entitlement
    }

    /// What a pool has for a case of that instant; nil if it is unlimited.
    private func available(_ entitlement: Entitlement, _ position: Int, at instant: Int64, now: Int64) -> Int64? {
        let pool = entitlement.pools[position]
        guard entitlement.terms.allocations[position].quantity != nil else { return nil }
        guard instant < now, hasBooks(pool, at: instant), booksAreOpen(entitlement, pool, at: instant, now: now) else {
            return pool.grants.filter { $0.isValid(at: now) }.map(\.available).reduce(0, +)
        }
        let valid = pool.grants.filter { $0.isValid(at: instant) }.map(\.available).reduce(0, +)
        guard let span = pool.spans.first(where: { $0.from <= instant && instant < $0.until }), span.until <= now
        else { return valid }
        let rolled = pool.grants.first { $0.origin == .rollover && $0.from == span.until }
        return valid - (rolled?.quantity ?? 0) + left(ofRollover: rolled, pool)
    }

    // Reading: a period in which nothing was decided has no books of its own.
    private func hasBooks(_ pool: Pool, at instant: Int64) -> Bool {
        guard let last = pool.spans.last else { return true }
        guard let span = pool.spans.first(where: { $0.from <= instant && instant < $0.until }) else { return false }
        return span == last || pool.written.contains(span.index)
    }

    // Reading: what rolled over more than once is there as far as every one of these grants has it available.
    private func left(ofRollover grant: Grant?, _ pool: Pool) -> Int64 {
        guard let grant else { return 0 }
        let next = pool.spans.first { $0.from == grant.until }
        guard let next else { return grant.available }
        let following = pool.grants.first { $0.origin == .rollover && $0.from == next.from }
        return min(grant.available, left(ofRollover: following, pool))
    }

    // Reading: closing days are days of the entitlement's zone after the day on which the period's end falls. Of a time
    // before the pool's first grants there are no books.
    private func booksAreOpen(_ entitlement: Entitlement, _ pool: Pool, at instant: Int64, now: Int64) -> Bool {
        let zone = entitlement.terms.zone ?? zone
        let end =
            pool.spans.isEmpty
            ? self.end(entitlement) : pool.spans.first { $0.from <= instant && instant < $0.until }?.until
        guard let end else { return false }
        if end == .max { return true }
        return now < NaiveCalendar.start(of: NaiveCalendar.local(end, zone).day + closingDays, zone)
    }
}
