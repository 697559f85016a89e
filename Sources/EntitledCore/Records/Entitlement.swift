/// What one customer is entitled to: whom it serves, what it covers, when, and how much.
public struct Entitlement: Hashable, Sendable, Codable {
    public let id: EntitlementID
    public let terms: EntitlementTerms
    public package(set) var state: EntitlementState
    /// In the order in which the terms name them; a draft's have no grants yet.
    public package(set) var allocations: [Allocation]

    package init(id: EntitlementID, terms: EntitlementTerms, state: EntitlementState, allocations: [Allocation]) {
        self.id = id
        self.terms = terms
        self.state = state
        self.allocations = allocations
    }
}

/// The terms that a customer bought.
public struct EntitlementTerms: Hashable, Sendable, Codable {
    /// An account or a contact.
    public var customer: CustomerID
    /// Whether the accounts below the customer are served too; only an account's entitlement can.
    public var servesDescendants: Bool
    /// The products and families covered; nil covers all.
    public var products: Scope<ProductID>?
    /// The channels covered; nil covers all.
    public var channels: Scope<ChannelID>?
    /// The contacts who may use it; nil allows anyone of the customer.
    public var contacts: Scope<CustomerID>?
    /// The first day of cover, in ``timeZone``.
    public var startDay: CalendarDay
    /// The last day of cover, covered to its end; nil runs on.
    public var endDay: CalendarDay?
    /// The zone in which days begin and end; nil is the tenant's.
    public var timeZone: Zone?
    /// Smaller wins among equally specific entitlements; nil comes last.
    public var priority: Int32?
    /// What happens when too little is available.
    public var exhaustionPolicy: ExhaustionPolicy
    /// At least one, each with a name of its own.
    public var allocations: [AllocationTerms]

    public init(
        customer: CustomerID, servesDescendants: Bool = false, products: Scope<ProductID>? = nil,
        channels: Scope<ChannelID>? = nil, contacts: Scope<CustomerID>? = nil, startDay: CalendarDay,
        endDay: CalendarDay? = nil, timeZone: Zone? = nil, priority: Int32? = nil,
        exhaustionPolicy: ExhaustionPolicy = .block, allocations: [AllocationTerms]
    ) {
        self.customer = customer
        self.servesDescendants = servesDescendants
        self.products = products
        self.channels = channels
        self.contacts = contacts
        self.startDay = startDay
        self.endDay = endDay
        self.timeZone = timeZone
        self.priority = priority
        self.exhaustionPolicy = exhaustionPolicy
        self.allocations = allocations
    }
}

/// What is recorded of an entitlement's life. Where the dates matter, ``Entitlement/status(at:)`` says what it is.
public enum EntitlementState: Int16, NamedValue {
    /// Being written; goes to `activated`. Covers nothing.
    case draft = 1
    /// In force; its dates decide whether it covers.
    case activated = 2

    public var name: String {
        switch self {
        case .draft: "draft"
        case .activated: "activated"
        }
    }
}

/// What an entitlement is at an instant.
public enum EntitlementStatus: Int16, NamedValue {
    case draft = 1
    case waiting = 2
    case active = 3
    case expired = 4

    public var name: String {
        switch self {
        case .draft: "draft"
        case .waiting: "waiting"
        case .active: "active"
        case .expired: "expired"
        }
    }
}

/// What happens to a case that costs more than is available.
public enum ExhaustionPolicy: Int16, NamedValue {
    /// The case is refused.
    case block = 1

    public var name: String {
        switch self {
        case .block: "block"
        }
    }
}
