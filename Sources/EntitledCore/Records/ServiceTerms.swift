/// What is sold, whoever buys it: a plan's template, and a part of every entitlement's terms.
public struct ServiceTerms: Hashable, Sendable, Codable {
    /// The products and families covered; nil covers all.
    public var products: Scope<ProductID>?
    /// The channels covered; nil covers all.
    public var channels: Scope<ChannelID>?
    public var serviceLevel: ServiceLevelID?
    /// Replaces the service level's calendar, and says what is out of hours; nil is round the clock.
    public var calendar: CalendarID?
    /// Whether a case out of hours is refused; needs a calendar.
    public var isHoursOnly: Bool
    public var routing: Routing?
    /// What happens when too little is available.
    public var exhaustionPolicy: ExhaustionPolicy
    /// How many days before the renewal day it is told that it comes: 0 to 3,660.
    public var renewalNoticeDays: Int32?
    public var billing: BillingIncrement?
    /// Each with a name of its own. At least one in an entitlement; none in one that takes its plan's.
    public var allocations: [AllocationTerms]

    public init(
        products: Scope<ProductID>? = nil, channels: Scope<ChannelID>? = nil, serviceLevel: ServiceLevelID? = nil,
        calendar: CalendarID? = nil, isHoursOnly: Bool = false, routing: Routing? = nil,
        exhaustionPolicy: ExhaustionPolicy = .block, renewalNoticeDays: Int32? = nil,
        billing: BillingIncrement? = nil, allocations: [AllocationTerms] = []
    ) {
        self.products = products
        self.channels = channels
        self.serviceLevel = serviceLevel
        self.calendar = calendar
        self.isHoursOnly = isHoursOnly
        self.routing = routing
        self.exhaustionPolicy = exhaustionPolicy
        self.renewalNoticeDays = renewalNoticeDays
        self.billing = billing
        self.allocations = allocations
    }
}

/// Hints for whoever routes the case; nothing is decided by them.
public struct Routing: Hashable, Sendable, Codable {
    /// 1 to 64 characters.
    public var queue: String?
    /// At most 20, 1 to 64 characters each.
    public var skills: [String]
    public var casePriority: CasePriority?
    /// The named manager; 1 to 64 characters.
    public var manager: String?

    public init(
        queue: String? = nil, skills: [String] = [], casePriority: CasePriority? = nil, manager: String? = nil
    ) {
        self.queue = queue
        self.skills = skills
        self.casePriority = casePriority
        self.manager = manager
    }
}

/// How recorded work is rounded before it is charged.
public struct BillingIncrement: Hashable, Sendable, Codable {
    /// Billable seconds are rounded up to a multiple of it: 1 to 86,400.
    public var incrementSeconds: Int64
    /// The least that is billed for an entry, if anything is: 0 to 86,400.
    public var minimumSeconds: Int64

    public init(incrementSeconds: Int64, minimumSeconds: Int64 = 0) {
        self.incrementSeconds = incrementSeconds
        self.minimumSeconds = minimumSeconds
    }
}

/// What happens to a case that costs more than is available.
public enum ExhaustionPolicy: Int16, NamedValue {
    /// The case is refused.
    case block = 1
    /// The case is covered, and what remains goes below zero, up to the allocation's ``AllocationTerms/overageLimit``.
    case allow = 4

    public var name: String {
        switch self {
        case .block: "block"
        case .allow: "allow"
        }
    }
}
