import EntitledCore
import Testing

/// Grants: which count, which burn first, and what an allocation holds: RULES.md, sections 1, 2 and 6.
@Suite struct GrantTests {
    @Test("total, remaining and available: charges lower both, holds only what is available")
    func balances() throws {
        var world = World()
        let held = AllocationTerms.cases(10, "held").with { $0.consumption = .resolution }
        try world.sell("e", EntitlementTerms([.cases(10), held]))
        try world.open(3)
        let (charged, set) = (try world.balance(), try world.balance("e", "held"))
        #expect((charged.total, charged.remaining, charged.available) == (10, 7, 7))
        #expect((set.total, set.remaining, set.available) == (10, 10, 7))
    }

    struct TopUp: Sendable {
        var quantity: Int64
        var start: CalendarDay?
        var end: CalendarDay?
        var priority: Int32 = 0
    }

    @Test(
        "grants burn by priority, then soonest expiry (none comes last), then oldest",
        arguments: [
            ([TopUp(quantity: 1, priority: 1), TopUp(quantity: 1, priority: -1)], [3, 1, 2]),
            ([TopUp(quantity: 1, end: "2026-12-31"), TopUp(quantity: 1, end: "2026-07-31")], [3, 2, 1]),
            ([TopUp(quantity: 1), TopUp(quantity: 1)], [1, 2, 3]),
            ([TopUp(quantity: 1, end: "2026-07-31", priority: 1), TopUp(quantity: 1, end: "2027-07-31")], [3, 1, 2]),
            ([TopUp(quantity: 1, end: "2026-07-31"), TopUp(quantity: 1, end: "2026-07-31")], [2, 3, 1]),
        ] as [([TopUp], [Int32])])
    func burnOrder(topUps: [TopUp], order: [Int32]) throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.cases(1)]))
        for topUp in topUps {
            try world.perform(
                AddGrant(
                    entitlement: "e", quantity: topUp.quantity, startDay: topUp.start, endDay: topUp.end,
                    priority: topUp.priority))
        }
        let burnt = try order.map { _ in try world.open().charges.map(\.grant) }
        #expect(burnt == order.map { [$0] })
        #expect(try world.open().taker == nil)
    }

    @Test("one charge may span grants")
    func spans() throws {
        var world = World()
        let heavy = AllocationTerms.cases(4).with { $0.weights = Weights(channels: [.init("phone", 5)]) }
        try world.sell("e", EntitlementTerms([heavy]))
        try world.perform(AddGrant(entitlement: "e", quantity: 3, endDay: "2026-12-31"))
        let opened = try world.open(1, Inquiry("acme", channel: "phone"))
        #expect(
            opened.charges == [
                Charge(allocation: "main", grant: 2, amount: 3), Charge(allocation: "main", grant: 1, amount: 2),
            ])
    }

    @Test(
        "only the grants that are valid at the instant count",
        arguments: [
            ("2026-06-30T23:59:59.999999Z", 10), ("2026-07-01T00:00Z", 15), ("2026-07-31T23:59:59.999999Z", 15),
            ("2026-08-01T00:00Z", 10),
        ] as [(Instant, Int64)])
    func validity(at instant: Instant, available: Int64) throws {
        var world = World()
        try world.sell("e", EntitlementTerms())
        try world.perform(AddGrant(entitlement: "e", quantity: 5, startDay: "2026-07-01", endDay: "2026-07-31"))
        world.move(to: instant)
        #expect(try world.available() == available)
    }

    @Test("a top-up's days are the entitlement's, its last day is covered to the end")
    func topUpDays() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(in: "Europe/Berlin"))
        try world.perform(AddGrant(entitlement: "e", quantity: 5, startDay: "2026-07-01", endDay: "2026-07-01"))
        let grant = try #require(try world.grants().last)
        #expect(grant.from == "2026-06-30T22:00Z")
        #expect(grant.until == "2026-07-01T22:00Z")
    }

    @Test(
        "a top-up must be one: of a counted pool, some time still to come, in bounds",
        arguments: [
            (AddGrant(entitlement: "e", quantity: 0), "invalid_field quantity"),
            (AddGrant(entitlement: "e", quantity: -1), "invalid_field quantity"),
            (AddGrant(entitlement: "e", quantity: 1_000_000_001), "invalid_field quantity"),
            (AddGrant(entitlement: "e", quantity: 1, priority: 1_001), "invalid_field priority"),
            (
                AddGrant(entitlement: "e", quantity: 1, startDay: "2026-07-02", endDay: "2026-07-01"),
                "invalid_field end_day"
            ),
            (AddGrant(entitlement: "e", quantity: 1, endDay: "2026-06-14"), "invalid_field end_day"),
            (AddGrant(entitlement: "e", quantity: 1, endDay: "9999-12-31"), "invalid_field end_day"),
            (AddGrant(entitlement: "e", quantity: 1, endDay: "2026-06-15"), nil),
            (AddGrant(entitlement: "e", allocation: "free", quantity: 1), "invalid_field allocation"),
            (AddGrant(entitlement: "e", allocation: "none", quantity: 1), "not_found allocation"),
            (AddGrant(entitlement: "x", quantity: 1), "not_found entitlement"),
        ] as [(AddGrant, String?)])
    func refusedTopUps(command: AddGrant, expected: String?) throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.cases(10), .unlimited(.case, "free")]))
        #expect(reason { try world.perform(command) } == expected)
    }

    @Test("an unlimited pool counts use, has no remaining, and never refuses")
    func unlimited() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.unlimited()]))
        try world.open(3)
        let balance = try world.balance()
        #expect((balance.total, balance.remaining, balance.available) == (nil, nil, nil))
        #expect(balance.charged == 3)
    }

    @Test("seconds are exact: three times twenty minutes is an hour")
    func seconds() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.seconds(3_600, hold: 1_200)]))
        try world.open(3)
        #expect(try world.available() == 0)
        #expect(try world.open().taker == nil)
    }

    @Test("every allocation whose scope covers the case is debited in the same decision; the tighter binds")
    func manyAllocations() throws {
        var world = World()
        let email = AllocationTerms.cases(2, "email").with { $0.channels = ["email"] }
        try world.sell("e", EntitlementTerms([.cases(100), email]))
        try world.open(2, Inquiry("acme", channel: "email"))
        #expect(try world.available() == 98)
        #expect(try world.available("e", "email") == 0)
        #expect(try world.open(1, Inquiry("acme", channel: "email")).taker == nil)
        #expect(try world.available() == 98, "a refused case takes nothing from the other pool either")
        #expect(try world.open(1, Inquiry("acme", channel: "phone")).taker == "e")
        #expect(try world.available() == 97)
    }

    @Test("scoped pools may hold more than the main one, which then binds")
    func scopedSums() throws {
        var world = World()
        let email = AllocationTerms.cases(30, "email").with { $0.channels = ["email"] }
        try world.sell("e", EntitlementTerms([.cases(1), email]))
        #expect(try world.open(1, Inquiry("acme", channel: "email")).taker == "e")
        #expect(try world.open(1, Inquiry("acme", channel: "email")).taker == nil)
    }

    @Test("an opening is answered again as it was, and an id that is taken answers with its case")
    func exactlyOnce() throws {
        var world = World()
        try world.sell("e", EntitlementTerms())
        let opened = try world.perform(OpenCase(id: "C-1", Inquiry("acme")))
        #expect(opened.taker == "e")
        guard case .exists(let found) = try world.perform(OpenCase(id: "C-1", Inquiry("acme"))) else {
            Issue.record("the case is there already")
            return
        }
        #expect(found.charges == opened.charges)
        #expect(try world.available() == 9)
    }
}
