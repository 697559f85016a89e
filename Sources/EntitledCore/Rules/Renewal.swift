extension Entitlement {
    /// The terms of an entitlement that renews this one.
    ///
    /// It starts on the day after the end, or when this one was cancelled, but today if that day has passed. Terms of
    /// whole months stay whole months, others keep their days; quantities are those sold now.
    /// - Throws: ``EntitledError`` `wrong_state` if it never ends, `invalid_field` if its successor would end too late.
    func renewedTerms(at now: Instant, zone tenantZone: Zone) throws(EntitledError) -> EntitlementTerms {
        let dayAfter = terms.endDay?.advanced(days: 1)
        guard let due = renewalDue(zone: tenantZone) else {
            throw EntitledError(
                .wrongState, "id: '\(id)' has no end day, so there is nothing to renew",
                details: ["field": "id", "allowed": "an entitlement with an end day"])
        }
        var renewed = terms
        renewed.startDay = max(due, terms.zone(tenant: tenantZone).day(at: now))
        renewed.renewalDay = nil
        if let dayAfter, let months = terms.startDay.wholeMonths(until: dayAfter) {
            renewed.endDay = renewed.startDay.advanced(months: months).advanced(days: -1)
        } else if let endDay = terms.endDay {
            let days = endDay.daysSince1970 - terms.startDay.daysSince1970
            renewed.endDay = renewed.startDay.advanced(days: Int(days))
        }
        try renewed.validate(isComplete: true)
        return renewed
    }

    /// - Throws: ``EntitledError`` `wrong_state` if its end is arranged to change: what renews it has to wait for that.
    func requireSettledEnd(zone: Zone) throws(EntitledError) {
        guard !life.pending.contains(where: { $0.amendment.endDay != nil && isOpen(at: $0.at, zone: zone) }) else {
            throw EntitledError(
                .wrongState, "id: the end of '\(id)' is arranged to change; renew it after that",
                details: ["field": "id"])
        }
    }

    /// Whether it is not cancelled, by now or before its start: then nothing renews its predecessor.
    func coversEver(from now: Instant, zone: Zone) -> Bool {
        life.cancelledAt.map { $0 > max(now, terms.cover(tenantZone: zone).from) } ?? true
    }

    /// The first day that a successor may cover: after the end, or when this one was cancelled; nil if it never ends.
    fileprivate func renewalDue(zone tenantZone: Zone) -> CalendarDay? {
        let cancelled = life.cancelledAt.map(terms.zone(tenant: tenantZone).day(at:))
        return [terms.endDay?.advanced(days: 1), cancelled].compactMap(\.self).min()
    }

    /// Takes over what was left of the predecessor when its cover ended, up to each allocation's carry maximum.
    /// - Parameters:
    ///   - predecessor: as it was when its cover ended.
    ///   - now: not before this one's start.
    mutating func carry(from predecessor: Entitlement, by now: Instant, zone: Zone) -> [Effect] {
        let start = terms.cover(tenantZone: zone).from
        let lastInstant = predecessor.cover(tenantZone: zone).clamp(now)
        life.carriesFrom = nil
        version += 1
        // One that was cancelled before it began left nothing.
        let began = predecessor.terms.cover(tenantZone: zone).from
        guard predecessor.life.cancelledAt.map({ $0 > began }) ?? true else { return [] }
        var effects: [Effect] = []
        for index in allocations.indices {
            let maximum = allocations[index].terms.carryMaximum
            guard
                let left = predecessor.allocations.first(where: { $0.name == allocations[index].name })?
                    .balance(at: lastInstant).available, min(left, maximum) > 0,
                allocations[index].terms.kind.quantity != nil
            else { continue }
            let posting = allocations[index].grant(min(left, maximum), .carried, from: start, at: start)
            effects.append(Effect(event: .grantCarried, occurredAt: start, postings: [posting]))
        }
        return effects
    }
}

extension WorkingSet {
    /// Changes what the entitlement that one renews knows of it, and records that; does nothing if it renews none.
    /// - Throws: ``UnlockedFacts``.
    mutating func changePredecessor(
        of entitlement: Entitlement, by actor: String, _ change: (inout Life) -> Void
    ) throws {
        guard let id = entitlement.life.predecessor else { return }
        try requireLock(on: [id])
        guard var predecessor = entitlements[id], predecessor.life.successor == entitlement.id else { return }
        let before = predecessor.life
        change(&predecessor.life)
        guard predecessor.life != before else { return }
        predecessor.version += 1
        let entry = try predecessor.entry(.entitlementRelinked, actor, at: now)
        replace(with: predecessor)
        record(entry)
    }

    /// A successor begins when its predecessor has ended, not before: otherwise both would cover.
    /// - Throws: ``EntitledError`` `invalid_field`, ``UnlockedFacts``.
    func checkStart(of successor: Entitlement, field: String) throws {
        guard let id = successor.life.predecessor else { return }
        try requireLock(on: [id])
        guard let stored = entitlements[id], stored.life.successor == successor.id else { return }
        let predecessor = present(stored, at: now).entitlement
        try predecessor.requireSettledEnd(zone: zone)
        guard let due = predecessor.renewalDue(zone: zone), successor.terms.startDay >= due else {
            throw EntitledError.invalid(
                field, "would begin before '\(id)', which it renews, has ended",
                allowed: predecessor.renewalDue(zone: zone).map { "\($0) or later" } ?? "when that one has ended")
        }
    }
}
