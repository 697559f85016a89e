/// Writes an entitlement down, as a draft. What its terms leave open is taken from the plan that they name.
public struct AddEntitlement: Command {
    public typealias Answer = Entitlement
    public static let method = Method.addEntitlement

    public var id: EntitlementID
    public var terms: EntitlementTerms

    public init(id: EntitlementID, terms: EntitlementTerms) {
        self.id = id
        self.terms = terms
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, id)
        encoder.field(2, json: terms)
    }
}

extension AddEntitlement: DecidableCommand {
    package func validate() throws(EntitledError) {
        try terms.validate(isComplete: false)
    }

    package func add(to needs: inout Needs) {
        needs.entitlements.insert(id)
        terms.addReferences(to: &needs)
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Entitlement {
        guard facts.entitlements[id] == nil else { throw EntitledError.alreadyExists("id", id.text) }
        try terms.check(in: facts)
        let terms = terms.filled(in: facts)
        try terms.validate(isComplete: true)
        let entitlement = Entitlement(
            id: id, terms: terms, allocations: terms.service.allocations.map { Allocation(terms: $0) })
        let entry = try entitlement.entry(.entitlementDrafted, actor, at: facts.now)
        facts.insert(entitlement)
        facts.record(entry)
        return entitlement
    }

    package static func answer(from entry: JournalEntry) throws -> Entitlement {
        try EntitlementDetail.answer(from: entry)
    }
}
