/// A request for support that was entitled, known by the id that the ticket system gave it.
public struct Case: Hashable, Sendable, Codable {
    public let id: CaseID
    /// The account or contact who asked.
    public let customer: CustomerID
    public let product: ProductID?
    public let channel: ChannelID?
    /// The entitlement that covers it.
    public let entitlement: EntitlementID
    public let openedAt: Instant
    /// What it took, in the order in which it was booked.
    public let charges: [Charge]

    package init(
        id: CaseID, customer: CustomerID, product: ProductID?, channel: ChannelID?, entitlement: EntitlementID,
        openedAt: Instant, charges: [Charge]
    ) {
        self.id = id
        self.customer = customer
        self.product = product
        self.channel = channel
        self.entitlement = entitlement
        self.openedAt = openedAt
        self.charges = charges
    }
}

/// What a case took from one grant.
public struct Charge: Hashable, Sendable, Codable {
    public let allocation: String
    /// The grant's number within the allocation.
    public let grant: Int32
    /// At least 1, in cases.
    public let amount: Int64

    package init(allocation: String, grant: Int32, amount: Int64) {
        self.allocation = allocation
        self.grant = grant
        self.amount = amount
    }
}
