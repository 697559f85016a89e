/// What the server should decide, written down as dumbly as possible, to be compared with what it decides: every period
/// is gone through, every balance added up anew, nothing is put off. It shares no code with the product; ids are plain
/// strings, days are numbers since 1970-01-01, instants are microseconds since 1970.
///
/// Where the rules leave a choice, a comment that begins with "Reading:" says which one was taken.
struct NaiveModel {
    struct Customer {
        var parent: String?
        var isContact = false
        var defaultEntitlement: String?
    }

    enum Unit: CaseIterable { case wholeCase, second }
    enum Consumption { case creation, resolution, work }

    /// Whole numbers: only a case's cost is weighted when it is opened.
    struct Weights {
        var channels: [String: Int64] = [:]
        var priorities: [Int: Int64] = [:]
        var outOfHours: Int64?
    }

    /// All four kinds: without a quantity it is unlimited, without a period it is for the whole term.
    struct Allocation {
        var name: String
        var unit: Unit
        /// For one unit sold.
        var quantity: Int64?
        var period: Period?
        // Reading: units sold multiply quantities, not these two.
        var rolloverMaximum: Int64 = 0
        var carryMaximum: Int64 = 0
        var channels: [String]?
        var products: [String]?
        var weights = Weights()
        var consumption = Consumption.creation
        var holdSeconds: Int64 = 0
    }

    struct Terms {
        var customer: String
        var servesDescendants = false
        var products: [String]?
        var assets: [String]?
        var channels: [String]?
        var contacts: [String]?
        var startDay: Int
        var endDay: Int?
        /// The tenant's, if nil.
        var zone: String?
        var priority: Int?
        var unitsSold: Int64 = 1
        var calendar: String?
        var hoursOnly = false
        var allocations: [Allocation]
    }

    enum Origin { case purchase, rollover, carried, topUp }

    struct Grant {
        var number: Int
        var origin: Origin
        /// Nil if unlimited.
        var quantity: Int64?
        var charged: Int64 = 0
        var held: Int64 = 0
        var from: Int64?
        var until: Int64?
        // Reading: all grants but top-ups have priority 0.
        var priority = 0

        var available: Int64 { (quantity ?? 0) - charged - held }

        func isValid(at instant: Int64) -> Bool { (from ?? .min) <= instant && instant < (until ?? .max) }
    }

    /// An allocation's grants and periods, also those that ended.
    struct Pool {
        var grants: [Grant] = []
        var spans: [Span] = []
        /// The indices of the periods in which something was decided.
        var written: Set<Int> = []

        mutating func add(
            _ origin: Origin, _ quantity: Int64?, from: Int64? = nil, until: Int64? = nil, priority: Int = 0
        ) {
            grants.append(
                Grant(
                    number: grants.count + 1, origin: origin, quantity: quantity, from: from, until: until,
                    priority: priority))
        }

        /// The indices of the valid grants, that to be used first first.
        func burnOrder(at instant: Int64) -> [Int] {
            func key(_ grant: Grant) -> [Int64] {
                [grant.origin == .rollover ? 0 : 1, Int64(grant.priority), grant.until ?? .max, Int64(grant.number)]
            }
            return grants.indices.filter { grants[$0].isValid(at: instant) }
                .sorted { key(grants[$0]).lexicographicallyPrecedes(key(grants[$1])) }
        }
    }

    enum Edit {
        case products([String]?)
        case assets([String]?)
        case channels([String]?)
        case contacts([String]?)
        case startDay(Int)
        case endDay(Int?)
        case unitsSold(Int64)
        /// For one unit sold, of the allocation at this position, which is a counted one.
        case quantity(Int, Int64)
    }

    struct Amendment {
        var edits: [Edit]
        var inFull = false
    }

    struct Entitlement {
        var isDraft = true
        var terms: Terms
        /// In the order of the terms' allocations.
        var pools: [Pool] = []
        var cancelledAt: Int64?
        var suspensions: [(from: Int64, until: Int64?)] = []
        var earlier: [(until: Int64, terms: Terms)] = []
        var pending: [(at: Int64, amendment: Amendment)] = []
        var predecessor: String?
        var successor: String?
        var wasCarried = false

        /// Something is decided about it.
        mutating func write() {
            for position in pools.indices {
                if let span = pools[position].spans.last { pools[position].written.insert(span.index) }
            }
        }

        func terms(at instant: Int64) -> Terms { earlier.first { instant < $0.until }?.terms ?? terms }
    }

    enum Status: String { case draft, waiting, active, suspended, cancelled, expired, renewed }

    struct Balance: Equatable {
        /// Nil, as remaining and available are, if unlimited.
        var total: Int64?
        var charged: Int64 = 0
        var held: Int64 = 0
        var remaining: Int64? { total.map { $0 - charged } }
        var available: Int64? { remaining.map { $0 - held } }
    }

    /// The tenant's time zone.
    var zone: String
    var fallThrough = true
    var defaultEntitlement: String?
    var closingDays = 10
    var customers: [String: Customer] = [:]
    /// Each product with its family.
    var products: [String: String?] = [:]
    /// Each asset with its product.
    var assets: [String: String] = [:]
    var calendars: [String: BusinessHours] = [:]
    var entitlements: [String: Entitlement] = [:]
    /// Each case with the entitlement that took it.
    var cases: [String: String] = [:]

    init(zone: String) { self.zone = zone }

    /// An id that is used where it must exist; anything else is the test's mistake.
    func known(_ id: String) -> Entitlement {
        guard let entitlement = entitlements[id] else { preconditionFailure("no entitlement \(id)") }
        return entitlement
    }

    // MARK: Answers about one entitlement

    /// As its dates and its life say it, at an instant that isn't later than the one that was advanced to.
    func status(_ id: String, at instant: Int64) -> Status {
        let entitlement = known(id)
        let cover = cover(entitlement.terms(at: instant))
        if let cancelledAt = entitlement.cancelledAt, cancelledAt <= instant { return .cancelled }
        if entitlement.isDraft { return .draft }
        if instant < cover.from { return .waiting }
        if instant >= cover.until { return hasBeenRenewed(id, at: instant) ? .renewed : .expired }
        let suspended = entitlement.suspensions.contains { $0.from <= instant && instant < ($0.until ?? .max) }
        return suspended ? .suspended : .active
    }

    // Reading: it is renewed when any successor has started, and stays so; one that is cancelled before never starts.
    func hasBeenRenewed(_ id: String, at instant: Int64) -> Bool {
        entitlements.values.contains { successor in
            let start = cover(successor.terms).from
            return successor.predecessor == id && !successor.isDraft && start <= instant && start < end(successor)
        }
    }

    /// The balances of the allocations, by name, from the grants that are valid at the instant that was advanced to.
    func balances(_ id: String, at instant: Int64) -> [String: Balance] {
        let entitlement = known(id)
        var balances: [String: Balance] = [:]
        for (position, allocation) in entitlement.terms.allocations.enumerated() {
            var balance = Balance(total: allocation.quantity == nil ? nil : 0)
            // A draft has no pools.
            for grant in entitlement.pools.dropFirst(position).first?.grants ?? [] where grant.isValid(at: instant) {
                if let quantity = grant.quantity { balance.total = (balance.total ?? 0) + quantity }
                balance.charged += grant.charged
                balance.held += grant.held
            }
            balances[allocation.name] = balance
        }
        return balances
    }
}
