extension NaiveModel {
    /// What happens by itself, in this order if several things do at one instant.
    // Reading: an amendment for a period's first instant finds that period begun.
    private enum Happening: Int {
        case periodEnds, carried, amended
    }

    private struct Event {
        var at: Int64
        var happening: Happening
        var entitlement: String
        var pool = 0

        func precedes(_ other: Event) -> Bool {
            if at != other.at { return at < other.at }
            if happening != other.happening { return happening.rawValue < other.happening.rawValue }
            return (entitlement, pool) < (other.entitlement, other.pool)
        }
    }

    /// Lets time pass to the instant, one event after the other, over all entitlements.
    mutating func advance(to now: Int64) {
        while let event = events(upTo: now).min(by: { $0.precedes($1) }) {
            switch event.happening {
            case .periodEnds: startNextPeriod(event.entitlement, event.pool)
            case .carried: carry(event.entitlement)
            case .amended: applyPending(event.entitlement)
            }
        }
    }

    private func events(upTo now: Int64) -> [Event] {
        var events: [Event] = []
        for (id, entitlement) in entitlements where !entitlement.isDraft {
            for (position, pool) in entitlement.pools.enumerated() {
                guard let span = pool.spans.last else { continue }
                events.append(Event(at: span.until, happening: .periodEnds, entitlement: id, pool: position))
            }
            if entitlement.predecessor != nil, !entitlement.wasCarried {
                events.append(Event(at: cover(entitlement.terms).from, happening: .carried, entitlement: id))
            }
            if let at = entitlement.pending.map(\.at).min() {
                events.append(Event(at: at, happening: .amended, entitlement: id))
            }
            // Reading: nothing begins at or after the end, be it the cover's or a cancellation.
            events.removeAll { $0.entitlement == id && $0.at >= end(entitlement) }
        }
        return events.filter { $0.at <= now }
    }

    /// The first instant after which nothing is covered any more.
    func end(_ entitlement: Entitlement) -> Int64 {
        min(cover(entitlement.terms).until, entitlement.cancelledAt ?? .max)
    }

    private mutating func startNextPeriod(_ id: String, _ position: Int) {
        var entitlement = known(id)
        let allocation = entitlement.terms.allocations[position]
        guard let ended = entitlement.pools[position].spans.last, let period = allocation.period,
            let quantity = allocation.quantity
        else { preconditionFailure("\(id) has no period to end") }
        let left = entitlement.pools[position].grants
            .filter { $0.isValid(at: ended.until - 1) && $0.until == ended.until }
            .filter { $0.origin == .purchase || $0.origin == .rollover }
            .map(\.available).reduce(0, +)
        let next = span(period, entitlement.terms, holding: ended.until, near: ended.index)
        let rollover = min(allocation.rolloverMaximum, left)
        if rollover > 0 {
            entitlement.pools[position].add(.rollover, rollover, from: next.from, until: next.until)
        }
        entitlement.pools[position].add(
            .purchase, quantity * entitlement.terms.unitsSold, from: next.from, until: next.until)
        entitlement.pools[position].spans.append(next)
        entitlements[id] = entitlement
    }

    private mutating func carry(_ id: String) {
        var entitlement = known(id)
        entitlement.wasCarried = true
        if let predecessor = entitlement.predecessor.map({ known($0) }) {
            let start = cover(entitlement.terms).from
            // Reading: what was cancelled before its first covered instant has nothing to carry. An end that is moved
            // to after the successor's start isn't foreseen.
            let last = end(predecessor) - 1
            for (position, allocation) in entitlement.terms.allocations.enumerated() where allocation.quantity != nil {
                let same = predecessor.terms.allocations.firstIndex {
                    $0.name == allocation.name && $0.quantity != nil
                }
                guard let same, last >= cover(predecessor.terms).from else { continue }
                let left = predecessor.pools[same].grants.filter { $0.isValid(at: last) }.map(\.available)
                let carried = min(allocation.carryMaximum, left.reduce(0, +))
                if carried > 0 { entitlement.pools[position].add(.carried, carried, from: start) }
            }
        }
        entitlements[id] = entitlement
    }

    // Reading: of amendments for one instant, the one that was asked for first comes first.
    private mutating func applyPending(_ id: String) {
        var entitlement = known(id)
        guard let at = entitlement.pending.map(\.at).min(),
            let first = entitlement.pending.firstIndex(where: { $0.at == at })
        else { preconditionFailure("\(id) has no pending amendment") }
        let amendment = entitlement.pending.remove(at: first).amendment
        entitlement.write()
        let (amended, _) = self.amended(entitlement, amendment, at: at)
        entitlements[id] = amended
    }

    /// The first grants of all pools, replacing what was purchased before.
    func issueGrants(_ entitlement: inout Entitlement, at now: Int64) {
        if entitlement.pools.isEmpty {
            entitlement.pools = entitlement.terms.allocations.map { _ in Pool() }
        }
        let cover = cover(entitlement.terms)
        for (position, allocation) in entitlement.terms.allocations.enumerated() {
            guard let perUnit = allocation.quantity else {
                if entitlement.pools[position].grants.isEmpty { entitlement.pools[position].add(.purchase, nil) }
                continue
            }
            for grant in entitlement.pools[position].grants.indices
            where entitlement.pools[position].grants[grant].origin == .purchase {
                entitlement.pools[position].grants[grant].quantity = 0
            }
            let quantity = perUnit * entitlement.terms.unitsSold
            if let period = allocation.period {
                // Reading: activated after its end, it gets its last covered period.
                let instant = min(max(now, cover.from), cover.until - 1)
                let span = span(period, entitlement.terms, holding: instant)
                entitlement.pools[position].spans = [span]
                entitlement.pools[position].written = [span.index]
                // Reading: the first grant counts since ever, so that it can be seen before the start.
                entitlement.pools[position].add(.purchase, quantity, until: span.until)
            } else {
                entitlement.pools[position].add(.purchase, quantity)
            }
        }
    }
}
