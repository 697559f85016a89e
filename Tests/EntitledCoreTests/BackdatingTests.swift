import EntitledCore
import Testing

/// A check as of an earlier instant: RULES.md, sections 4 and 6.
@Suite struct BackdatingTests {
    /// 10 cases a month; 4 of January's are used.
    private func world(rollover: Int64 = 0, closingDays: Int32 = 10) throws -> World {
        var world = World(at: "2026-01-20T12:00Z", settings: Settings(closingDays: closingDays))
        try world.sell("e", EntitlementTerms([.cases(10, each: Period(1, .month), rollover: rollover)]))
        try world.open(4)
        return world
    }

    private func available(at instant: Instant, in world: World) throws -> Int64? {
        let coverage = try world.coverage(of: Inquiry("acme"), at: instant, explains: true)
        let refusal = try world.refusal(of: Inquiry("acme"), at: instant, explains: true)
        return (coverage?.candidates ?? refusal?.candidates)?.first?.demands?.first?.available
    }

    @Test(
        "balances are those of the period then, until the closing days after its end; then the present period's",
        arguments: [
            ("2026-01-31T23:59Z", 10, 6), ("2026-02-01T00:00Z", 10, 6), ("2026-02-10T23:59:59.999999Z", 10, 6),
            ("2026-02-11T00:00Z", 10, 8), ("2026-02-01T00:00Z", 0, 8), ("2026-02-28T00:00Z", 366, 6),
        ] as [(Instant, Int32, Int64)])
    func closing(now: Instant, closingDays: Int32, expected: Int64) throws {
        var world = try world(closingDays: closingDays)
        world.move(to: now)
        if now >= "2026-02-01T00:00Z" { try world.open(2) }
        #expect(try available(at: "2026-01-10T12:00Z", in: world) == expected)
    }

    @Test("the closing days are days of the entitlement's zone")
    func closingZone() throws {
        var world = World(at: "2026-01-20T12:00Z")
        try world.sell("e", EntitlementTerms([.cases(10, each: Period(1, .month))], in: "America/Sao_Paulo"))
        try world.open(4)
        world.move(to: "2026-02-11T02:59:59.999999Z")
        #expect(try available(at: "2026-01-20T12:00Z", in: world) == 6)
        world.move(to: "2026-02-11T03:00Z")
        #expect(try available(at: "2026-01-20T12:00Z", in: world) == 10)
    }

    @Test(
        "what lapsed comes first, then what is left of that which rolled over",
        arguments: [(0, 0, 6), (6, 0, 6), (4, 0, 6), (4, 3, 3), (4, 4, 2), (4, 14, 2), (6, 6, 0), (6, 2, 4)]
            as [(Int64, Int, Int64)])
    func rollover(maximum: Int64, usedInFebruary: Int, expected: Int64) throws {
        var world = try world(rollover: maximum)
        world.move(to: "2026-02-05T12:00Z")
        if usedInFebruary > 0 { try world.open(usedInFebruary) }
        #expect(try available(at: "2026-01-10T12:00Z", in: world) == expected)
    }

    @Test("a grant that came later in the period wasn't there then")
    func increase() throws {
        var world = try world()
        try world.perform(
            AmendEntitlement(
                id: "e", Amendment(allocations: [.init(name: "main", quantity: 30)], isInFull: true)))
        #expect(try available(at: "2026-01-20T11:59:59Z", in: world) == 6)
        #expect(try available(at: "2026-01-20T12:00Z", in: world) == 26)
    }

    @Test("with the books closed, a top-up that was valid then doesn't keep them open")
    func topUp() throws {
        var world = try world()
        try world.perform(AddGrant(entitlement: "e", quantity: 5))
        world.move(to: "2026-03-15T12:00Z")
        #expect(try available(at: "2026-01-20T12:00Z", in: world) == 15)
    }

    @Test("a pool for the whole term is the same whenever it is looked at")
    func wholeTerm() throws {
        var world = World()
        try world.sell("e", EntitlementTerms())
        try world.open(3)
        #expect(try available(at: "2026-01-01T00:00Z", in: world) == 7)
    }

    @Test("in a period without grants of its own, the present ones count")
    func missed() throws {
        var world = try world(closingDays: 366)
        world.move(to: "2026-04-15T12:00Z")
        #expect(try available(at: "2026-03-10T12:00Z", in: world) == 10)
        #expect(try available(at: "2026-01-10T12:00Z", in: world) == 6)
    }

    @Test("days that are missed between don't give twice what rolled over")
    func missedDays() throws {
        var world = World(at: "2026-01-20T12:00Z")
        try world.sell("e", EntitlementTerms([.cases(10, each: Period(1, .day), rollover: 8)]))
        try world.open(4)
        world.move(to: "2026-01-24T12:00Z")
        #expect(try world.open(18).taker == "e")
        #expect(try available(at: "2026-01-20T12:00Z", in: world) == 0)
    }

    @Test(
        "cover is judged as of then: its dates, its suspensions, its cancellation",
        arguments: [
            ("2025-12-31T23:59:59Z", .notStarted), ("2026-01-01T00:00Z", nil), ("2026-02-10T00:00Z", .suspended),
            ("2026-03-10T00:00Z", nil), ("2026-04-10T00:00Z", .cancelled),
        ] as [(Instant, Mismatch?)])
    func cover(at instant: Instant, mismatch: Mismatch?) throws {
        var world = World(at: "2026-02-01T00:00Z")
        try world.sell("e", EntitlementTerms([.unlimited()]))
        try world.perform(SuspendEntitlement(id: "e", reason: "unpaid"))
        world.move(to: "2026-03-01T00:00Z")
        try world.perform(ResumeEntitlement(id: "e"))
        world.move(to: "2026-04-01T00:00Z")
        try world.perform(CancelEntitlement(id: "e", reason: "sold"))
        world.move(to: "2026-05-01T00:00Z")
        let refusal = try world.refusal(of: Inquiry("acme"), at: instant)
        #expect(refusal?.candidates.map(\.mismatch) == mismatch.map { [$0] })
    }

    @Test("scope, service level and weights are those of then")
    func terms() throws {
        var world = World(at: "2026-06-13T12:00Z")
        let pool = AllocationTerms.cases(100).with { $0.weights = Weights(outOfHours: 5) }
        try world.sell(
            "e",
            EntitlementTerms([pool]) {
                $0.service.calendar = "office"
                $0.service.channels = ["email"]
            })
        world.move(to: "2026-06-15T12:00Z")
        try world.perform(AmendEntitlement(id: "e", Amendment(channels: .clear, serviceLevel: .set(to: "gold"))))
        let email = Inquiry("acme", channel: "email")
        let then = try #require(try world.coverage(of: email, at: "2026-06-13T12:00Z"))
        let now = try #require(try world.coverage(of: email))
        #expect((then.serviceLevel, now.serviceLevel) == (nil, "gold"))
        #expect((then.debits.map(\.amount), now.debits.map(\.amount)) == ([5], [1]))
        #expect(try world.coverage(of: Inquiry("acme", channel: "phone"), at: "2026-06-13T12:00Z") == nil)
    }

    @Test("not later than now; and it needs the permission to back-date")
    func allowed() throws {
        let world = World()
        #expect(
            reason { _ = try world.coverage(of: Inquiry("acme"), at: "2026-06-15T12:00:00.000001Z") }
                == "invalid_field at_us")
        #expect(reason { _ = try world.coverage(of: Inquiry("acme"), at: Instant(microseconds: .min)) } == nil)
        #expect(CheckCase(Inquiry("acme"), at: world.facts.now).furtherPermissions == [.backdate])
        #expect(CheckCase(Inquiry("acme")).furtherPermissions == [])
    }
}
