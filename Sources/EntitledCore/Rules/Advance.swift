/// Something that took effect by the passing of time, found when an entitlement was looked at.
struct Effect: Hashable {
    let event: JournalEntry.Event
    /// When it took effect.
    let occurredAt: Instant
    let postings: [Posting]
    var detail: String?
}

extension Entitlement {
    /// Brings it to an instant: arranged amendments whose time has come, new periods, and what it carries over from the
    /// entitlement that it renews, in the order in which they took effect. No job has to have run.
    /// - Parameter predecessor: the one that ``Life/carriesFrom`` names; without it nothing is carried yet.
    mutating func advance(to now: Instant, zone: Zone, predecessor: Entitlement?) -> [Effect] {
        guard state == .activated else { return [] }
        var effects: [Effect] = []
        while let next = life.pending.first, next.at <= now, isOpen(at: next.at, zone: zone) {
            effects += begin(by: next.at, zone: zone, predecessor: predecessor)
            life.pending.removeFirst()
            effects.append(applyArranged(next, zone: zone))
        }
        effects += begin(by: now, zone: zone, predecessor: predecessor)
        return effects
    }

    private mutating func begin(by instant: Instant, zone: Zone, predecessor: Entitlement?) -> [Effect] {
        var effects: [Effect] = []
        if let predecessor, isToCarry(at: instant, zone: zone) == predecessor.id {
            effects = carry(from: predecessor, by: instant, zone: zone)
        }
        effects += startPeriods(at: instant, zone: zone)
        return effects
    }

    /// Whether ``advance(to:zone:predecessor:)`` waits for the predecessor.
    func isToCarry(at now: Instant, zone: Zone) -> EntitlementID? {
        guard let predecessor = life.carriesFrom else { return nil }
        let start = terms.cover(tenantZone: zone).from
        return now >= start && isOpen(at: start, zone: zone) ? predecessor : nil
    }

    /// Whether something can begin at an instant: not where it has ended, by its dates or by a cancellation.
    func isOpen(at instant: Instant, zone: Zone) -> Bool {
        if let cancelledAt = life.cancelledAt, instant >= cancelledAt { return false }
        guard let endDay = terms.endDay else { return true }
        return !terms.zone(tenant: zone).hasBegun(endDay.advanced(days: 1), at: instant)
    }

    private mutating func startPeriods(at now: Instant, zone tenantZone: Zone) -> [Effect] {
        guard mayStartPeriod(at: now, zone: tenantZone) else { return [] }
        let covered = cover(tenantZone: tenantZone).clamp(now)
        var effects: [Effect] = []
        for index in allocations.indices {
            guard let (present, number) = period(of: allocations[index], at: covered, tenantZone: tenantZone) else {
                continue
            }
            let postings = allocations[index].roll(
                into: present, quantity: terms.quantity(of: allocations[index].terms) ?? 0, index: number)
            guard !postings.isEmpty else { continue }
            effects.append(Effect(event: .periodStarted, occurredAt: present.from, postings: postings))
        }
        return effects.sorted { $0.occurredAt < $1.occurredAt }
    }

    /// Whether a period may have ended; most often none has, which is told without looking for the present one.
    private func mayStartPeriod(at now: Instant, zone tenantZone: Zone) -> Bool {
        guard allocations.contains(where: { $0.terms.kind.period != nil }) else { return false }
        // Before the start, the period that counts is the first: it lies ahead of the instant.
        guard terms.zone(tenant: tenantZone).hasBegun(terms.startDay, at: now) else { return true }
        return allocations.contains { $0.newestEnd.map { $0 <= now } ?? false }
    }

    /// An allocation's period at an instant, and how periods are numbered; nil if it doesn't recur.
    func period(
        of allocation: Allocation, at instant: Instant, tenantZone: Zone
    ) -> (PeriodInterval, (Instant) -> Int64)? {
        guard let period = allocation.terms.kind.period else { return nil }
        let zone = terms.zone(tenant: tenantZone)
        let start = terms.startDay
        return (
            period.interval(at: instant, start: start, zone: zone),
            { period.interval(at: $0, start: start, zone: zone).index }
        )
    }

    /// Gives each allocation its first grants: those of the period in which the instant lies, or of the first if cover
    /// has not begun. They count since ever, so that balances can be seen before the start.
    mutating func makeGrants(at now: Instant, zone: Zone) -> [Posting] {
        let covered = cover(tenantZone: zone).clamp(now)
        return allocations.indices.map { index in
            let until = period(of: allocations[index], at: covered, tenantZone: zone)?.0.until
            return allocations[index].grant(
                terms.quantity(of: allocations[index].terms), .purchase, until: until, at: now)
        }
    }
}
