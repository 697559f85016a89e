/// Holds an active entitlement up, for instance because it isn't paid: new cases fail, open ones run on.
public struct SuspendEntitlement: Command {
    public typealias Answer = Entitlement
    public static let method = Method.suspendEntitlement

    public var id: EntitlementID
    /// Why; 1 to 200 characters.
    public var reason: String

    public init(id: EntitlementID, reason: String) {
        self.id = id
        self.reason = reason
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, id)
        encoder.field(2, reason)
    }
}

extension SuspendEntitlement: DecidableCommand {
    package func validate() throws(EntitledError) {
        try TextRule.name.check(reason, field: "reason")
    }

    package func add(to needs: inout Needs) {
        needs.entitlements.insert(id)
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Entitlement {
        var (entitlement, effects, now) = try facts.held(id)
        try entitlement.require([.active], to: "suspend", at: now, zone: facts.zone)
        try entitlement.requireRoom(entitlement.life.suspensions.count)
        entitlement.life.suspensions.append(Life.Suspension(from: now))
        entitlement.version += 1
        let entry = try entitlement.entry(.entitlementSuspended, actor, at: now, reason: reason)
        facts.replace(with: entitlement, after: effects)
        facts.record(entry)
        return entitlement
    }

    package static func answer(from entry: JournalEntry) throws -> Entitlement {
        try EntitlementDetail.answer(from: entry)
    }
}
