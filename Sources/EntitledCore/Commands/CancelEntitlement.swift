/// Ends an entitlement before its time, at once or at the beginning of a later day. What was consumed stays recorded.
public struct CancelEntitlement: Command {
    public typealias Answer = Entitlement
    public static let method = Method.cancelEntitlement

    public var id: EntitlementID
    /// Why; 1 to 200 characters.
    public var reason: String
    /// The first day that isn't covered any more, in the entitlement's zone; nil is at once.
    public var day: CalendarDay?

    public init(id: EntitlementID, reason: String, on day: CalendarDay? = nil) {
        self.id = id
        self.reason = reason
        self.day = day
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, id)
        encoder.field(2, reason)
        encoder.field(3, day?.daysSince1970)
    }
}

extension CancelEntitlement: DecidableCommand {
    package func validate() throws(EntitledError) {
        try TextRule.name.check(reason, field: "reason")
        try day?.check(field: "day")
    }

    package func add(to needs: inout Needs) {
        needs.entitlements.insert(id)
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Entitlement {
        var (entitlement, effects, now) = try facts.held(id)
        try entitlement.require([.draft, .waiting, .active, .suspended], to: "cancel", at: now, zone: facts.zone)
        guard day == nil || entitlement.state == .activated else {
            throw EntitledError.invalid("day", "is set for a draft", allowed: "none: a draft is cancelled at once")
        }
        let earlier = entitlement.life.cancelledAt
        let instant = try day.map { try entitlement.laterDay($0, at: now, zone: facts.zone) } ?? now
        guard entitlement.life.renewedAt == nil || instant <= earlier ?? instant else {
            throw EntitledError(
                .wrongState, "day: '\(id)' is renewed from its cancellation on", details: ["field": "day"])
        }
        entitlement.life.cancelledAt = instant
        entitlement.version += 1
        let entry = try entitlement.entry(.entitlementCancelled, actor, at: now, reason: reason)
        // Cancelled before its start, it never takes its predecessor's place; one before it may have done so.
        let start = entitlement.terms.cover(tenantZone: facts.zone).from
        let isActivated = entitlement.state == .activated
        if instant > start, earlier.map({ $0 <= start }) ?? false {
            try facts.checkStart(of: entitlement, field: "day")
        }
        try facts.changePredecessor(of: entitlement, by: actor) { old in
            if instant > start {
                if isActivated { old.renewedAt = min(old.renewedAt ?? start, start) }
            } else if old.renewedAt == start {
                old.renewedAt = nil
            }
        }
        facts.replace(with: entitlement, after: effects)
        facts.record(entry)
        return entitlement
    }

    package static func answer(from entry: JournalEntry) throws -> Entitlement {
        try EntitlementDetail.answer(from: entry)
    }
}

extension Entitlement {
    /// The beginning of a later day, in its zone.
    fileprivate func laterDay(_ day: CalendarDay, at now: Instant, zone: Zone) throws(EntitledError) -> Instant {
        let zone = terms.zone(tenant: zone)
        let instant = zone.start(of: day)
        guard instant > now, terms.endDay.map({ day <= $0 }) ?? true else {
            let end = terms.endDay.map { ", up to the end \($0)" } ?? ""
            throw .invalid(
                "day", "is \(day)", allowed: "a day after \(zone.day(at: now))\(end), or none for at once")
        }
        return instant
    }
}
