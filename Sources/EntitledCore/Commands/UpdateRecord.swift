/// Replaces a record of the catalogue as a whole.
public struct UpdateRecord<Record: CatalogueRecord>: Command {
    public typealias Answer = Record
    public static var method: Method { Record.methods.update }

    /// With the version that the caller has read: if the record has another one by now, nothing is changed.
    public var record: Record

    public init(_ record: Record) {
        self.record = record
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, json: record)
    }
}

extension UpdateRecord: DecidableCommand where Record: StoredRecord {
    package func validate() throws(EntitledError) {
        try record.validate()
    }

    package func add(to needs: inout Needs) {
        needs.structure = true
        needs[keyPath: Record.needs].insert(record.id)
        record.addReferences(to: &needs)
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Record {
        guard let old = facts.catalogue[keyPath: Record.facts][record.id] else {
            throw EntitledError.notFound("id", record.id.text)
        }
        guard record.version == old.version else {
            throw EntitledError.versionConflict(record.id.text, given: record.version, current: old.version)
        }
        try record.check(in: facts, replacing: old)
        var updated = record
        updated.version += 1
        try facts.write(updated, Record.events.updated, by: actor)
        return updated
    }

    package static func answer(from entry: JournalEntry) throws -> Record {
        try Detail.decode(Record.self, from: entry)
    }
}
