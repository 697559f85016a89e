extension NaiveModel {
    /// The entitlement as amended, and whether all that had to be taken away was there. If it wasn't, what was there is
    /// taken, which is right for an amendment that was planned, and refuses one that should take effect at once.
    func amended(_ entitlement: Entitlement, _ amendment: Amendment, at now: Int64) -> (Entitlement, sufficed: Bool) {
        var entitlement = entitlement
        let old = entitlement.terms
        entitlement.earlier.append((now, old))
        entitlement.terms = edited(old, amendment)
        if now < cover(old).from {
            issueGrants(&entitlement, at: now)
            return (entitlement, true)
        }
        var sufficed = true
        for (position, allocation) in old.allocations.enumerated() {
            guard let before = allocation.quantity, let after = entitlement.terms.allocations[position].quantity
            else { continue }
            let difference = after * entitlement.terms.unitsSold - before * old.unitsSold
            let bounds = bounds(entitlement, position, at: now)
            let amount =
                amendment.inFull || bounds.until == .max
                ? abs(difference) : Self.share(abs(difference), left: bounds.until - now, of: bounds)
            if difference > 0, amount > 0 {
                let end = entitlement.pools[position].spans.last?.until
                entitlement.pools[position].add(.purchase, amount, from: now, until: end)
            } else if difference < 0, !take(amount, from: &entitlement.pools[position], at: now) {
                sufficed = false
            }
        }
        return (entitlement, sufficed)
    }

    func edited(_ terms: Terms, _ amendment: Amendment) -> Terms {
        var terms = terms
        for edit in amendment.edits {
            switch edit {
            case .products(let scope): terms.products = scope
            case .assets(let scope): terms.assets = scope
            case .channels(let scope): terms.channels = scope
            case .contacts(let scope): terms.contacts = scope
            case .startDay(let day): terms.startDay = day
            case .endDay(let day): terms.endDay = day
            case .unitsSold(let units): terms.unitsSold = units
            case .quantity(let position, let quantity): terms.allocations[position].quantity = quantity
            }
        }
        return terms
    }

    /// The present period cut by the cover, or the cover.
    // Reading: it is the cover as amended, if the end day changes in the same amendment; a cancellation that is still
    // to come cuts it too.
    private func bounds(_ entitlement: Entitlement, _ position: Int, at now: Int64) -> (from: Int64, until: Int64) {
        let (from, until) = (cover(entitlement.terms).from, end(entitlement))
        guard let span = entitlement.pools[position].spans.last else { return (from, until) }
        return (max(span.from, from), min(span.until, until))
    }

    // Reading: seconds are not cut to whole ones before the share is worked out.
    private static func share(_ amount: Int64, left: Int64, of bounds: (from: Int64, until: Int64)) -> Int64 {
        let whole = bounds.until - bounds.from
        let (quotient, remainder) = whole.dividingFullWidth(amount.multipliedFullWidth(by: left))
        return remainder >= whole - remainder ? quotient + 1 : quotient
    }

    /// Takes from what was purchased, that to be used last first, and says whether there was enough.
    private func take(_ amount: Int64, from pool: inout Pool, at now: Int64) -> Bool {
        var rest = amount
        for index in pool.burnOrder(at: now).reversed() where pool.grants[index].origin == .purchase {
            let part = max(0, min(rest, pool.grants[index].available))
            pool.grants[index].quantity = (pool.grants[index].quantity ?? 0) - part
            rest -= part
        }
        return rest == 0
    }
}
