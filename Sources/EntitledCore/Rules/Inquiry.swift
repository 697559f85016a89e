/// What a case is about: the facts that matching looks at.
public struct Inquiry: Hashable, Sendable {
    /// The account or contact who asks.
    public var customer: CustomerID
    public var product: ProductID?
    public var channel: ChannelID?
    /// If named, only this entitlement is tested.
    public var entitlement: EntitlementID?

    public init(
        customer: CustomerID, product: ProductID? = nil, channel: ChannelID? = nil, entitlement: EntitlementID? = nil
    ) {
        self.customer = customer
        self.product = product
        self.channel = channel
        self.entitlement = entitlement
    }

    package func add(to needs: inout Needs) {
        needs.customers.insert(customer)
        if let entitlement {
            needs.entitlements.insert(entitlement)
        } else {
            needs.candidates.insert(customer)
        }
        if let product { needs.products.insert(product) }
        if let channel { needs.channels.insert(channel) }
    }

    /// - Throws: ``EntitledError`` `not_found` or `invalid_field` if it names what the tenant doesn't have.
    func check(in facts: WorkingSet) throws(EntitledError) {
        guard facts.customers[customer] != nil else { throw .notFound("customer", customer.text) }
        if let product, facts.products[product] == nil { throw .notFound("product", product.text) }
        if let channel { try facts.check(channel: channel, field: "channel") }
        if let entitlement, facts.entitlements[entitlement] == nil {
            throw .notFound("entitlement", entitlement.text)
        }
    }
}
