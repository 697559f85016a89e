/// Changes the terms of an entitlement that waits or is active, now or at a later instant, without a gap of cover.
public struct AmendEntitlement: Command {
    public typealias Answer = AmendmentResult
    public static let method = Method.amendEntitlement

    public var id: EntitlementID
    public var amendment: Amendment
    /// When it takes effect; nil is now.
    public var at: Instant?
    /// The version that the caller has read; nil amends whatever is there.
    public var version: Int64?

    public init(id: EntitlementID, _ amendment: Amendment, at: Instant? = nil, version: Int64? = nil) {
        self.id = id
        self.amendment = amendment
        self.at = at
        self.version = version
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, id)
        encoder.field(2, json: amendment)
        encoder.field(3, at?.microseconds)
        encoder.field(4, version)
    }
}

/// What an amendment came to, or will.
public struct AmendmentResult: Hashable, Sendable, Codable {
    public let entitlement: Entitlement
    public let effectiveAt: Instant
    public let amendment: Amendment
    /// Every counted allocation's balance before and after; of a later amendment, as they would be if nothing were used
    /// until then.
    public let changes: [BalanceChange]

    package init(
        entitlement: Entitlement, effectiveAt: Instant, amendment: Amendment, changes: [BalanceChange]
    ) {
        self.entitlement = entitlement
        self.effectiveAt = effectiveAt
        self.amendment = amendment
        self.changes = changes
    }
}

extension AmendEntitlement: DecidableCommand {
    package func validate() throws(EntitledError) {
        try amendment.validate()
    }

    package func add(to needs: inout Needs) {
        needs.entitlements.insert(id)
        amendment.addReferences(to: &needs)
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> AmendmentResult {
        var (entitlement, effects, now) = try facts.held(id)
        try entitlement.require(version: version)
        try entitlement.require([.waiting, .active], to: "amend", at: now, zone: facts.zone)
        try entitlement.requireRoom(entitlement.life.earlier.count + entitlement.life.pending.count)
        try checkTime(of: entitlement, at: now, zone: facts.zone)
        let instant = at ?? now
        var amended = entitlement
        _ = amended.advance(to: instant, zone: facts.zone, predecessor: nil)
        guard at == nil || amended.isOpen(at: instant, zone: facts.zone) else {
            throw EntitledError.invalid(
                "at_us", "is \(instant), when it has ended by what is arranged already", allowed: "before its end")
        }
        try amendment.check(in: facts, for: amended.terms)
        let result = try amended.amend(by: amendment, at: instant, zone: facts.zone)
        try amended.checkOutcome(at: instant, zone: facts.zone, short: result.short)
        if at == nil {
            // Its predecessor is renewed when it starts, not before.
            let start = entitlement.terms.cover(tenantZone: facts.zone).from
            let newStart = amended.terms.cover(tenantZone: facts.zone).from
            if newStart != start {
                try facts.checkStart(of: amended, field: "amendment.start_day")
                try facts.changePredecessor(of: entitlement, by: actor) { old in
                    if old.renewedAt == start { old.renewedAt = newStart }
                }
            }
            entitlement = amended
        } else {
            let place = entitlement.life.pending.firstIndex { $0.at > instant } ?? entitlement.life.pending.endIndex
            entitlement.life.pending.insert(
                Life.PendingAmendment(at: instant, amendment: amendment), at: place)
            entitlement.version += 1
        }
        try entitlement.requireSize()
        let answer = AmendmentResult(
            entitlement: entitlement, effectiveAt: instant, amendment: amendment, changes: result.changes)
        let entry = JournalEntry(
            event: at == nil ? .entitlementAmended : .amendmentArranged, actor: actor, occurredAt: now,
            customer: entitlement.terms.customer, entitlement: id, postings: at == nil ? result.postings : [],
            detail: try Detail.encode(answer))
        facts.replace(with: entitlement, after: effects)
        facts.record(entry)
        return answer
    }

    /// - Throws: ``EntitledError`` unless it takes effect now or later, while the entitlement covers.
    private func checkTime(of entitlement: Entitlement, at now: Instant, zone: Zone) throws(EntitledError) {
        if let at {
            let until = entitlement.cover(tenantZone: zone).until ?? zone.start(of: .latestArranged)
            guard at > now, at < until else {
                throw .invalid("at_us", "is \(at)", allowed: "later than now, before the end \(until)")
            }
        }
        guard amendment.endDay == nil || entitlement.life.renewedAt == nil else {
            throw EntitledError(
                .wrongState, "amendment.end_day: '\(id)' is renewed by then; amend the one that renews it",
                details: ["field": "amendment.end_day"])
        }
        guard
            amendment.startDay == nil
                || (at == nil && entitlement.status(at: now, zone: zone) == .waiting)
        else {
            throw .invalid("amendment.start_day", "can't be changed any more", allowed: "while it waits, now")
        }
    }

    package static func answer(from entry: JournalEntry) throws -> AmendmentResult {
        try Detail.decode(AmendmentResult.self, from: entry)
    }
}

extension Entitlement {
    /// - Throws: ``EntitledError`` if an amendment led to terms that can't be, or took back what is used.
    fileprivate func checkOutcome(
        at instant: Instant, zone tenantZone: Zone, short: (allocation: String, amount: Int64)?
    ) throws(EntitledError) {
        let today = terms.zone(tenant: tenantZone).day(at: instant)
        if let endDay = terms.endDay, endDay < today {
            throw .invalid("amendment.end_day", "\(endDay) has passed", allowed: "\(today) or later")
        }
        // Those arranged for later were made for other terms.
        var terms = terms
        for pending in life.pending { terms = try terms.amended(by: pending.amendment) }
        if let short {
            throw EntitledError(
                .wrongState, "amendment: '\(short.allocation)' has \(short.amount) less unused than is taken back",
                details: ["field": "amendment", "allocation": short.allocation, "short": "\(short.amount)"])
        }
    }
}

extension Amendment {
    fileprivate func validate() throws(EntitledError) {
        guard Set(allocations.map(\.name)).count == allocations.count else {
            throw .invalid("amendment.allocations.name", "occurs twice", allowed: "each once")
        }
        if let quantity, !EntitlementTerms.allowedQuantities.contains(quantity) {
            throw .invalid("amendment.quantity", "is \(quantity)", allowed: "1 to 1000000")
        }
        for change in allocations where !(1...AllocationTerms.maximumQuantity).contains(change.quantity) {
            throw .invalid(
                "amendment.allocations.quantity", "is \(change.quantity)",
                allowed: "1 to \(AllocationTerms.maximumQuantity)")
        }
        guard self != Amendment(isInFull: isInFull) else {
            throw .invalid("amendment", "changes nothing", allowed: "at least one field")
        }
    }

    fileprivate func addReferences(to needs: inout Needs) {
        needs.products.formUnion(products?.value?.members ?? [])
        needs.channels.formUnion(channels?.value?.members ?? [])
        needs.assets.formUnion(assets?.value?.members ?? [])
        needs.customers.formUnion(contacts?.value?.members ?? [])
        if let level = serviceLevel?.value { needs.serviceLevels.insert(level) }
    }

    fileprivate func check(in facts: WorkingSet, for terms: EntitlementTerms) throws(EntitledError) {
        try facts.check(products?.value, channels?.value, field: "amendment")
        try facts.check(assets?.value, field: "amendment.assets")
        try facts.check(contacts?.value, of: terms, field: "amendment.contacts")
        if let level = serviceLevel?.value, facts.serviceLevels[level] == nil {
            throw .notFound("amendment.sla", level.text)
        }
    }
}
