/// One act in a tenant's journal, as decided: a row for each posting, or a single row if nothing was posted.
public struct JournalEntry: Hashable, Sendable {
    /// The event's name and number, for ever.
    public enum Event: Int16, NamedValue {
        case customerAdded = 1
        case productAdded = 2
        case channelAdded = 3
        case assetAdded = 4
        case calendarAdded = 5
        case serviceLevelAdded = 6
        case planAdded = 7
        case contractAdded = 8
        case entitlementDrafted = 10
        case entitlementActivated = 11
        case entitlementRedrafted = 12
        case entitlementDeleted = 13
        case entitlementSuspended = 14
        case entitlementResumed = 15
        case entitlementCancelled = 16
        case entitlementRenewed = 17
        case entitlementAmended = 18
        case amendmentArranged = 19
        case periodStarted = 20
        case grantAdded = 21
        case grantCarried = 22
        case entitlementRelinked = 23
        case caseOpened = 30
        case caseRefused = 31
        case customerUpdated = 61
        case productUpdated = 62
        case assetUpdated = 64
        case calendarUpdated = 65
        case serviceLevelUpdated = 66
        case planUpdated = 67
        case contractUpdated = 68
        case settingsUpdated = 69

        public var name: String {
            switch self {
            case .customerAdded: "customer.added"
            case .productAdded: "product.added"
            case .channelAdded: "channel.added"
            case .assetAdded: "asset.added"
            case .calendarAdded: "calendar.added"
            case .serviceLevelAdded: "sla.added"
            case .planAdded: "plan.added"
            case .contractAdded: "contract.added"
            case .entitlementDrafted: "entitlement.drafted"
            case .entitlementActivated: "entitlement.activated"
            case .entitlementRedrafted: "entitlement.redrafted"
            case .entitlementDeleted: "entitlement.deleted"
            case .entitlementSuspended: "entitlement.suspended"
            case .entitlementResumed: "entitlement.resumed"
            case .entitlementCancelled: "entitlement.cancelled"
            case .entitlementRenewed: "entitlement.renewed"
            case .entitlementAmended: "entitlement.amended"
            case .amendmentArranged: "amendment.arranged"
            case .periodStarted: "allocation.period_started"
            case .grantAdded: "grant.added"
            case .grantCarried: "grant.carried"
            case .entitlementRelinked: "entitlement.relinked"
            case .caseOpened: "case.opened"
            case .caseRefused: "case.refused"
            case .customerUpdated: "customer.updated"
            case .productUpdated: "product.updated"
            case .assetUpdated: "asset.updated"
            case .calendarUpdated: "calendar.updated"
            case .serviceLevelUpdated: "sla.updated"
            case .planUpdated: "plan.updated"
            case .contractUpdated: "contract.updated"
            case .settingsUpdated: "settings.updated"
            }
        }
    }

    public var event: Event
    /// Who asked: the name of the API key; ``system`` for what time has brought.
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

    /// The actor of what nobody asked for: it took effect by the passing of time.
    public static let system = "system"

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
