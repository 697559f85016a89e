/// One counted pool of an entitlement, as it was sold.
public struct AllocationTerms: Hashable, Sendable, Codable {
    public enum Kind: Hashable, Sendable, Codable {
        /// So many cases for the whole term: 1 to 1,000,000,000.
        case perIncident(cases: Int64)
        /// No limit; use is counted.
        case unlimited
    }

    /// 1 to 64 characters, unique in the entitlement.
    public var name: String
    public var kind: Kind

    public init(name: String = "main", kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// The largest quantity that can be sold in one allocation; sums of many stay far from overflow.
    public static let maximumQuantity: Int64 = 1_000_000_000
}

/// One counted pool of an entitlement, with its grants.
public struct Allocation: Hashable, Sendable, Codable {
    public let terms: AllocationTerms
    /// In burn order.
    public package(set) var grants: [Grant]

    package init(terms: AllocationTerms, grants: [Grant]) {
        self.terms = terms
        self.grants = grants
    }

    public var name: String { terms.name }

    /// Σ quantities − Σ charges; nil if unlimited.
    public var remaining: Int64? { sum { $0.remaining } }

    /// ``remaining`` − Σ holds; nil if unlimited.
    public var available: Int64? { sum { $0.available } }

    /// Everything charged so far.
    public var charged: Int64 { grants.reduce(0) { $0 + $1.charged } }

    private func sum(_ amount: (Grant) -> Int64?) -> Int64? {
        switch terms.kind {
        case .unlimited: nil
        // Quantities are bounded (``AllocationTerms/maximumQuantity``), so the sum of a pool's grants can't overflow.
        case .perIncident: grants.reduce(0) { $0 + (amount($1) ?? 0) }
        }
    }
}

/// One tranche of an allocation. Amounts are exact integers, in cases.
public struct Grant: Hashable, Sendable, Codable {
    /// Counts from 1 within the allocation.
    public let number: Int32
    /// What was granted; nil if unlimited.
    public let quantity: Int64?
    public package(set) var charged: Int64
    public package(set) var held: Int64
    /// When it was last changed: decisions about it never have an earlier instant.
    public package(set) var changedAt: Instant

    package init(number: Int32, quantity: Int64?, charged: Int64 = 0, held: Int64 = 0, changedAt: Instant) {
        self.number = number
        self.quantity = quantity
        self.charged = charged
        self.held = held
        self.changedAt = changedAt
    }

    /// Quantity − charges; nil if unlimited.
    public var remaining: Int64? { quantity.map { $0 - charged } }
    /// ``remaining`` − holds; nil if unlimited.
    public var available: Int64? { quantity.map { $0 - charged - held } }
}
