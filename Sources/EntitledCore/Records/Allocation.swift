/// One counted pool of an entitlement, with its grants.
public struct Allocation: Hashable, Sendable, Codable {
    @Shared public package(set) var terms: AllocationTerms
    /// By their numbers.
    public package(set) var grants: [Grant]

    package init(terms: AllocationTerms, grants: [Grant] = []) {
        self.terms = terms
        self.grants = grants
    }

    public var name: String { terms.name }

    /// What it holds at an instant: the grants that are valid then.
    public func balance(at instant: Instant) -> Balance {
        var balance = Balance(total: terms.kind.quantity == nil ? nil : 0, charged: 0, held: 0)
        for grant in grants where grant.isValid(at: instant) {
            // Quantities are bounded (``AllocationTerms/maximumQuantity``), so the sum of a pool's can't overflow.
            if let quantity = grant.quantity, let total = balance.total { balance.total = total + quantity }
            balance.charged += grant.charged
            balance.held += grant.held
        }
        return balance
    }
}

/// What an allocation holds at an instant, in its unit.
public struct Balance: Hashable, Sendable, Codable {
    /// Σ quantities; nil if unlimited.
    public package(set) var total: Int64?
    public package(set) var charged: Int64
    public package(set) var held: Int64

    package init(total: Int64?, charged: Int64, held: Int64) {
        self.total = total
        self.charged = charged
        self.held = held
    }

    /// Total − charges; nil if unlimited.
    public var remaining: Int64? { total.map { $0 - charged } }
    /// ``remaining`` − holds; nil if unlimited.
    public var available: Int64? { total.map { $0 - charged - held } }
}

/// One tranche of an allocation: a period's quantity, a purchase, a top-up, a rollover. Amounts are exact integers, in
/// the allocation's unit.
public struct Grant: Hashable, Sendable, Codable {
    /// Where it came from.
    public enum Origin: Int16, NamedValue {
        /// What was sold: a period's or the whole term's quantity, or an amendment's increase.
        case purchase = 1
        /// What was left of the period before.
        case rollover = 2
        /// What was left of the entitlement that this one renews.
        case carried = 3
        /// What was added on top.
        case topUp = 4
        /// Nothing was granted: it bears what was allowed beyond the other grants.
        case overage = 5

        public var name: String {
            switch self {
            case .purchase: "purchase"
            case .rollover: "rollover"
            case .carried: "carried"
            case .topUp: "top_up"
            case .overage: "overage"
            }
        }

        /// Whether it comes and goes with a period, rather than having a validity of its own.
        var isOfPeriod: Bool {
            switch self {
            case .purchase, .rollover, .overage: true
            case .carried, .topUp: false
            }
        }
    }

    /// Counts from 1 within the allocation.
    public let number: Int32
    public let origin: Origin
    /// What was granted; nil if unlimited.
    public package(set) var quantity: Int64?
    public package(set) var charged: Int64
    public package(set) var held: Int64
    /// From when it counts; nil is since ever.
    public let from: Instant?
    /// Until when it counts, exclusive; nil is for ever.
    public let until: Instant?
    /// Smaller burns first; a rollover before all others.
    public let priority: Int32
    /// When it was last changed: decisions about it never have an earlier instant.
    public package(set) var changedAt: Instant

    package init(
        number: Int32, origin: Origin = .purchase, quantity: Int64?, charged: Int64 = 0, held: Int64 = 0,
        from: Instant? = nil, until: Instant? = nil, priority: Int32 = 0, changedAt: Instant
    ) {
        self.number = number
        self.origin = origin
        self.quantity = quantity
        self.charged = charged
        self.held = held
        self.from = from
        self.until = until
        self.priority = priority
        self.changedAt = changedAt
    }

    /// Quantity − charges − holds; nil if unlimited.
    public var available: Int64? { quantity.map { $0 - charged - held } }

    public func isValid(at instant: Instant) -> Bool {
        (from.map { $0 <= instant } ?? true) && (until.map { instant < $0 } ?? true)
    }
}
