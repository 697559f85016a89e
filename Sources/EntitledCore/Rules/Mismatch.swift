/// Why a candidate doesn't cover a case. The numbers are the order in which the reasons win, for ever.
public enum Mismatch: Int16, NamedValue {
    case wrongCustomer = 1
    case draft = 2
    case cancelled = 3
    case suspended = 4
    case notStarted = 5
    case expired = 6
    case contactNotListed = 7
    case productNotCovered = 8
    case assetNotCovered = 9
    case channelNotCovered = 10
    case outsideHours = 11
    case noAllocation = 12
    case exhausted = 13

    public var name: String {
        switch self {
        case .wrongCustomer: "wrong_customer"
        case .draft: "draft"
        case .cancelled: "cancelled"
        case .suspended: "suspended"
        case .notStarted: "not_started"
        case .expired: "expired"
        case .contactNotListed: "contact_not_listed"
        case .productNotCovered: "product_not_covered"
        case .assetNotCovered: "asset_not_covered"
        case .channelNotCovered: "channel_not_covered"
        case .outsideHours: "outside_hours"
        case .noAllocation: "no_allocation"
        case .exhausted: "exhausted"
        }
    }
}

/// One entitlement that was looked at, with its rank or the reason why it doesn't cover the case.
public struct Candidate: Hashable, Sendable, Codable {
    public let entitlement: EntitlementID
    /// 1 is the most specific of those that cover the case and have enough available; nil for the others.
    public let rank: Int32?
    /// Nil for those that have a rank. One that is exhausted covers the case nevertheless if its policy allows it, and
    /// nothing else has enough.
    public let mismatch: Mismatch?
    /// Whether it was looked at only because nothing else covers the case. Then its scope doesn't count.
    public let isDefault: Bool?
    /// Why it has its place; only in an answer that explains.
    public let specificity: Specificity?
    /// What it takes, and what there is; only in an answer that explains, if scope and dates cover the case.
    public let demands: [Demand]?

    package init(
        entitlement: EntitlementID, rank: Int32?, mismatch: Mismatch?, isDefault: Bool? = nil,
        specificity: Specificity? = nil, demands: [Demand]? = nil
    ) {
        self.entitlement = entitlement
        self.rank = rank
        self.mismatch = mismatch
        self.isDefault = isDefault
        self.specificity = specificity
        self.demands = demands
    }

    /// The most candidates that an answer lists; it says how many more there were.
    public static let maximumListed = 100
}

/// The rules' no, with its reasons.
public struct Refusal: Hashable, Sendable, Codable {
    public enum Reason: Int16, NamedValue {
        /// No candidate covers the case.
        case notCovered = 1
        /// At least one covers it, but none has enough available.
        case exhausted = 2

        public var name: String {
            switch self {
            case .notCovered: "not_covered"
            case .exhausted: "exhausted"
            }
        }
    }

    public let reason: Reason
    /// The most specific entitlement that covers the case, if one does: the one that is exhausted.
    public let entitlement: EntitlementID?
    public let candidates: [Candidate]
    /// Candidates beyond ``Candidate/maximumListed``.
    public let omitted: Int32

    package init(reason: Reason, entitlement: EntitlementID?, candidates: [Candidate], omitted: Int32) {
        self.reason = reason
        self.entitlement = entitlement
        self.candidates = candidates
        self.omitted = omitted
    }
}

/// What a case demands of one allocation.
public struct Demand: Hashable, Sendable, Codable {
    public let allocation: String
    /// What it takes or sets aside; 0 in a pool of seconds that holds nothing at open.
    public let amount: Int64
    /// What must be available: the amount, at least 1 in a pool of seconds.
    public let needed: Int64
    /// Whether the amount is only set aside at open.
    public let isHeld: Bool
    /// Nil if unlimited.
    public let available: Int64?
    /// What the policy allows it to take beyond that; nil if enough is available, or the policy blocks.
    public let overage: Int64?

    package init(
        allocation: String, amount: Int64, needed: Int64, isHeld: Bool, available: Int64?, overage: Int64? = nil
    ) {
        self.allocation = allocation
        self.amount = amount
        self.needed = needed
        self.isHeld = isHeld
        self.available = available
        self.overage = overage
    }

    /// The boundary is exact: equal passes.
    public var isMet: Bool { available.map { $0 >= needed } ?? true }
    /// Whether enough is available, or the policy allows the rest.
    public var isAdmitted: Bool { isMet || overage != nil }
}
