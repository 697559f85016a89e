/// Lets a suspended entitlement cover again.
public struct ResumeEntitlement: Command {
    public typealias Answer = Entitlement
    public static let method = Method.resumeEntitlement

    public var id: EntitlementID

    public init(id: EntitlementID) {
        self.id = id
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, id)
    }
}

extension ResumeEntitlement: DecidableCommand {
    package func validate() throws(EntitledError) {}

    package func add(to needs: inout Needs) {
        needs.entitlements.insert(id)
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Entitlement {
        var (entitlement, effects, now) = try facts.held(id)
        try entitlement.require([.suspended], to: "resume", at: now, zone: facts.zone)
        let last = entitlement.life.suspensions.count - 1
        entitlement.life.suspensions[last].until = now
        entitlement.version += 1
        let entry = try entitlement.entry(.entitlementResumed, actor, at: now)
        facts.replace(with: entitlement, after: effects)
        facts.record(entry)
        return entitlement
    }

    package static func answer(from entry: JournalEntry) throws -> Entitlement {
        try EntitlementDetail.answer(from: entry)
    }
}
