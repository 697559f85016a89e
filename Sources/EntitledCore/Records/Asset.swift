/// One sold unit of a product, known by its serial number.
public struct Asset: Hashable, Sendable, Codable {
    /// The serial number.
    public let id: AssetID
    /// 1 to 200 characters.
    public var name: String
    public var product: ProductID
    /// Who has it, if that is known. Whom it entitles is said by entitlements alone.
    public var customer: CustomerID?
    public var version: Int64

    /// - Parameter name: 1 to 200 characters; the serial number if nil.
    public init(
        id: AssetID, name: String? = nil, product: ProductID, customer: CustomerID? = nil, version: Int64 = 0
    ) {
        self.id = id
        self.name = name ?? id.text
        self.product = product
        self.customer = customer
        self.version = version
    }
}

extension Asset: StoredRecord {
    public static var methods: RecordMethods {
        RecordMethods(add: .addAsset, get: .getAsset, list: .listAssets, update: .updateAsset)
    }
    package static var events: (added: JournalEntry.Event, updated: JournalEntry.Event) { (.assetAdded, .assetUpdated) }
    package static let facts: FactsPath = \.assets
    package static let needs: NeedsPath = \.assets

    package func validate() throws(EntitledError) {
        try TextRule.name.check(name, field: "name")
    }

    package func addReferences(to needs: inout Needs) {
        needs.products.insert(product)
        if let customer { needs.customers.insert(customer) }
    }

    package func check(in facts: WorkingSet, replacing old: Asset?) throws(EntitledError) {
        guard facts.products[product] != nil else { throw .notFound("product", product.text) }
        if let customer, facts.customers[customer] == nil { throw .notFound("customer", customer.text) }
    }

    package func describe(in entry: inout JournalEntry) {
        entry.product = product
        entry.customer = customer
    }
}
