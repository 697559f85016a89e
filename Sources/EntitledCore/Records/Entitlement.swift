/// What one customer is entitled to: whom it serves, what it covers, when, and how much.
public struct Entitlement: Hashable, Sendable, Codable {
    public let id: EntitlementID
    /// Counts its changes from 1; charges and new periods don't count.
    public package(set) var version: Int64
    public package(set) var state: EntitlementState
    /// The terms in force; a draft's as they are written so far.
    @Shared public package(set) var terms: EntitlementTerms
    @Shared public package(set) var life: Life
    /// In the order in which the terms name them; a draft's have no grants yet.
    public package(set) var allocations: [Allocation]

    package init(
        id: EntitlementID, version: Int64 = 1, state: EntitlementState = .draft, terms: EntitlementTerms,
        life: Life = Life(), allocations: [Allocation]
    ) {
        self.id = id
        self.version = version
        self.state = state
        self.terms = terms
        self.life = life
        self.allocations = allocations
    }
}

extension Entitlement {
    /// One of the same terms and life, which aren't copied unless the customer is another.
    /// - Parameter allocations: its own, of the same terms.
    package func likewise(
        _ id: EntitlementID, of customer: CustomerID, version: Int64, _ allocations: [Allocation]
    ) -> Entitlement {
        Entitlement(self, id, customer, version, allocations)
    }

    private init(
        _ other: Entitlement, _ id: EntitlementID, _ customer: CustomerID, _ version: Int64,
        _ allocations: [Allocation]
    ) {
        self.id = id
        self.version = version
        state = other.state
        _terms = other._terms
        _life = other._life
        self.allocations = allocations
        if terms.customer != customer { terms.customer = customer }
    }

    /// The terms that were in force at an earlier instant, not copied.
    func sharedTerms(at instant: Instant) -> Shared<EntitlementTerms> {
        life.earlier.first { instant < $0.until }?.sharedTerms ?? _terms
    }
}

/// What has happened to an entitlement beyond its dates, and what is arranged for later.
public struct Life: Hashable, Sendable, Codable {
    /// From when it is cancelled; may lie in the future.
    public package(set) var cancelledAt: Instant?
    /// When it was suspended, oldest first; the last may still last.
    public package(set) var suspensions: [Suspension]
    /// The terms that were in force before, oldest first.
    public package(set) var earlier: [EarlierTerms]
    /// Amendments arranged for later, soonest first.
    public package(set) var pending: [PendingAmendment]
    /// The entitlement that this one renews.
    public package(set) var predecessor: EntitlementID?
    /// The entitlement that renews this one.
    public package(set) var successor: EntitlementID?
    /// From when the successor, once activated, takes its place.
    public package(set) var renewedAt: Instant?
    /// The predecessor whose rest is still to be carried over, when this one starts.
    public package(set) var carriesFrom: EntitlementID?

    package init(
        cancelledAt: Instant? = nil, suspensions: [Suspension] = [], earlier: [EarlierTerms] = [],
        pending: [PendingAmendment] = [], predecessor: EntitlementID? = nil, successor: EntitlementID? = nil,
        renewedAt: Instant? = nil, carriesFrom: EntitlementID? = nil
    ) {
        self.cancelledAt = cancelledAt
        self.suspensions = suspensions
        self.earlier = earlier
        self.pending = pending
        self.predecessor = predecessor
        self.successor = successor
        self.renewedAt = renewedAt
        self.carriesFrom = carriesFrom
    }

    public struct Suspension: Hashable, Sendable, Codable {
        public let from: Instant
        /// Exclusive; nil while it lasts.
        public package(set) var until: Instant?

        package init(from: Instant, until: Instant? = nil) {
            self.from = from
            self.until = until
        }
    }

    public struct EarlierTerms: Hashable, Sendable, Codable {
        /// When others took their place.
        public let until: Instant
        @Shared public private(set) var terms: EntitlementTerms

        package init(until: Instant, terms: EntitlementTerms) {
            self.until = until
            self.terms = terms
        }

        fileprivate var sharedTerms: Shared<EntitlementTerms> { _terms }
    }

    public struct PendingAmendment: Hashable, Sendable, Codable {
        public let at: Instant
        public let amendment: Amendment

        package init(at: Instant, amendment: Amendment) {
            self.at = at
            self.amendment = amendment
        }
    }

    /// The most amendments, made or arranged, and the most suspensions that one entitlement may have.
    public static let maximumEntries = 100
}

/// What is recorded of an entitlement's life. Where the dates matter, ``EntitlementStatus`` says what it is.
public enum EntitlementState: Int16, NamedValue {
    /// Being written; goes to `activated`, or is deleted. Covers nothing.
    case draft = 1
    /// Was put into force; its dates, and what happened to it, decide whether it covers.
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
    case suspended = 5
    case cancelled = 6
    case renewed = 7

    public var name: String {
        switch self {
        case .draft: "draft"
        case .waiting: "waiting"
        case .active: "active"
        case .expired: "expired"
        case .suspended: "suspended"
        case .cancelled: "cancelled"
        case .renewed: "renewed"
        }
    }
}
