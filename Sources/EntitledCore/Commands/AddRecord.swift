/// Adds a record to the catalogue.
public struct AddRecord<Record: CatalogueRecord>: Command {
    public typealias Answer = Record
    public static var method: Method { Record.methods.add }

    /// Its version doesn't count: it becomes 1.
    public var record: Record

    public init(_ record: Record) {
        self.record = record
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        var unversioned = record
        unversioned.version = 0
        encoder.field(1, json: unversioned)
    }
}

public typealias AddCustomer = AddRecord<Customer>
public typealias AddProduct = AddRecord<Product>
public typealias AddAsset = AddRecord<Asset>
public typealias AddCalendar = AddRecord<BusinessCalendar>
public typealias AddServiceLevel = AddRecord<ServiceLevel>
public typealias AddPlan = AddRecord<Plan>
public typealias AddContract = AddRecord<Contract>

extension AddRecord: DecidableCommand where Record: StoredRecord {
    package func validate() throws(EntitledError) {
        try record.validate()
    }

    package func add(to needs: inout Needs) {
        needs.structure = needs.structure || Record.isTree
        needs[keyPath: Record.needs].insert(record.id)
        record.addReferences(to: &needs)
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Record {
        guard facts.catalogue[keyPath: Record.facts][record.id] == nil else {
            throw EntitledError.alreadyExists("id", record.id.text)
        }
        try record.check(in: facts, replacing: nil)
        var added = record
        added.version = 1
        try facts.write(added, Record.events.added, by: actor)
        return added
    }

    package static func answer(from entry: JournalEntry) throws -> Record {
        try Detail.decode(Record.self, from: entry)
    }
}

extension WorkingSet {
    /// Puts a record into its new state, and into the journal.
    mutating func write<Record: StoredRecord>(
        _ record: Record, _ event: JournalEntry.Event, by actor: String
    ) throws {
        var entry = JournalEntry(event: event, actor: actor, occurredAt: now, detail: try Detail.encode(record))
        record.describe(in: &entry)
        put(record)
        self.record(entry)
    }
}
