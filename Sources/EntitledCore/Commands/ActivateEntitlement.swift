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
        guard let draft = facts.entitlements[id] else { throw EntitledError.notFound("id", id.text) }
        try facts.requireLock(on: [id])
        guard draft.state == .draft else {
            let status = draft.status(at: facts.now, zone: facts.zone)
            throw EntitledError(
                .wrongState, "id: '\(id)' is \(status.name); only a draft can be activated",
                details: ["field": "id", "status": status.name])
        }
        let now = facts.now
        let entitlement = Entitlement(
            id: id, terms: draft.terms, state: .activated,
            allocations: draft.terms.allocations.map { Allocation(terms: $0, grants: [.first(of: $0, at: now)]) })
        let detail = try Detail.encode(entitlement)
        facts.activate(entitlement)
        facts.record(
            JournalEntry(
                event: .entitlementActivated, actor: actor, occurredAt: now, customer: draft.terms.customer,
                entitlement: id, postings: entitlement.allocations.map(Posting.init(granting:)), detail: detail))
        return entitlement
    }

    package static func answer(from entry: JournalEntry) throws -> Entitlement {
        try Detail.decode(Entitlement.self, from: entry)
    }
}

extension Grant {
    /// The grant of the whole term.
    fileprivate static func first(of terms: AllocationTerms, at now: Instant) -> Grant {
        switch terms.kind {
        case .perIncident(let cases): Grant(number: 1, quantity: cases, changedAt: now)
        case .unlimited: Grant(number: 1, quantity: nil, changedAt: now)
        }
    }
}

extension Posting {
    /// The posting that brings a new allocation's first grant into the journal.
    fileprivate init(granting allocation: Allocation) {
        self.init(
            allocation: allocation.name, grant: 1, granted: allocation.remaining ?? 0,
            remainingAfter: allocation.remaining, availableAfter: allocation.available)
    }
}
