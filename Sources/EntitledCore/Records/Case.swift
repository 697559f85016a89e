/// A request for support that was entitled, known by the id that the ticket system gave it.
public struct Case: Hashable, Sendable, Codable {
    public let id: CaseID
    /// The account or contact who asked.
    public let customer: CustomerID
    public let product: ProductID?
    public let asset: AssetID?
    public let channel: ChannelID?
    public let priority: CasePriority?
    /// The entitlement that covers it.
    public let entitlement: EntitlementID
    /// The service level that it gets.
    public let serviceLevel: ServiceLevelID?
    public let openedAt: Instant
    /// What it took or set aside, in the order in which it was booked.
    public let charges: [Charge]

    package init(
        id: CaseID, customer: CustomerID, product: ProductID?, asset: AssetID? = nil, channel: ChannelID?,
        priority: CasePriority? = nil, entitlement: EntitlementID, serviceLevel: ServiceLevelID? = nil,
        openedAt: Instant, charges: [Charge]
    ) {
        self.id = id
        self.customer = customer
        self.product = product
        self.asset = asset
        self.channel = channel
        self.priority = priority
        self.entitlement = entitlement
        self.serviceLevel = serviceLevel
        self.openedAt = openedAt
        self.charges = charges
    }
}

/// What a case took from one grant, or set aside there.
public struct Charge: Hashable, Sendable, Codable {
    public let allocation: String
    /// The grant's number within the allocation.
    public let grant: Int32
    /// At least 1, in the allocation's unit.
    public let amount: Int64
    /// Whether it is only set aside yet.
    public let isHeld: Bool

    package init(allocation: String, grant: Int32, amount: Int64, isHeld: Bool = false) {
        self.allocation = allocation
        self.grant = grant
        self.amount = amount
        self.isHeld = isHeld
    }
}
