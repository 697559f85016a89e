/// Puts a draft into force: from now on its dates decide whether it covers.
public struct ActivateEntitlement: Command {
    public typealias Answer = Entitlement
    public static let method = Method.activateEntitlement

    public var id: EntitlementID

    public init(id: EntitlementID) {
        self.id = id
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, id)
    }
}

extension ActivateEntitlement: DecidableCommand {
    package func validate() throws(EntitledError) {}

    package func add(to needs: inout Needs) {
        needs.entitlements.insert(id)
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Entitlement {
        var entitlement = try facts.held(id).entitlement
        try entitlement.require([.draft], to: "activate", at: facts.now, zone: facts.zone)
        try facts.checkStart(of: entitlement, field: "id")
        let postings = entitlement.activate(at: facts.now, zone: facts.zone)
        let entry = try entitlement.entry(.entitlementActivated, actor, at: facts.now, postings: postings)
        let start = entitlement.terms.cover(tenantZone: facts.zone).from
        try facts.changePredecessor(of: entitlement, by: actor) { $0.renewedAt = min($0.renewedAt ?? start, start) }
        facts.replace(with: entitlement)
        facts.record(entry)
        return entitlement
    }

    package static func answer(from entry: JournalEntry) throws -> Entitlement {
        try EntitlementDetail.answer(from: entry)
    }
}

extension Entitlement {
    /// Puts a draft into force.
    /// - Returns: the postings that bring its first grants into the journal.
    mutating func activate(at now: Instant, zone: Zone) -> [Posting] {
        state = .activated
        version += 1
        if terms.service.allocations.contains(where: { $0.carryMaximum > 0 }) { life.carriesFrom = life.predecessor }
        return makeGrants(at: now, zone: zone)
    }
}
