import EntitledCore
import EntitledPostgres

/// How entitlements are kept: a row each, a row for each allocation, a row for each grant.
enum EntitlementTables {
    static let entitlement = Table<Entitlement>(
        "entitlement",
        [
            .text("id", .key) { $0.id.text },
            .int2("state") { $0.state.rawValue },
            .text("customer_id") { $0.terms.customer.text },
            .bool("serves_descendants") { $0.terms.servesDescendants },
            .scope("assets") { $0.terms.assets },
            .scope("contacts") { $0.terms.contacts },
            .day("start_day") { $0.terms.startDay },
            .day("end_day") { $0.terms.endDay },
            .day("renewal_day") { $0.terms.renewalDay },
            .text("time_zone") { $0.terms.timeZone?.name },
            .int4("priority") { $0.terms.priority },
            .text("plan_id") { $0.terms.plan?.text },
            .text("contract_id") { $0.terms.contract?.text },
            .int8("quantity") { $0.terms.quantity },
            .scope("products") { $0.terms.service.products },
            .scope("channels") { $0.terms.service.channels },
            .text("sla_id") { $0.terms.service.serviceLevel?.text },
            .text("calendar_id") { $0.terms.service.calendar?.text },
            .bool("is_hours_only") { $0.terms.service.isHoursOnly },
            .int2("exhaustion_policy") { $0.terms.service.exhaustionPolicy.rawValue },
            .int4("renewal_notice_days") { $0.terms.service.renewalNoticeDays },
            .json("routing") { $0.terms.service.routing },
            .json("billing") { $0.terms.service.billing },
            .json("life") { $0.life == Life() ? nil : $0.life },
            .day("live_until", .derived) { $0.liveUntil },
            .text("carries_from_id", .derived) { $0.life.carriesFrom?.text },
            .int8("version") { $0.version },
        ])

    /// An allocation with what its row says besides its terms.
    struct AllocationRow: Sendable {
        let entitlement: EntitlementID
        let position: Int16
        let terms: AllocationTerms
    }

    static let allocation = Table<AllocationRow>(
        "allocation",
        [
            .text("entitlement_id", .parent) { $0.entitlement.text },
            .text("name", .key) { $0.terms.name },
            .int2("position") { $0.position },
            .int2("kind") { $0.terms.kind.number.rawValue },
            .int2("unit") { $0.terms.kind.unit.rawValue },
            .int8("quantity") { $0.terms.kind.quantity },
            .int4("period_length") { $0.terms.kind.period?.length },
            .int2("period_unit") { $0.terms.kind.period?.unit.rawValue },
            .day("period_anchor") { $0.terms.kind.period?.anchor },
            .int8("rollover_maximum") { $0.terms.rolloverMaximum },
            .int8("carry_maximum") { $0.terms.carryMaximum },
            .scope("channels") { $0.terms.channels },
            .scope("products") { $0.terms.products },
            .json("weights") { $0.terms.weights },
            .int2("consumption") { $0.terms.consumption?.rawValue },
            .int8("hold_seconds") { $0.terms.holdSeconds },
            .int2("exhaustion_policy") { $0.terms.exhaustionPolicy?.rawValue },
            .int8("overage_limit") { $0.terms.overageLimit },
        ])

    /// A grant with what it belongs to.
    struct GrantRow: Sendable {
        let key: GrantKey
        let grant: Grant
    }

    static let grant = Table<GrantRow>(
        "allocation_grant",
        [
            .text("entitlement_id", .parent) { $0.key.entitlement.text },
            .text("allocation", .parent) { $0.key.allocation },
            .int4("number", .key) { $0.grant.number },
            .int2("origin", .fixed) { $0.grant.origin.rawValue },
            .int8("quantity") { $0.grant.quantity },
            .int8("charged") { $0.grant.charged },
            .int8("held") { $0.grant.held },
            .instant("valid_from", .fixed) { $0.grant.from },
            .instant("valid_until", .fixed) { $0.grant.until },
            .int4("burn_priority", .fixed) { $0.grant.priority },
            .instant("changed_at") { $0.grant.changedAt },
        ])

    static let load = loading("load_entitlements", Templates.ofLines)
    static let loadOwn = loading("load_own_entitlements", Templates.ofCustomers)
    /// Packs entitlements whose rows, or whose allocations' rows, have changed.
    static let pack = Statement(template: Templates.packEntitlements, named: "pack_entitlements", packing)

    /// Finds those whose packed values aren't what their columns say.
    static let reconcilePacked = Statement(
        template: Templates.reconcilePacked, named: "reconcile_packed", packing)

    private static func loading(_ name: String, _ condition: [UInt8]) -> Statement {
        let placeholders = ["grant": grant.select(from: "g"), "found": String(decoding: condition, as: UTF8.self)]
        return Statement(
            template: Templates.loadEntitlements, named: name, placeholders.merging(packing) { given, _ in given })
    }

    /// How packed values are made up. Whoever changes which columns those are, or their order, gives the form a new
    /// number: then what was packed before doesn't count.
    private static let packing = [
        "form": "1",
        "packed": """
        record_send(row(
            \(entitlement.select(from: "e", but: ["id", "customer_id", "version"])),
            array(
                select row(\(allocation.select(from: "a")))
                from allocation as a
                where a.entitlement_id = e.id
                order by a.position
            )
        ))
        """,
    ]
}

extension Entitlement {
    /// The last day on which it may be live, by its dates, by what is arranged for later, or by its cancellation; nil
    /// has no end. Days of different zones are not told apart: whoever looks at it allows for that.
    var liveUntil: CalendarDay? {
        let ends = [terms.endDay] + life.pending.compactMap(\.amendment.endDay).map(\.value)
        let end = ends.contains(nil) ? nil : ends.compactMap(\.self).max()
        return [end, life.cancelledAt.map(Zone.utc.day(at:))].compactMap(\.self).min()
    }
}

// MARK: - Reading

extension EntitlementTables {
    /// Different packed values that are remembered while rows are read. Entitlements of the same plan often have the
    /// same one: then it is taken apart once.
    private static let remembered = 8

    /// Rows of an entitlement come together. Whoever takes the entitlements counts them: there is one of each id.
    static func read(_ rows: Rows) throws -> [Entitlement] {
        var entitlements: [Entitlement] = []
        entitlements.reserveCapacity(rows.count)
        // The latest last, each with a row that has it.
        var known: [(row: Row, entitlement: Entitlement)] = []
        var index = 0
        while index < rows.count {
            let row = rows[index]
            var cursor = RowCursor(row)
            let (id, customer, version): (EntitlementID, CustomerID, _) = try (cursor.id(), cursor.id(), cursor.int8())
            let packed = cursor.next()
            let alike: Entitlement
            if let same = try known.last(where: { try row.holds(packed, as: $0.row) }) {
                alike = same.entitlement
            } else {
                var record = RowCursor(try row.record(packed))
                alike = try record.entitlement(id, of: customer)
                if known.count == remembered { known.removeFirst() }
                known.append((row, alike))
            }
            var allocations = alike.allocations
            repeat {
                try add(rows[index], at: packed + 1, to: &allocations)
                index += 1
            } while try index < rows.count && rows[index].holds(0, as: row)
            for place in allocations.indices where allocations[place].grants.count > 1 {
                allocations[place].grants.sort { $0.number < $1.number }
            }
            entitlements.append(alike.likewise(id, of: customer, version: version, allocations))
        }
        return entitlements
    }

    /// Adds the grant that stands in a row, if there is one.
    private static func add(_ row: Row, at column: Int, to allocations: inout [Allocation]) throws {
        var cursor = RowCursor(row, at: column)
        guard let name = try cursor.optionalText() else { return }
        guard let place = allocations.firstIndex(where: { $0.name == name }) else {
            throw PostgresError(.protocolViolation, "a grant of an allocation that its entitlement doesn't have")
        }
        allocations[place].grants.append(try cursor.grant())
    }
}

extension RowCursor {
    /// A packed one, without its grants.
    fileprivate mutating func entitlement(_ id: EntitlementID, of customer: CustomerID) throws -> Entitlement {
        let state: EntitlementState = try named()
        var terms = EntitlementTerms(
            customer: customer, servesDescendants: try bool(), assets: try scope(), contacts: try scope(),
            startDay: try day(), endDay: try optionalDay(), renewalDay: try optionalDay(),
            timeZone: try optionalText().map(Zone.init(stored:)), priority: try optionalInt4(),
            plan: try optionalID(), contract: try optionalID(), quantity: try int8(), service: ServiceTerms())
        terms.service = ServiceTerms(
            products: try scope(), channels: try scope(), serviceLevel: try optionalID(), calendar: try optionalID(),
            isHoursOnly: try bool(), exhaustionPolicy: try named(), renewalNoticeDays: try optionalInt4())
        terms.service.routing = try optionalJSON()
        terms.service.billing = try optionalJSON()
        let life: Life? = try optionalJSON()
        terms.service.allocations = try records().map { record in
            var cursor = record
            return try cursor.allocation()
        }
        return Entitlement(
            id: id, state: state, terms: terms, life: life ?? Life(),
            allocations: terms.service.allocations.map { Allocation(terms: $0) })
    }

    private mutating func allocation() throws -> AllocationTerms {
        let name = try text()
        // They come in this order.
        _ = try int2()
        return AllocationTerms(
            name: name, kind: try kind(), rolloverMaximum: try int8(), carryMaximum: try int8(),
            channels: try scope(), products: try scope(), weights: try optionalJSON(),
            consumption: try optionalNamed(), holdSeconds: try int8(), exhaustionPolicy: try optionalNamed(),
            overageLimit: try optionalInt8())
    }

    private mutating func kind() throws -> AllocationTerms.Kind {
        let number: AllocationKindNumber = try named()
        let unit: AllocationUnit = try named()
        let quantity = try optionalInt8()
        let period = try period()
        switch number {
        case .perIncident: return .perIncident(cases: try required(quantity))
        case .incidentsPerPeriod:
            return .incidentsPerPeriod(cases: try required(quantity), period: try required(period))
        case .hoursPerPeriod: return .hoursPerPeriod(seconds: try required(quantity), period: period)
        case .unlimited: return .unlimited(unit: unit)
        }
    }

    private mutating func period() throws -> Period? {
        let length = try optionalInt4()
        let unit: Period.Unit? = try optionalNamed()
        let anchor = try optionalDay()
        guard let length, let unit else { return nil }
        return Period(length, unit, anchor: anchor)
    }

    /// What the table's constraints promise for a kind.
    private func required<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw PostgresError(.protocolViolation, "allocation: a column of its kind is null") }
        return value
    }

    fileprivate mutating func grant() throws -> Grant {
        Grant(
            number: try int4(), origin: try named(), quantity: try optionalInt8(), charged: try int8(),
            held: try int8(), from: try optionalInstant(), until: try optionalInstant(), priority: try int4(),
            changedAt: try instant())
    }
}

/// How the tables number the kinds of allocations.
private enum AllocationKindNumber: Int16, NamedValue {
    case perIncident = 1
    case incidentsPerPeriod = 2
    case hoursPerPeriod = 3
    case unlimited = 4

    var name: String {
        switch self {
        case .perIncident: "per_incident"
        case .incidentsPerPeriod: "incidents_per_period"
        case .hoursPerPeriod: "hours_per_period"
        case .unlimited: "unlimited"
        }
    }
}

extension AllocationTerms.Kind {
    fileprivate var number: AllocationKindNumber {
        switch self {
        case .perIncident: .perIncident
        case .incidentsPerPeriod: .incidentsPerPeriod
        case .hoursPerPeriod: .hoursPerPeriod
        case .unlimited: .unlimited
        }
    }
}
