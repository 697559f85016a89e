/// A record that callers write down: added, read, listed and replaced as a whole.
///
/// Replacing is optimistic: whoever updates a record gives the version that they read.
public protocol CatalogueRecord: Hashable, Sendable, Codable {
    var id: Identifier<Self> { get }
    /// Counts from 1, by one with each update; 0 is a record that isn't stored yet.
    var version: Int64 { get set }
    static var methods: RecordMethods { get }
}

/// The four methods of one kind of record.
public struct RecordMethods: Hashable, Sendable {
    public let add: Method
    public let get: Method
    public let list: Method
    public let update: Method
}

/// What the rules have to know of a kind of record. Everything that concerns one kind stands in its one file.
package protocol StoredRecord: CatalogueRecord {
    static var events: (added: JournalEntry.Event, updated: JournalEntry.Event) { get }
    /// Where a working set keeps them.
    static var facts: FactsPath { get }
    /// Where needs name them.
    static var needs: NeedsPath { get }
    /// Whether they form a tree, the root of which every change locks.
    static var isTree: Bool { get }

    /// Checks what can be known without any fact.
    /// - Throws: ``EntitledError`` `invalid_field`.
    func validate() throws(EntitledError)
    /// Adds what it refers to.
    func addReferences(to needs: inout Needs)
    /// Checks what it refers to.
    /// - Parameter old: the record that it replaces; nil if it is new.
    /// - Throws: ``EntitledError`` `not_found`, `invalid_field`.
    func check(in facts: WorkingSet, replacing old: Self?) throws(EntitledError)
    /// Puts what the journal has columns for into them.
    func describe(in entry: inout JournalEntry)
}

extension StoredRecord {
    package typealias FactsPath = any WritableKeyPath<Catalogue, [Identifier<Self>: Self]> & Sendable
    package typealias NeedsPath = any WritableKeyPath<Needs, Set<Identifier<Self>>> & Sendable

    package static var isTree: Bool { false }
    package func addReferences(to needs: inout Needs) {}
    package func check(in facts: WorkingSet, replacing old: Self?) throws(EntitledError) {}
    package func describe(in entry: inout JournalEntry) {}
}

/// The records of a tenant that a batch looks at.
package struct Catalogue: Sendable {
    package var customers: [CustomerID: Customer] = [:]
    package var products: [ProductID: Product] = [:]
    package var assets: [AssetID: Asset] = [:]
    package var calendars: [CalendarID: BusinessCalendar] = [:]
    package var serviceLevels: [ServiceLevelID: ServiceLevel] = [:]
    package var plans: [PlanID: Plan] = [:]
    package var contracts: [ContractID: Contract] = [:]

    package init() {}

    package var isEmpty: Bool {
        customers.isEmpty && products.isEmpty && assets.isEmpty && calendars.isEmpty && serviceLevels.isEmpty
            && plans.isEmpty && contracts.isEmpty
    }

    package mutating func insert<Record: StoredRecord>(_ record: Record) {
        self[keyPath: Record.facts][record.id] = record
    }
}
