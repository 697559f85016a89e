import EntitledCore
import Testing

/// Changing what is in force: RULES.md, section 3, "Amend".
@Suite struct AmendmentTests {
    private static func quantity(_ quantity: Int64, inFull: Bool = false) -> Amendment {
        Amendment(allocations: [.init(name: "main", quantity: quantity)], isInFull: inFull)
    }

    private static func monthly(_ cases: Int64) -> AllocationTerms { .cases(cases, each: Period(1, .month)) }

    @Test("an increase is a new grant to the period's end; the next period gets the full new quantity")
    func increase() throws {
        var world = World(at: "2026-06-16T00:00Z")
        try world.sell("e", EntitlementTerms([Self.monthly(10)], to: "2026-06-20"))
        try world.perform(AmendEntitlement(id: "e", Amendment(endDay: .clear)))
        try world.perform(AmendEntitlement(id: "e", Self.quantity(20)))
        let grant = try #require(try world.grants().last)
        #expect((grant.origin, grant.quantity) == (.purchase, 5))
        #expect((grant.from, grant.until) == ("2026-06-16T00:00Z", "2026-07-01T00:00Z"))
        world.move(to: "2026-07-01T00:00Z")
        #expect(try world.available() == 20)
    }

    @Test("a decrease takes from purchase grants in reverse burn order, and from nothing else")
    func decrease() throws {
        var world = World(at: "2026-06-16T00:00Z")
        try world.sell("e", EntitlementTerms([Self.monthly(10)]))
        try world.perform(AmendEntitlement(id: "e", Self.quantity(16, inFull: true)))
        try world.perform(AddGrant(entitlement: "e", quantity: 50, endDay: "2026-06-30"))
        try world.perform(AmendEntitlement(id: "e", Self.quantity(8, inFull: true)))
        #expect(try world.grants().map(\.quantity) == [8, 0, 50])
        world.move(to: "2026-07-01T00:00Z")
        #expect(try world.available() == 8)
    }

    @Test(
        "a decrease goes down to what is charged and held, exactly; a shortfall is refused",
        arguments: [ConsumptionPoint.creation, .resolution])
    func shortfall(point: ConsumptionPoint) throws {
        var world = World(at: "2026-06-16T00:00Z")
        try world.sell("e", EntitlementTerms([Self.monthly(10).with { $0.consumption = point }]))
        try world.open(6)
        try world.perform(AddGrant(entitlement: "e", quantity: 50))
        let error = #expect(throws: EntitledError.self) {
            try world.perform(AmendEntitlement(id: "e", Self.quantity(5, inFull: true)))
        }
        #expect(error?.reason == .wrongState)
        #expect(error?.details["allocation"] == "main")
        #expect(error?.details["short"] == "1")
        #expect(try world.available() == 54)
        try world.perform(AmendEntitlement(id: "e", Self.quantity(6, inFull: true)))
        #expect(try world.available() == 50)
    }

    @Test("scope, service level and dates change at once, without a gap of cover; what was before stays known")
    func terms() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-06-30"))
        let amendment = Amendment(
            products: .set(to: ["suite"]), channels: .set(to: ["phone"]), assets: .set(to: ["SN-1"]),
            contacts: .set(to: ["anna"]), endDay: .set(to: "2027-06-30"), serviceLevel: .set(to: "gold"))
        let result = try world.perform(AmendEntitlement(id: "e", amendment))
        #expect(result.effectiveAt == world.facts.now)
        #expect(result.changes.map(\.difference) == [0])
        let inquiry = Inquiry("anna", asset: "SN-1", channel: "phone")
        #expect(try world.coverage(of: inquiry)?.serviceLevel == "gold")
        #expect(try world.refusal(of: Inquiry("acme")) != nil)
        #expect(try world.coverage(of: Inquiry("acme"), at: "2026-06-15T11:59:59Z") != nil)
        try world.perform(
            AmendEntitlement(
                id: "e",
                Amendment(
                    products: .clear, channels: .clear, assets: .clear, contacts: .clear, endDay: .clear,
                    serviceLevel: .clear)))
        #expect(try world.coverage(of: Inquiry("acme"))?.serviceLevel == nil)
        #expect(try world.view().entitlement.terms.endDay == nil)
        #expect(try world.view().entitlement.version == 4)
    }

    @Test("extending the dates adds no quantity")
    func extending() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.cases(10), Self.monthly(5).with { $0.name = "m" }], to: "2026-06-30"))
        try world.perform(AmendEntitlement(id: "e", Amendment(endDay: .set(to: "2028-06-30"))))
        #expect(try world.available() == 10)
        #expect(try world.available("e", "m") == 5)
    }

    @Test("while it waits, what was sold is granted anew, and nothing is prorated")
    func waiting() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([Self.monthly(10)], from: "2026-07-10"))
        try world.perform(AddGrant(entitlement: "e", quantity: 3))
        try world.perform(AmendEntitlement(id: "e", Self.quantity(20)))
        #expect(try world.grants().map(\.quantity) == [0, 3, 20])
        #expect(try world.grants().map(\.until) == ["2026-08-10T00:00Z", nil, "2026-08-10T00:00Z"])
        #expect(try world.available() == 23)
    }

    @Test(
        "while it waits, its start can be moved: later, earlier, to today",
        arguments: ["2026-09-20", "2026-06-20", "2026-06-15"] as [CalendarDay])
    func startDay(day: CalendarDay) throws {
        var world = World()
        try world.sell("e", EntitlementTerms([Self.monthly(10)], from: "2026-09-01"))
        try world.perform(AmendEntitlement(id: "e", Amendment(startDay: day)))
        for days in stride(from: 0, to: 150, by: 5) {
            let later = day.advanced(days: days)
            world.move(to: max(Zone.utc.start(of: later), "2026-06-15T12:00Z"))
            #expect(try world.status() == .active)
            #expect(try world.available() == 10, "on \(later)")
        }
    }

    @Test("arranged for later, it takes effect at its instant, whether or not a job has run")
    func arranged() throws {
        var world = World(at: "2026-06-16T00:00Z")
        try world.sell("e", EntitlementTerms([Self.monthly(10)]))
        let result = try world.perform(AmendEntitlement(id: "e", Self.quantity(20), at: "2026-07-17T12:00Z"))
        #expect(result.effectiveAt == "2026-07-17T12:00Z")
        #expect(result.changes.map(\.difference) == [5])
        #expect(try world.available() == 10)
        world.move(to: "2026-07-17T11:59:59.999999Z")
        #expect(try world.available() == 10)
        world.move(to: "2026-07-17T12:00Z")
        // 14.5 of 31 days are left.
        #expect(try world.available() == 15)
        world.move(to: "2026-08-20T00:00Z")
        #expect(try world.available() == 20)
        try world.open()
        let entry = try #require(world.journal.first { $0.event == .entitlementAmended })
        #expect(entry.occurredAt == "2026-07-17T12:00Z")
        #expect(entry.actor == JournalEntry.system)
    }

    @Test("several arranged ones take effect in the order of their instants, each with the period before it")
    func severalArranged() throws {
        var world = World(at: "2026-06-10T00:00Z")
        try world.sell("e", EntitlementTerms([.cases(10, each: Period(1, .month), rollover: 100)]))
        try world.perform(AmendEntitlement(id: "e", Self.quantity(40), at: "2026-09-01T00:00Z"))
        try world.perform(AmendEntitlement(id: "e", Self.quantity(20), at: "2026-08-01T00:00Z"))
        try world.perform(AmendEntitlement(id: "e", Self.quantity(30), at: "2026-08-01T00:00Z"))
        var slow = world
        for instant: Instant in ["2026-07-01T00:00Z", "2026-08-01T00:00Z", "2026-08-20T00:00Z", "2026-09-01T00:00Z"] {
            slow.move(to: instant)
            try slow.perform(AddGrant(entitlement: "e", quantity: 1, endDay: Zone.utc.day(at: instant)))
        }
        for var world in [world, slow] {
            world.move(to: "2026-09-10T00:00Z")
            // 10 of June, 10 of July, 10 + 10 + 10 of August, 10 + … of September: the period changes first.
            #expect(try world.available() == 10 + 10 + 30 + 30 + 10)
            #expect(
                try world.view().entitlement.life.earlier.map { "\($0.until)".prefix(10) } == [
                    "2026-08-01", "2026-08-01", "2026-09-01",
                ])
        }
    }

    @Test("when an arranged decrease comes too late, it takes what is unused, and no more")
    func arrangedShortfall() throws {
        var world = World(at: "2026-06-10T00:00Z")
        try world.sell("e", EntitlementTerms([Self.monthly(10)]))
        try world.perform(
            AmendEntitlement(id: "e", Self.quantity(2, inFull: true), at: "2026-06-20T00:00Z"))
        try world.open(7)
        world.move(to: "2026-06-20T00:00Z")
        #expect(try world.grants().map(\.quantity) == [7])
        #expect(try world.available() == 0)
        world.move(to: "2026-07-01T00:00Z")
        #expect(try world.available() == 2)
    }

    @Test("what is arranged for after a cancellation never takes effect")
    func afterTheEnd() throws {
        var world = World(at: "2026-06-10T00:00Z")
        try world.sell("e", EntitlementTerms([Self.monthly(10)]))
        try world.perform(AmendEntitlement(id: "e", Self.quantity(20), at: "2026-08-10T00:00Z"))
        try world.perform(CancelEntitlement(id: "e", reason: "sold", on: "2026-08-01"))
        world.move(to: "2026-09-01T00:00Z")
        #expect(try world.view().entitlement.life.earlier.isEmpty)
        #expect(try world.balance().total == 0)
    }

    @Test("a version that was changed since it was read is a conflict")
    func version() throws {
        var world = World()
        try world.sell("e", EntitlementTerms())
        #expect(
            reason { try world.perform(AmendEntitlement(id: "e", Self.quantity(11), version: 1)) }
                == "version_conflict version")
        try world.perform(AmendEntitlement(id: "e", Self.quantity(11), version: 2))
    }

    struct Refused: Sendable {
        let amendment: Amendment
        var at: Instant?
        let reason: String

        init(_ amendment: Amendment, at instant: Instant? = nil, _ reason: String) {
            self.amendment = amendment
            at = instant
            self.reason = reason
        }
    }

    @Test(
        "what can't be amended is refused, and changes nothing",
        arguments: [
            Refused(Amendment(), "invalid_field amendment"),
            Refused(Amendment(isInFull: true), "invalid_field amendment"),
            Refused(Amendment(startDay: "2026-07-01"), "invalid_field amendment.start_day"),
            Refused(Amendment(endDay: .set(to: "2026-06-14")), "invalid_field amendment.end_day"),
            Refused(Amendment(endDay: .set(to: "2025-01-01")), "invalid_field terms.end_day"),
            Refused(Amendment(products: .set(to: ["none"])), "not_found amendment.products"),
            Refused(Amendment(channels: .set(to: ["none"])), "invalid_field amendment.channels"),
            Refused(Amendment(assets: .set(to: ["none"])), "not_found amendment.assets"),
            Refused(Amendment(contacts: .set(to: ["none"])), "not_found amendment.contacts"),
            Refused(Amendment(contacts: .set(to: ["stranger"])), "invalid_field amendment.contacts"),
            Refused(Amendment(serviceLevel: .set(to: "none")), "not_found amendment.sla"),
            Refused(Amendment(quantity: 0), "invalid_field amendment.quantity"),
            Refused(
                Amendment(quantity: 1_000_000, allocations: [.init(name: "main", quantity: 1_001)]),
                "invalid_field terms.quantity"),
            Refused(Amendment(quantity: .max), "invalid_field amendment.quantity"),
            Refused(Amendment(quantity: .min), "invalid_field amendment.quantity"),
            Refused(quantity(0), "invalid_field amendment.allocations.quantity"),
            Refused(quantity(.max), "invalid_field amendment.allocations.quantity"),
            Refused(quantity(.min), "invalid_field amendment.allocations.quantity"),
            Refused(
                Amendment(allocations: [.init(name: "x", quantity: 1)]), "not_found amendment.allocations.name"),
            Refused(
                Amendment(allocations: [.init(name: "free", quantity: 1)]),
                "invalid_field amendment.allocations.quantity"),
            Refused(
                Amendment(allocations: [.init(name: "main", quantity: 1), .init(name: "main", quantity: 2)]),
                "invalid_field amendment.allocations.name"),
            Refused(quantity(20), at: "2026-06-15T12:00Z", "invalid_field at_us"),
            Refused(quantity(20), at: "2026-12-31T23:00Z", "invalid_field at_us"),
            Refused(Amendment(startDay: "2026-07-01"), at: "2026-07-01T00:00Z", "invalid_field amendment.start_day"),
        ])
    func refused(row: Refused) throws {
        var world = World()
        try world.sell(
            "e",
            EntitlementTerms([Self.monthly(10), .unlimited(.case, "free")], to: "2026-12-31", in: "Europe/Berlin"))
        let before = try world.view()
        #expect(
            reason { try world.perform(AmendEntitlement(id: "e", row.amendment, at: row.at)) } == row.reason)
        #expect(try world.view() == before)
    }

    @Test(
        "an instant beyond all days is refused where nothing ends the cover",
        arguments: [
            Instant(microseconds: .max), Instant(seconds: 253_402_300_800), Instant(seconds: 95_617_584_000),
        ])
    func beyondAllDays(instant: Instant) throws {
        var world = World()
        try world.sell("e", EntitlementTerms([Self.monthly(10)]))
        #expect(
            reason { try world.perform(AmendEntitlement(id: "e", Self.quantity(20), at: instant)) }
                == "invalid_field at_us")
    }

    @Test("an arranged amendment is tried out with those before it, and those after it with it")
    func triedOut() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([Self.monthly(10)]))
        try world.perform(AmendEntitlement(id: "e", Amendment(quantity: 1_000_000), at: "2026-08-01T00:00Z"))
        #expect(
            reason { try world.perform(AmendEntitlement(id: "e", Self.quantity(1_001), at: "2026-07-01T00:00Z")) }
                == "invalid_field terms.quantity")
        #expect(
            reason { try world.perform(AmendEntitlement(id: "e", Self.quantity(1_001))) }
                == "invalid_field terms.quantity")
        try world.perform(AmendEntitlement(id: "e", Self.quantity(1_000), at: "2026-07-01T00:00Z"))
    }
}
