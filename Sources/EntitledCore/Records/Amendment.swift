/// What is to change in an entitlement's terms; what it doesn't name stays.
public struct Amendment: Hashable, Sendable, Codable {
    public var products: Change<Scope<ProductID>>?
    public var channels: Change<Scope<ChannelID>>?
    public var assets: Change<Scope<AssetID>>?
    public var contacts: Change<Scope<CustomerID>>?
    /// Only while it waits for its start.
    public var startDay: CalendarDay?
    public var endDay: Change<CalendarDay>?
    public var serviceLevel: Change<ServiceLevelID>?
    /// The units sold from then on.
    public var quantity: Int64?
    /// Allocations whose quantities change, for one unit sold; each at most once.
    public var allocations: [AllocationQuantity]
    /// Whether the present period gets the whole difference, rather than its share of the time that is left.
    public var isInFull: Bool

    public init(
        products: Change<Scope<ProductID>>? = nil, channels: Change<Scope<ChannelID>>? = nil,
        assets: Change<Scope<AssetID>>? = nil, contacts: Change<Scope<CustomerID>>? = nil,
        startDay: CalendarDay? = nil, endDay: Change<CalendarDay>? = nil,
        serviceLevel: Change<ServiceLevelID>? = nil, quantity: Int64? = nil, allocations: [AllocationQuantity] = [],
        isInFull: Bool = false
    ) {
        self.products = products
        self.channels = channels
        self.assets = assets
        self.contacts = contacts
        self.startDay = startDay
        self.endDay = endDay
        self.serviceLevel = serviceLevel
        self.quantity = quantity
        self.allocations = allocations
        self.isInFull = isInFull
    }

    /// What an optional field becomes.
    public enum Change<Value: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
        case set(to: Value)
        /// No limit any more.
        case clear

        /// The field's value afterwards.
        public var value: Value? {
            switch self {
            case .set(let value): value
            case .clear: nil
            }
        }
    }

    public struct AllocationQuantity: Hashable, Sendable, Codable {
        public var name: String
        /// For one unit sold: 1 to 1,000,000,000.
        public var quantity: Int64

        public init(name: String, quantity: Int64) {
            self.name = name
            self.quantity = quantity
        }
    }
}
