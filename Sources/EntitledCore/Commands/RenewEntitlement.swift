/// Renews an entitlement: a successor on the same terms, linked both ways.
public struct RenewEntitlement: Command {
    public typealias Answer = Entitlement
    public static let method = Method.renewEntitlement

    public var id: EntitlementID
    /// The successor's id. If there is a successor already that wasn't cancelled, that is the answer, whatever its id.
    public var successor: EntitlementID
    /// Whether it stays a draft.
    public var isDraft: Bool

    public init(id: EntitlementID, successor: EntitlementID, asDraft isDraft: Bool = false) {
        self.id = id
        self.successor = successor
        self.isDraft = isDraft
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, id)
        encoder.field(2, successor)
        encoder.field(3, isDraft)
    }
}

extension RenewEntitlement: DecidableCommand {
    package func validate() throws(EntitledError) {}

    package func add(to needs: inout Needs) {
        needs.entitlements.formUnion([id, successor])
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Entitlement {
        var (old, effects, now) = try facts.held(id)
        try old.require(
            [.waiting, .active, .suspended, .expired, .renewed, .cancelled], to: "renew", at: now, zone: facts.zone)
        guard old.state == .activated else {
            throw EntitledError(.wrongState, "id: '\(id)' was never in force", details: ["field": "id"])
        }
        if let existing = old.life.successor {
            try facts.requireLock(on: [existing])
            if let found = facts.entitlements[existing], found.coversEver(from: now, zone: facts.zone) {
                return facts.present(found, at: now).entitlement
            }
        }
        try facts.requireLock(on: [successor])
        guard facts.entitlements[successor] == nil else {
            throw EntitledError.alreadyExists("successor", successor.text)
        }
        try old.requireSettledEnd(zone: facts.zone)
        var new = try draft(renewing: old, at: now, zone: facts.zone)
        var entries: [JournalEntry] = []
        if isDraft {
            entries.append(try new.entry(.entitlementDrafted, actor, at: now))
        } else {
            let postings = new.activate(at: now, zone: facts.zone)
            entries.append(try new.entry(.entitlementActivated, actor, at: now, postings: postings))
            let start = new.terms.cover(tenantZone: facts.zone).from
            old.life.renewedAt = min(old.life.renewedAt ?? start, start)
        }
        let carried = new.advance(to: now, zone: facts.zone, predecessor: old)
        old.life.successor = new.id
        old.version += 1
        var renewal = try new.entry(.entitlementRenewed, actor, at: now)
        renewal.entitlement = id
        facts.replace(with: old, after: effects)
        for entry in entries { facts.record(entry) }
        facts.insert(new)
        facts.record(carried, of: new)
        facts.record(renewal)
        return new
    }

    private func draft(renewing old: Entitlement, at now: Instant, zone: Zone) throws -> Entitlement {
        let terms = try old.renewedTerms(at: now, zone: zone)
        return Entitlement(
            id: successor, terms: terms, life: Life(predecessor: id),
            allocations: terms.service.allocations.map { Allocation(terms: $0) })
    }

    package static func answer(from entry: JournalEntry) throws -> Entitlement {
        try EntitlementDetail.answer(from: entry)
    }
}
