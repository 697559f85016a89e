/// Creates a product or a family of products.
public struct AddProduct: Command {
    public typealias Answer = Product
    public static let method = Method.addProduct

    public var id: ProductID
    public var name: String
    /// The family that it belongs to.
    public var family: ProductID?

    /// - Parameter name: 1 to 200 characters; the id if nil.
    public init(id: ProductID, name: String? = nil, family: ProductID? = nil) {
        self.id = id
        self.name = name ?? id.text
        self.family = family
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, id)
        encoder.field(2, name)
        encoder.field(3, family)
    }
}

extension AddProduct: DecidableCommand {
    package func validate() throws(EntitledError) {
        try TextRule.name.check(name, field: "name")
    }

    package func add(to needs: inout Needs) {
        needs.structure = true
        needs.products.insert(id)
        if let family { needs.products.insert(family) }
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Product {
        guard facts.products[id] == nil else { throw EntitledError.alreadyExists("id", id.text) }
        if let family {
            guard facts.products[family] != nil else { throw EntitledError.notFound("family", family.text) }
            try Tree.check(depthBelow: facts.line(of: family).count, field: "family")
        }
        let product = Product(id: id, name: name, family: family)
        let detail = try Detail.encode(product)
        facts.insert(product)
        facts.record(
            JournalEntry(event: .productAdded, actor: actor, occurredAt: facts.now, product: id, detail: detail))
        return product
    }

    package static func answer(from entry: JournalEntry) throws -> Product {
        try Detail.decode(Product.self, from: entry)
    }
}
