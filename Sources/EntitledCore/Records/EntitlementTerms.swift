/// The terms that a customer bought: for whom and when, and what.
public struct EntitlementTerms: Hashable, Sendable, Codable {
    /// An account or a contact.
    public var customer: CustomerID
    /// Whether the accounts below the customer are served too; only an account's entitlement can.
    public var servesDescendants: Bool
    /// The assets covered; nil covers any.
    public var assets: Scope<AssetID>?
    /// The contacts who may use it; nil allows anyone of the customer.
    public var contacts: Scope<CustomerID>?
    /// The first day of cover, in ``timeZone``.
    public var startDay: CalendarDay
    /// The last day of cover, covered to its end; nil runs on.
    public var endDay: CalendarDay?
    /// When a renewal is due; nil is the day after the end.
    public var renewalDay: CalendarDay?
    /// The zone in which days begin and end; nil is the tenant's.
    public var timeZone: Zone?
    /// Smaller wins among equally specific entitlements; nil comes last.
    public var priority: Int32?
    /// The plan that it was made from.
    public var plan: PlanID?
    /// The contract that it belongs to.
    public var contract: ContractID?
    /// How many units of the plan were sold: every counted allocation is multiplied by it; 1 to 1,000,000.
    public var quantity: Int64
    public var service: ServiceTerms

    public init(
        customer: CustomerID, servesDescendants: Bool = false, assets: Scope<AssetID>? = nil,
        contacts: Scope<CustomerID>? = nil, startDay: CalendarDay, endDay: CalendarDay? = nil,
        renewalDay: CalendarDay? = nil, timeZone: Zone? = nil, priority: Int32? = nil, plan: PlanID? = nil,
        contract: ContractID? = nil, quantity: Int64 = 1, service: ServiceTerms
    ) {
        self.customer = customer
        self.servesDescendants = servesDescendants
        self.assets = assets
        self.contacts = contacts
        self.startDay = startDay
        self.endDay = endDay
        self.renewalDay = renewalDay
        self.timeZone = timeZone
        self.priority = priority
        self.plan = plan
        self.contract = contract
        self.quantity = quantity
        self.service = service
    }

    /// The day on which a renewal is due; nil if it runs on.
    public var effectiveRenewalDay: CalendarDay? { renewalDay ?? endDay?.advanced(days: 1) }

    /// What an allocation holds for all units sold, in its unit; nil if unlimited.
    public func quantity(of allocation: AllocationTerms) -> Int64? {
        allocation.kind.quantity.map { $0 * quantity }
    }
}
