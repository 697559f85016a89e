/// What a case is about: the facts that matching looks at.
public struct Inquiry: Hashable, Sendable {
    /// The account or contact who asks.
    public var customer: CustomerID
    /// An asset supplies its product; if both are named, the product must be the asset's, or a family above it.
    public var product: ProductID?
    public var asset: AssetID?
    public var channel: ChannelID?
    public var priority: CasePriority?
    /// If named, only this entitlement is tested.
    public var entitlement: EntitlementID?

    public init(
        customer: CustomerID, product: ProductID? = nil, asset: AssetID? = nil, channel: ChannelID? = nil,
        priority: CasePriority? = nil, entitlement: EntitlementID? = nil
    ) {
        self.customer = customer
        self.product = product
        self.asset = asset
        self.channel = channel
        self.priority = priority
        self.entitlement = entitlement
    }

    package func add(to needs: inout Needs) {
        if let entitlement {
            needs.customers.insert(customer)
            needs.entitlements.insert(entitlement)
        } else {
            needs.candidates.insert(customer)
        }
        if let product { needs.products.insert(product) }
        if let asset { needs.assets.insert(asset) }
        if let channel { needs.channels.insert(channel) }
    }

    func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(2, customer)
        encoder.field(3, product)
        encoder.field(4, channel)
        encoder.field(5, entitlement)
        encoder.field(6, asset)
        encoder.field(7, priority?.number)
    }

    /// Checks that everything named exists, and supplies the asset's product.
    /// - Parameter line: the customer's.
    /// - Throws: ``EntitledError`` `not_found` or `invalid_field` if it names what the tenant doesn't have, or the
    ///   product contradicts the asset.
    func resolved(_ line: [Customer], in facts: WorkingSet) throws(EntitledError) -> Inquiry {
        guard !line.isEmpty else { throw .notFound("customer", customer.text) }
        if let product, facts.products[product] == nil { throw .notFound("product", product.text) }
        if let channel { try facts.check(channel: channel, field: "channel") }
        if let entitlement, facts.entitlements[entitlement] == nil {
            throw .notFound("entitlement", entitlement.text)
        }
        guard let asset else { return self }
        guard let record = facts.assets[asset] else { throw .notFound("asset", asset.text) }
        if let product, !facts.line(of: record.product).contains(where: { $0.id == product }) {
            throw .invalid(
                "product", "'\(product)' is not the product of asset '\(asset)'",
                allowed: "'\(record.product)', or a family above it")
        }
        var resolved = self
        resolved.product = record.product
        return resolved
    }
}
