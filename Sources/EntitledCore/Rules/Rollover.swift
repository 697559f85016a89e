extension Allocation {
    /// Brings a recurring allocation into a period: what rolls over, then the period's own quantity. Periods that
    /// passed without a decision get no grants of their own, but roll over as if they had.
    /// - Parameters:
    ///   - present: the period to be in.
    ///   - index: tells the number of the period that begins at an instant.
    ///   - quantity: what each period holds.
    /// - Returns: the postings of the new grants; none if it is in the period already.
    mutating func roll(
        into present: PeriodInterval, quantity: Int64, index: (Instant) -> Int64
    ) -> [Posting] {
        guard let ended = newestEnd, ended <= present.from else { return [] }
        var postings: [Posting] = []
        if terms.rolloverMaximum > 0 {
            // What was allowed beyond the grants is made good by those that came later, before anything rolls over.
            let left = grants.filter { $0.origin.isOfPeriod && $0.until == ended }.reduce(0) {
                $0 + ($1.available ?? 0)
            }
            // At every boundary it is capped, but while nothing is used it only grows: capping once comes to the same.
            let (sum, overflows) = quantity.multipliedReportingOverflow(by: present.index - index(ended))
            let rolled = overflows ? terms.rolloverMaximum : min(terms.rolloverMaximum, max(0, left) + sum)
            if rolled > 0 {
                postings.append(
                    grant(
                        rolled, .rollover, from: present.from, until: present.until,
                        priority: Allocation.rolloverPriority, at: present.from))
            }
        }
        postings.append(grant(quantity, .purchase, from: present.from, until: present.until, at: present.from))
        return postings
    }

    /// When the period ends that it is in: its newest grant is of it. One that was replaced while it waited may have
    /// had a later end.
    var newestEnd: Instant? {
        grants.last { $0.origin == .purchase || $0.origin == .rollover }?.until
    }
}
