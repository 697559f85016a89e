/// Why a candidate doesn't cover a case. The numbers are the order in which the reasons win, for ever; the gaps
/// belong to cancelled (3), suspended (4), asset_not_covered (9), outside_hours (11) and no_allocation (12).
public enum Mismatch: Int16, NamedValue {
    case wrongCustomer = 1
    case draft = 2
    case notStarted = 5
    case expired = 6
    case contactNotListed = 7
    case productNotCovered = 8
    case channelNotCovered = 10
    case exhausted = 13

    public var name: String {
        switch self {
        case .wrongCustomer: "wrong_customer"
        case .draft: "draft"
        case .notStarted: "not_started"
        case .expired: "expired"
        case .contactNotListed: "contact_not_listed"
        case .productNotCovered: "product_not_covered"
        case .channelNotCovered: "channel_not_covered"
        case .exhausted: "exhausted"
        }
    }
}

/// One entitlement that was looked at, with its rank or the reason why it doesn't cover the case.
public struct Candidate: Hashable, Sendable, Codable {
    public let entitlement: EntitlementID
    /// 1 is the most specific of those that cover the case and have enough available; nil for the others.
    public let rank: Int32?
    /// Nil for those that have a rank.
    public let mismatch: Mismatch?

    package init(entitlement: EntitlementID, rank: Int32?, mismatch: Mismatch?) {
        self.entitlement = entitlement
        self.rank = rank
        self.mismatch = mismatch
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
