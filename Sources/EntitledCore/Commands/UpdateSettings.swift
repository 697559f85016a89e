/// Replaces the tenant's settings as a whole.
public struct UpdateSettings: Command {
    public typealias Answer = Settings
    public static let method = Method.updateSettings

    /// With the version that the caller has read.
    public var settings: Settings

    public init(_ settings: Settings) {
        self.settings = settings
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, json: settings)
    }
}

extension UpdateSettings: DecidableCommand {
    package func validate() throws(EntitledError) {
        guard (0...366).contains(settings.closingDays) else {
            throw .invalid("closing_days", "is \(settings.closingDays)", allowed: "0 to 366")
        }
    }

    package func add(to needs: inout Needs) {
        needs.structure = true
        if let id = settings.defaultEntitlement { needs.entitlements.insert(id) }
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Settings {
        guard settings.version == facts.settings.version else {
            throw EntitledError.versionConflict(
                "settings", given: settings.version, current: facts.settings.version)
        }
        // One that was there before may be a draft that was deleted since.
        if let id = settings.defaultEntitlement, id != facts.settings.defaultEntitlement,
            facts.entitlements[id] == nil
        {
            throw EntitledError.notFound("default_entitlement", id.text)
        }
        var updated = settings
        updated.version += 1
        let entry = JournalEntry(
            event: .settingsUpdated, actor: actor, occurredAt: facts.now, entitlement: updated.defaultEntitlement,
            detail: try Detail.encode(updated))
        facts.put(updated)
        facts.record(entry)
        return updated
    }

    package static func answer(from entry: JournalEntry) throws -> Settings {
        try Detail.decode(Settings.self, from: entry)
    }
}
