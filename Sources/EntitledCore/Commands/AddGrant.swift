/// Adds a grant to one allocation of an entitlement: a top-up, with a validity of its own.
public struct AddGrant: Command {
    public typealias Answer = Entitlement
    public static let method = Method.addGrant

    public var entitlement: EntitlementID
    public var allocation: String
    /// In the allocation's unit: 1 to 1,000,000,000.
    public var quantity: Int64
    /// The first day on which it counts, in the entitlement's zone; nil is at once.
    public var startDay: CalendarDay?
    /// The last day on which it counts; nil is for ever.
    public var endDay: CalendarDay?
    /// Smaller burns first; what was sold has 0. -1,000 to 1,000.
    public var priority: Int32

    public init(
        entitlement: EntitlementID, allocation: String = "main", quantity: Int64, startDay: CalendarDay? = nil,
        endDay: CalendarDay? = nil, priority: Int32 = 0
    ) {
        self.entitlement = entitlement
        self.allocation = allocation
        self.quantity = quantity
        self.startDay = startDay
        self.endDay = endDay
        self.priority = priority
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, entitlement)
        encoder.field(2, allocation)
        encoder.field(3, quantity)
        encoder.field(4, startDay?.daysSince1970)
        encoder.field(5, endDay?.daysSince1970)
        encoder.field(6, priority)
    }
}

extension AddGrant: DecidableCommand {
    /// The most grants that one entitlement may be given beyond what was sold.
    public static let maximumTopUps = 1_000

    package func validate() throws(EntitledError) {
        guard (1...AllocationTerms.maximumQuantity).contains(quantity) else {
            throw .invalid("quantity", "is \(quantity)", allowed: "1 to \(AllocationTerms.maximumQuantity)")
        }
        guard (-1_000...1_000).contains(priority) else {
            throw .invalid("priority", "is \(priority)", allowed: "-1000 to 1000")
        }
        try startDay?.check(field: "start_day")
        try endDay?.check(field: "end_day")
        if let startDay, let endDay, endDay < startDay {
            throw .invalid("end_day", "\(endDay) is before the start \(startDay)", allowed: "the start day or later")
        }
    }

    package func add(to needs: inout Needs) {
        needs.entitlements.insert(entitlement)
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Entitlement {
        var (found, effects, now) = try facts.held(entitlement, field: "entitlement")
        try found.require([.waiting, .active, .suspended], to: "add a grant", at: now, zone: facts.zone)
        guard let index = found.allocations.firstIndex(where: { $0.name == allocation }) else {
            throw EntitledError.notFound("allocation", allocation)
        }
        guard found.allocations[index].terms.kind.quantity != nil else {
            throw EntitledError.invalid("allocation", "'\(allocation)' is unlimited", allowed: "a counted allocation")
        }
        let topUps = found.allocations.reduce(0) { $0 + $1.grants.count { $0.origin == .topUp } }
        guard topUps < Self.maximumTopUps else {
            throw EntitledError.invalid(
                "entitlement", "'\(found.id)' has \(topUps) top-ups", allowed: "at most \(Self.maximumTopUps)")
        }
        let zone = found.terms.zone(tenant: facts.zone)
        let until = endDay.map { zone.start(of: $0.advanced(days: 1)) }
        guard until.map({ $0 > now }) ?? true else {
            throw EntitledError.invalid("end_day", "has passed", allowed: "\(zone.day(at: now)) or later")
        }
        let posting = found.allocations[index].grant(
            quantity, .topUp, from: startDay.map(zone.start(of:)), until: until, priority: priority, at: now)
        let entry = try found.entry(.grantAdded, actor, at: now, postings: [posting])
        facts.replace(with: found, after: effects)
        facts.record(entry)
        return found
    }

    package static func answer(from entry: JournalEntry) throws -> Entitlement {
        try EntitlementDetail.answer(from: entry)
    }
}
