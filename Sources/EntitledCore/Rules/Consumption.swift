extension Entitlement {
    /// What a case costs before it is weighted.
    private static let caseCost: Int64 = 1

    /// What a case demands of every allocation whose scope covers it; none if none does.
    func demands(
        of subject: Matching.Subject, isOutOfHours: Bool, _ moment: Matching.Moment, _ facts: WorkingSet
    ) -> [Demand] {
        allocations.compactMap { allocation in
            let pool = allocation.terms
            guard subject.isInside(pool.channels), subject.isInside(pool.products) else { return nil }
            let available = available(in: allocation, moment, facts)
            switch pool.kind.unit {
            case .case:
                let factors =
                    pool.weights?.factors(
                        channel: subject.inquiry.channel, priority: subject.inquiry.priority,
                        isOutOfHours: isOutOfHours) ?? []
                let cost = Factor.multiply(Self.caseCost, by: factors)
                return Demand(
                    allocation: allocation.name, amount: cost, needed: cost,
                    isHeld: pool.consumptionPoint == .resolution, available: available)
            case .second:
                return Demand(
                    allocation: allocation.name, amount: pool.holdSeconds, needed: max(1, pool.holdSeconds),
                    isHeld: true, available: available)
            }
        }
    }

    /// Without a valid grant there is nothing, also in an unlimited allocation: one in force always has one, but what a
    /// database holds must never stop the server.
    private func available(in allocation: Allocation, _ moment: Matching.Moment, _ facts: WorkingSet) -> Int64? {
        if let earlier = moment.asOf {
            return allocation.available(backdatedTo: earlier, at: moment.now, in: self, facts)
        }
        guard allocation.grants.contains(where: { $0.isValid(at: moment.now) }) else { return 0 }
        return allocation.balance(at: moment.now).available
    }

    /// Takes, or sets aside, what a case demands, which was found to be available.
    mutating func take(_ demands: [Demand], at now: Instant) -> [Posting] {
        var postings: [Posting] = []
        for demand in demands where demand.amount > 0 {
            guard let index = allocations.firstIndex(where: { $0.name == demand.allocation }) else { continue }
            postings += allocations[index].take(demand.amount, isHeld: demand.isHeld, at: now)
        }
        return postings
    }
}
