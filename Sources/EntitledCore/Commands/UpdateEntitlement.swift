/// Replaces a draft's terms as a whole. What is in force is amended instead (``AmendEntitlement``).
public struct UpdateEntitlement: Command {
    public typealias Answer = Entitlement
    public static let method = Method.updateEntitlement

    public var id: EntitlementID
    public var terms: EntitlementTerms
    /// The version that the caller has read; nil replaces whatever is there.
    public var version: Int64?

    public init(id: EntitlementID, terms: EntitlementTerms, version: Int64? = nil) {
        self.id = id
        self.terms = terms
        self.version = version
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, id)
        encoder.field(2, json: terms)
        encoder.field(3, version)
    }
}

extension UpdateEntitlement: DecidableCommand {
    package func validate() throws(EntitledError) {
        try terms.validate(isComplete: false)
    }

    package func add(to needs: inout Needs) {
        needs.entitlements.insert(id)
        terms.addReferences(to: &needs)
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Entitlement {
        var draft = try facts.held(id).entitlement
        try draft.require(version: version)
        try draft.require([.draft], to: "update", at: facts.now, zone: facts.zone)
        guard terms.customer == draft.terms.customer else {
            throw EntitledError.invalid(
                "terms.customer", "can't be changed", allowed: draft.terms.customer.text)
        }
        try terms.check(in: facts)
        draft.terms = terms.filled(in: facts)
        try draft.terms.validate(isComplete: true)
        try facts.checkStart(of: draft, field: "terms.start_day")
        draft.allocations = draft.terms.service.allocations.map { Allocation(terms: $0) }
        draft.version += 1
        let entry = try draft.entry(.entitlementRedrafted, actor, at: facts.now)
        facts.replace(with: draft)
        facts.record(entry)
        return draft
    }

    package static func answer(from entry: JournalEntry) throws -> Entitlement {
        try EntitlementDetail.answer(from: entry)
    }
}
