/// One act in a tenant's journal, as decided: a row for each posting, or a single row if nothing was posted.
public struct JournalEntry: Hashable, Sendable {
    /// The event's name and number, for ever.
    public enum Event: Int16, NamedValue {
        case customerAdded = 1
        case productAdded = 2
        case channelAdded = 3
        case entitlementDrafted = 10
        case entitlementActivated = 11
        case caseOpened = 30
        case caseRefused = 31

        public var name: String {
            switch self {
            case .customerAdded: "customer.added"
            case .productAdded: "product.added"
            case .channelAdded: "channel.added"
            case .entitlementDrafted: "entitlement.drafted"
            case .entitlementActivated: "entitlement.activated"
            case .caseOpened: "case.opened"
            case .caseRefused: "case.refused"
            }
        }
    }

    public var event: Event
    /// Who asked: the name of the API key.
    public var actor: String
    /// When it took effect.
    public var occurredAt: Instant
    public var customer: CustomerID?
    public var product: ProductID?
    public var channel: ChannelID?
    public var entitlement: EntitlementID?
    public var `case`: CaseID?
    public var postings: [Posting]
    /// What the columns can't say, as JSON: enough to give the same answer again.
    public var detail: String?

    package init(
        event: Event, actor: String, occurredAt: Instant, customer: CustomerID? = nil, product: ProductID? = nil,
        channel: ChannelID? = nil, entitlement: EntitlementID? = nil, case: CaseID? = nil, postings: [Posting] = [],
        detail: String? = nil
    ) {
        self.event = event
        self.actor = actor
        self.occurredAt = occurredAt
        self.customer = customer
        self.product = product
        self.channel = channel
        self.entitlement = entitlement
        self.case = `case`
        self.postings = postings
        self.detail = detail
    }
}

/// One movement on one grant, with the allocation's balance after it. Balances are the sums of postings.
public struct Posting: Hashable, Sendable, Codable {
    public var allocation: String
    public var grant: Int32
    /// Change of the granted quantity; 0 for an unlimited grant.
    public var granted: Int64
    /// Change of what is charged.
    public var charged: Int64
    /// Change of what is held.
    public var held: Int64
    /// The allocation's remaining amount afterwards; nil if unlimited.
    public var remainingAfter: Int64?
    /// The allocation's available amount afterwards; nil if unlimited.
    public var availableAfter: Int64?

    package init(
        allocation: String, grant: Int32, granted: Int64 = 0, charged: Int64 = 0, held: Int64 = 0,
        remainingAfter: Int64?, availableAfter: Int64?
    ) {
        self.allocation = allocation
        self.grant = grant
        self.granted = granted
        self.charged = charged
        self.held = held
        self.remainingAfter = remainingAfter
        self.availableAfter = availableAfter
    }
}

/// One row of the journal, as it is stored and read.
public struct JournalLine: Hashable, Sendable {
    /// Dense in the tenant, from 1.
    public let number: Int64
    /// On the first row of a call only.
    public let request: RequestID?
    public let recordedAt: Instant
    /// The act, with at most the one posting of this row.
    public let entry: JournalEntry

    package init(number: Int64, request: RequestID?, recordedAt: Instant, entry: JournalEntry) {
        self.number = number
        self.request = request
        self.recordedAt = recordedAt
        self.entry = entry
    }
}
