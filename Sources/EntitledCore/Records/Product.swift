/// What support is for. Products form a tree: a family covers everything below it.
public struct Product: Hashable, Sendable, Codable {
    public let id: ProductID
    /// 1 to 200 characters.
    public var name: String
    /// The family that it belongs to, if any.
    public var family: ProductID?
    public var version: Int64

    /// - Parameter name: 1 to 200 characters; the id if nil.
    public init(id: ProductID, name: String? = nil, family: ProductID? = nil, version: Int64 = 0) {
        self.id = id
        self.name = name ?? id.text
        self.family = family
        self.version = version
    }
}

extension Product: StoredRecord {
    public static var methods: RecordMethods {
        RecordMethods(add: .addProduct, get: .getProduct, list: .listProducts, update: .updateProduct)
    }
    package static var events: (added: JournalEntry.Event, updated: JournalEntry.Event) {
        (.productAdded, .productUpdated)
    }
    package static let facts: FactsPath = \.products
    package static let needs: NeedsPath = \.products
    package static var isTree: Bool { true }

    package func validate() throws(EntitledError) {
        try TextRule.name.check(name, field: "name")
    }

    package func addReferences(to needs: inout Needs) {
        if let family { needs.products.insert(family) }
    }

    package func check(in facts: WorkingSet, replacing old: Product?) throws(EntitledError) {
        guard let family else { return }
        guard facts.products[family] != nil else { throw .notFound("family", family.text) }
        try Tree.check(lineAbove: facts.line(of: family), of: id, isMoved: old != nil, field: "family")
    }

    package func describe(in entry: inout JournalEntry) {
        entry.product = id
    }
}
