/// How grants are used up: which come first, and what is taken from, or set aside in, each.
extension Allocation {
    /// The priority of a rollover: burnt before everything else.
    static let rolloverPriority = Int32.min

    /// The grants that are valid at an instant, as indices, in burn order: priority, then soonest expiry, then oldest.
    func burnOrder(at instant: Instant) -> [Int] {
        var valid = grants.indices.filter { grants[$0].isValid(at: instant) }
        if valid.count > 1 { valid.sort { burnsBefore(grants[$0], grants[$1]) } }
        return valid
    }

    private func burnsBefore(_ left: Grant, _ right: Grant) -> Bool {
        if left.priority != right.priority { return left.priority < right.priority }
        switch (left.until, right.until) {
        case (let left?, let right?) where left != right: return left < right
        case (.some, nil): return true
        case (nil, .some): return false
        case (nil, nil), (.some, .some): return left.number < right.number
        }
    }

    /// Takes an amount, or sets it aside. What goes beyond the grants was found to be allowed: it is overage.
    /// - Parameter periodEnd: until when overage counts: it is never taken into the next period.
    /// - Returns: a posting for each grant that gave something.
    mutating func take(_ amount: Int64, isHeld: Bool, at now: Instant, periodEnd: Instant?) -> [Posting] {
        var due = amount
        var postings: [Posting] = []
        for index in burnOrder(at: now) where due > 0 {
            let share = min(due, grants[index].available ?? due)
            guard share > 0 else { continue }
            due -= share
            postings.append(book(share, on: index, isHeld: isHeld, at: now))
        }
        if due > 0 {
            postings.append(book(due, on: overageGrant(at: now, until: periodEnd), isHeld: isHeld, at: now))
        }
        return postings
    }

    private mutating func book(_ amount: Int64, on index: Int, isHeld: Bool, at now: Instant) -> Posting {
        if isHeld { grants[index].held += amount } else { grants[index].charged += amount }
        grants[index].changedAt = now
        return posting(grants[index].number, charged: isHeld ? 0 : amount, held: isHeld ? amount : 0, at: now)
    }

    /// The grant of nothing that bears the present period's overage; made if there is none.
    private mutating func overageGrant(at now: Instant, until end: Instant?) -> Int {
        if let index = grants.firstIndex(where: { $0.origin == .overage && $0.until == end }) { return index }
        _ = grant(0, .overage, from: now, until: end, at: now)
        return grants.count - 1
    }

    /// Adds a grant.
    /// - Parameter instant: when it takes effect.
    mutating func grant(
        _ quantity: Int64?, _ origin: Grant.Origin, from: Instant? = nil, until: Instant? = nil, priority: Int32 = 0,
        at instant: Instant
    ) -> Posting {
        let number = (grants.last?.number ?? 0) + 1
        grants.append(
            Grant(
                number: number, origin: origin, quantity: quantity, from: from, until: until, priority: priority,
                changedAt: instant))
        return posting(number, granted: quantity ?? 0, at: instant)
    }

    /// Takes back what is unused of what was sold, the grants that burn last first.
    /// - Parameter until: only from grants that end then.
    /// - Returns: the postings, and how much could not be taken back.
    mutating func takeBack(_ amount: Int64, until: Instant?, at now: Instant) -> (postings: [Posting], short: Int64) {
        // What overage has used of it is not unused.
        let unused = max(0, balance(at: now).available ?? 0)
        var due = min(amount, unused)
        let short = amount - due
        var postings: [Posting] = []
        for index in burnOrder(at: now).reversed() where due > 0 {
            let grant = grants[index]
            guard grant.origin == .purchase, grant.until == until, let quantity = grant.quantity,
                let available = grant.available
            else { continue }
            let share = min(due, available)
            guard share > 0 else { continue }
            due -= share
            grants[index].quantity = quantity - share
            grants[index].changedAt = now
            postings.append(posting(grant.number, granted: -share, at: now))
        }
        return (postings, due + short)
    }

    /// A movement on one grant, with the balance as it is now.
    private func posting(
        _ grant: Int32, granted: Int64 = 0, charged: Int64 = 0, held: Int64 = 0, at instant: Instant
    ) -> Posting {
        let balance = balance(at: instant)
        return Posting(
            allocation: name, grant: grant, granted: granted, charged: charged, held: held,
            remainingAfter: balance.remaining, availableAfter: balance.available)
    }
}
