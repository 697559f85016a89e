extension Allocation {
    /// What can be charged now as of an earlier instant; nil if unlimited.
    ///
    /// As long as the books of the period in which it lies are open, that is what lapsed of the grants valid then, and
    /// what is left of that which rolled over from them. After that, or if nothing was decided in that period, it
    /// counts in the present one.
    func available(
        backdatedTo instant: Instant, at now: Instant, in entitlement: Entitlement, _ facts: WorkingSet
    ) -> Int64? {
        guard terms.kind.quantity != nil else { return nil }
        let period = entitlement.period(of: self, at: instant, tenantZone: facts.zone)?.0
        let end = period?.until ?? entitlement.cover(tenantZone: facts.zone).until
        let ofPeriod = grants.filter { $0.until == period?.until && $0.origin.isOfPeriod }
        guard !ofPeriod.isEmpty, end.map({ entitlement.booksAreOpen(until: $0, at: now, facts) }) ?? true else {
            return balance(at: now).available
        }
        let available = grants.filter { $0.isValid(at: instant) }.reduce(0) { $0 + ($1.available ?? 0) }
        let rolledOn = grants.filter { grant in
            grant.origin == .rollover && period.map { $0.until <= grant.from ?? $0.from } ?? false
        }
        guard let unused = rolledOn.map({ $0.available ?? 0 }).min() else { return available }
        // What rolled over isn't there twice; of it, what no later period has used can be taken back.
        let rolledOver = min(terms.rolloverMaximum, max(0, ofPeriod.reduce(0) { $0 + ($1.available ?? 0) }))
        return available - rolledOver + min(rolledOver, unused)
    }
}

extension Entitlement {
    /// Whether what happened before an end can still be booked there.
    fileprivate func booksAreOpen(until end: Instant, at now: Instant, _ facts: WorkingSet) -> Bool {
        let zone = terms.zone(tenant: facts.zone)
        return now < zone.start(of: zone.day(at: end).advanced(days: Int(facts.settings.closingDays)))
    }
}
