/// Takes a draft away. What was ever in force stays for ever; it can be cancelled.
public struct DeleteEntitlement: Command {
    public typealias Answer = Entitlement
    public static let method = Method.deleteEntitlement

    public var id: EntitlementID
    /// The version that the caller has read; nil deletes whatever is there.
    public var version: Int64?

    public init(id: EntitlementID, version: Int64? = nil) {
        self.id = id
        self.version = version
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, id)
        encoder.field(2, version)
    }
}

extension DeleteEntitlement: DecidableCommand {
    package func validate() throws(EntitledError) {}

    package func add(to needs: inout Needs) {
        needs.entitlements.insert(id)
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Entitlement {
        let draft = try facts.held(id).entitlement
        try draft.require(version: version)
        guard draft.state == .draft else {
            throw EntitledError(
                .wrongState, "id: '\(id)' was in force; only a draft can be deleted", details: ["field": "id"])
        }
        let entry = try draft.entry(.entitlementDeleted, actor, at: facts.now)
        try facts.changePredecessor(of: draft, by: actor) { $0.successor = nil }
        facts.delete(draft)
        facts.record(entry)
        return draft
    }

    package static func answer(from entry: JournalEntry) throws -> Entitlement {
        try EntitlementDetail.answer(from: entry)
    }
}
