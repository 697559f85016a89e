/// What an amendment does to one allocation.
public struct BalanceChange: Hashable, Sendable, Codable {
    public let allocation: String
    /// What was added to the present period, or taken back from it: the whole difference, or its share of the time
    /// left.
    public let difference: Int64
    public let before: Balance
    public let after: Balance

    package init(allocation: String, difference: Int64, before: Balance, after: Balance) {
        self.allocation = allocation
        self.difference = difference
        self.before = before
        self.after = after
    }
}

extension EntitlementTerms {
    /// The terms with an amendment's changes.
    /// - Throws: ``EntitledError`` `not_found`, `invalid_field` if it names an allocation that isn't there or counts
    ///   nothing, or leads to terms that can't be.
    func amended(by amendment: Amendment) throws(EntitledError) -> EntitlementTerms {
        var terms = self
        if let change = amendment.products { terms.service.products = change.value }
        if let change = amendment.channels { terms.service.channels = change.value }
        if let change = amendment.assets { terms.assets = change.value }
        if let change = amendment.contacts { terms.contacts = change.value }
        if let startDay = amendment.startDay { terms.startDay = startDay }
        if let change = amendment.endDay { terms.endDay = change.value }
        if let change = amendment.serviceLevel { terms.service.serviceLevel = change.value }
        if let quantity = amendment.quantity { terms.quantity = quantity }
        for change in amendment.allocations {
            guard let index = terms.service.allocations.firstIndex(where: { $0.name == change.name }) else {
                throw .notFound("amendment.allocations.name", change.name)
            }
            let kind = terms.service.allocations[index].kind
            guard kind.quantity != nil else {
                throw .invalid(
                    "amendment.allocations.quantity", "'\(change.name)' is unlimited", allowed: "a counted allocation")
            }
            terms.service.allocations[index].kind = kind.with(quantity: change.quantity)
        }
        try terms.validate(isComplete: true)
        return terms
    }
}

extension Entitlement {
    /// What an amendment came to, at the instant at which it took effect.
    struct Amended {
        var postings: [Posting] = []
        var changes: [BalanceChange] = []
        /// The first allocation that has less unused than was to be taken back, and by how much.
        var short: (allocation: String, amount: Int64)?
    }

    /// Puts amended terms into force, and gives each allocation the difference in its present period.
    ///
    /// An increase is a new grant to the period's end; a decrease is taken from what was sold and is unused. While it
    /// waits for its start everything sold is granted anew instead: no time has passed yet.
    mutating func amend(by amendment: Amendment, at now: Instant, zone: Zone) throws(EntitledError) -> Amended {
        let isWaiting = status(at: now, zone: zone) == .waiting
        let old = terms
        terms = try old.amended(by: amendment)
        life.earlier.append(Life.EarlierTerms(until: now, terms: old))
        version += 1
        var amended = Amended()
        for (index, new) in zip(allocations.indices, terms.service.allocations) {
            let before = allocations[index].balance(at: now)
            let oldQuantity = old.quantity(of: allocations[index].terms)
            allocations[index].terms = new
            guard let oldQuantity, let quantity = terms.quantity(of: new) else { continue }
            var difference = quantity - oldQuantity
            if isWaiting {
                amended.postings += regrant(index, quantity, at: now, zone: zone)
            } else if difference != 0 {
                let time = amendable(index, at: now, zone: zone)
                if !amendment.isInFull {
                    difference = Proration.share(of: difference, left: time.left, whole: time.whole)
                }
                if difference > 0 {
                    amended.postings.append(
                        allocations[index].grant(difference, .purchase, from: now, until: time.until, at: now))
                } else if difference < 0 {
                    let (postings, short) = allocations[index].takeBack(-difference, until: time.until, at: now)
                    amended.postings += postings
                    difference += short
                    if short > 0, amended.short == nil { amended.short = (new.name, short) }
                }
            }
            amended.changes.append(
                BalanceChange(
                    allocation: new.name, difference: difference, before: before,
                    after: allocations[index].balance(at: now)))
        }
        return amended
    }

    /// An arranged amendment takes effect. What can't be taken back by then stays: the customer has used it.
    mutating func applyArranged(_ pending: Life.PendingAmendment, zone: Zone) -> Effect {
        // It was tried out when it was arranged, and again by every amendment since.
        let amended = (try? amend(by: pending.amendment, at: pending.at, zone: zone)) ?? Amended()
        return Effect(
            event: .entitlementAmended, occurredAt: pending.at, postings: amended.postings,
            detail: try? Detail.encode(pending.amendment))
    }

    /// Replaces what was sold by what is sold now.
    private mutating func regrant(_ index: Int, _ quantity: Int64, at now: Instant, zone: Zone) -> [Posting] {
        let covered = cover(tenantZone: zone).clamp(now)
        let until = period(of: allocations[index], at: covered, tenantZone: zone)?.0.until
        var postings: [Posting] = []
        for end in Set(allocations[index].grants.filter { $0.origin == .purchase }.map(\.until)) {
            postings += allocations[index].takeBack(.max, until: end, at: now).postings
        }
        return postings + [allocations[index].grant(quantity, .purchase, until: until, at: now)]
    }

    /// The time of the present period that is left, and the whole of it, as far as it is covered.
    private func amendable(_ index: Int, at now: Instant, zone: Zone) -> (left: Int64, whole: Int64, until: Instant?) {
        let cover = cover(tenantZone: zone)
        let period = period(of: allocations[index], at: cover.clamp(now), tenantZone: zone)?.0
        let from = max(cover.from, period?.from ?? cover.from)
        let ends = [cover.until, period?.until].compactMap(\.self)
        // Without an end there is no share: the whole difference.
        guard let end = ends.min() else { return (0, 0, nil) }
        return (
            end.microseconds - max(now, from).microseconds, end.microseconds - from.microseconds, period?.until
        )
    }
}
