/// One counted pool of an entitlement, as it was sold.
public struct AllocationTerms: Hashable, Sendable, Codable {
    public enum Kind: Hashable, Sendable, Codable {
        /// So many cases for the whole term.
        case perIncident(cases: Int64)
        /// So many cases in each period.
        case incidentsPerPeriod(cases: Int64, period: Period)
        /// So many seconds of work in each period; without a period, for the whole term (a prepaid block of hours).
        case hoursPerPeriod(seconds: Int64, period: Period?)
        /// No limit; use is counted in the unit.
        case unlimited(unit: AllocationUnit)
    }

    /// 1 to 64 characters, unique in the entitlement.
    public var name: String
    /// Quantities are 1 to 1,000,000,000 and count for one unit sold.
    public var kind: Kind
    /// The most of a period's rest that is taken into the next one; 0 lets it lapse.
    public var rolloverMaximum: Int64
    /// The most of the rest that a renewal takes along; 0 lets it lapse.
    public var carryMaximum: Int64
    /// The channels whose cases it counts; nil counts all.
    public var channels: Scope<ChannelID>?
    /// The products and families whose cases it counts; nil counts all.
    public var products: Scope<ProductID>?
    public var weights: Weights?
    /// When it is charged; nil is `creation` for cases, `work` for seconds.
    public var consumption: ConsumptionPoint?
    /// What an opened case sets aside in a pool of seconds: 0 to 1,000,000,000; with 0 at least 1 must be available.
    public var holdSeconds: Int64
    /// What happens when it is short; nil is what the entitlement says.
    public var exhaustionPolicy: ExhaustionPolicy?
    /// How far below zero the policy `allow` may take it in each period: 0 to 1,000,000,000; nil has no limit.
    public var overageLimit: Int64?

    public init(
        name: String = "main", kind: Kind, rolloverMaximum: Int64 = 0, carryMaximum: Int64 = 0,
        channels: Scope<ChannelID>? = nil, products: Scope<ProductID>? = nil, weights: Weights? = nil,
        consumption: ConsumptionPoint? = nil, holdSeconds: Int64 = 0, exhaustionPolicy: ExhaustionPolicy? = nil,
        overageLimit: Int64? = nil
    ) {
        self.name = name
        self.kind = kind
        self.rolloverMaximum = rolloverMaximum
        self.carryMaximum = carryMaximum
        self.channels = channels
        self.products = products
        self.weights = weights
        self.consumption = consumption
        self.holdSeconds = holdSeconds
        self.exhaustionPolicy = exhaustionPolicy
        self.overageLimit = overageLimit
    }

    /// The largest quantity that can be sold in one allocation, all units together; sums of many stay far from
    /// overflow.
    public static let maximumQuantity: Int64 = 1_000_000_000

    /// ``consumption``, or what is usual for the unit.
    public var consumptionPoint: ConsumptionPoint { consumption ?? (kind.unit == .case ? .creation : .work) }
}

extension AllocationTerms.Kind {
    public var unit: AllocationUnit {
        switch self {
        case .perIncident, .incidentsPerPeriod: .case
        case .hoursPerPeriod: .second
        case .unlimited(let unit): unit
        }
    }

    /// For one unit sold; nil if unlimited.
    public var quantity: Int64? {
        switch self {
        case .perIncident(let cases), .incidentsPerPeriod(let cases, _): cases
        case .hoursPerPeriod(let seconds, _): seconds
        case .unlimited: nil
        }
    }

    /// Nil is the whole term.
    public var period: Period? {
        switch self {
        case .incidentsPerPeriod(_, let period): period
        case .hoursPerPeriod(_, let period): period
        case .perIncident, .unlimited: nil
        }
    }

    /// The same kind of pool with another quantity; an unlimited one has none.
    func with(quantity: Int64) -> Self {
        switch self {
        case .perIncident: .perIncident(cases: quantity)
        case .incidentsPerPeriod(_, let period): .incidentsPerPeriod(cases: quantity, period: period)
        case .hoursPerPeriod(_, let period): .hoursPerPeriod(seconds: quantity, period: period)
        case .unlimited: self
        }
    }
}

/// What an allocation counts.
public enum AllocationUnit: Int16, NamedValue {
    /// Whole cases.
    case `case` = 1
    /// Seconds of work.
    case second = 2

    public var name: String {
        switch self {
        case .case: "case"
        case .second: "second"
        }
    }
}

/// When a case charges an allocation.
public enum ConsumptionPoint: Int16, NamedValue {
    /// When it is opened.
    case creation = 1
    /// When it is resolved; until then the amount is held.
    case resolution = 2
    /// When work on it is recorded.
    case work = 3

    public var name: String {
        switch self {
        case .creation: "creation"
        case .resolution: "resolution"
        case .work: "work"
        }
    }
}

/// What recurs: so many days, weeks, months, quarters or years, counted from an anchor.
public struct Period: Hashable, Sendable, Codable {
    public enum Unit: Int16, NamedValue {
        case day = 1
        case week = 2
        case month = 3
        case quarter = 4
        case year = 5

        public var name: String {
            switch self {
            case .day: "day"
            case .week: "week"
            case .month: "month"
            case .quarter: "quarter"
            case .year: "year"
            }
        }
    }

    /// How many units: 1 to 1,000.
    public var length: Int32
    public var unit: Unit
    /// A day on which a period begins; nil is the start of cover.
    public var anchor: CalendarDay?

    public init(_ length: Int32, _ unit: Unit, anchor: CalendarDay? = nil) {
        self.length = length
        self.unit = unit
        self.anchor = anchor
    }

    public static let allowedLengths: ClosedRange<Int32> = 1...1_000
}

/// What multiplies a case's cost.
public struct Weights: Hashable, Sendable, Codable {
    public struct ByChannel: Hashable, Sendable, Codable {
        public var channel: ChannelID
        public var factor: Factor

        public init(_ channel: ChannelID, _ factor: Factor) {
            self.channel = channel
            self.factor = factor
        }
    }

    public struct ByPriority: Hashable, Sendable, Codable {
        public var priority: CasePriority
        public var factor: Factor

        public init(_ priority: CasePriority, _ factor: Factor) {
            self.priority = priority
            self.factor = factor
        }
    }

    /// Each channel at most once.
    public var channels: [ByChannel]
    /// Each priority at most once.
    public var priorities: [ByPriority]
    /// For cases out of the hours of the entitlement's calendar.
    public var outOfHours: Factor?

    public init(channels: [ByChannel] = [], priorities: [ByPriority] = [], outOfHours: Factor? = nil) {
        self.channels = channels
        self.priorities = priorities
        self.outOfHours = outOfHours
    }
}

/// A factor with three decimals, exact: 0 to 1,000. In a pool of cases it is a whole number, since cases stay whole.
public struct Factor: Hashable, Sendable, Codable, CustomStringConvertible {
    /// 0 to 1,000,000; 1,000 is ×1.
    public let thousandths: Int32

    /// - Throws: ``EntitledError`` `invalid_field`.
    public init(thousandths: some BinaryInteger, field: String = "factor") throws(EntitledError) {
        guard let small = Int32(exactly: thousandths), (0...1_000_000).contains(small) else {
            throw .invalid(field, "is \(thousandths) thousandths", allowed: "0 to 1000000 thousandths")
        }
        self.thousandths = small
    }

    /// A factor that was checked when it was stored.
    package init(stored thousandths: Int32) {
        self.thousandths = thousandths
    }

    public init(from decoder: any Decoder) throws {
        try self.init(thousandths: decoder.singleValueContainer().decode(Int32.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(thousandths)
    }

    public var isWhole: Bool { thousandths % 1_000 == 0 }

    /// `1.5`.
    public var description: String {
        let (whole, rest) = thousandths.quotientAndRemainder(dividingBy: 1_000)
        guard rest > 0 else { return "\(whole)" }
        var decimals = Int64(rest).padded(3)
        while decimals.last == "0" { decimals.removeLast() }
        return "\(whole).\(decimals)"
    }
}
