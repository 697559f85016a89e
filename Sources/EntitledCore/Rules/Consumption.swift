extension Entitlement {
    /// What a case costs before it is weighted.
    private static let caseCost: Int64 = 1

    /// What a case demands of every allocation whose scope covers it; none if none does.
    func demands(
        of subject: Matching.Subject, isOutOfHours: Bool, _ moment: Matching.Moment, _ facts: WorkingSet
    ) -> [Demand] {
        var demands: [Demand] = []
        for allocation in allocations {
            let pool = allocation.terms
            guard subject.isInside(pool.channels), subject.isInside(pool.products) else { continue }
            let available = available(in: allocation, moment, facts)
            switch pool.kind.unit {
            case .case:
                let factors =
                    pool.weights?.factors(
                        channel: subject.inquiry.channel, priority: subject.inquiry.priority,
                        isOutOfHours: isOutOfHours) ?? []
                let cost = Factor.multiply(Self.caseCost, by: factors)
                demands.append(
                    demand(
                        on: allocation, amount: cost, needed: cost, isHeld: pool.consumptionPoint == .resolution,
                        available: available))
            case .second:
                demands.append(
                    demand(
                        on: allocation, amount: pool.holdSeconds, needed: max(1, pool.holdSeconds), isHeld: true,
                        available: available))
            }
        }
        return demands
    }

    /// A demand with what the policy allows beyond what is available: within the limit of the present period.
    private func demand(
        on allocation: Allocation, amount: Int64, needed: Int64, isHeld: Bool, available: Int64?
    ) -> Demand {
        let policy = allocation.terms.exhaustionPolicy ?? terms.service.exhaustionPolicy
        let isShort = available.map { $0 < needed } ?? false
        // How far below zero it would be: what later grants have made good is no overage any more.
        let deficit = available.map { max(0, amount - $0) } ?? 0
        let isAllowed = policy == .allow && allocation.terms.overageLimit.map { deficit <= $0 } ?? true
        return Demand(
            allocation: allocation.name, amount: amount, needed: needed, isHeld: isHeld, available: available,
            overage: isShort && isAllowed ? amount - min(amount, max(0, available ?? 0)) : nil)
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

    /// Takes, or sets aside, what a case demands, which was found to be available or allowed.
    mutating func take(_ demands: [Demand], at now: Instant, zone: Zone) -> [Posting] {
        var postings: [Posting] = []
        for demand in demands where demand.amount > 0 {
            guard let index = allocations.firstIndex(where: { $0.name == demand.allocation }) else { continue }
            let end = demand.isMet ? nil : period(of: allocations[index], at: now, tenantZone: zone)?.0.until
            postings += allocations[index].take(demand.amount, isHeld: demand.isHeld, at: now, periodEnd: end)
        }
        return postings
    }
}
