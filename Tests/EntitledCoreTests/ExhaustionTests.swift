import EntitledCore
import Testing

/// What happens when too little is available: the policies block and allow.
@Suite struct ExhaustionTests {
    private static func pool(
        _ cases: Int64, _ policy: ExhaustionPolicy? = .allow, limit: Int64? = nil, named name: String = "main"
    ) -> AllocationTerms {
        AllocationTerms(
            name: name, kind: .perIncident(cases: cases), exhaustionPolicy: policy, overageLimit: limit)
    }

    @Test("allowed, a case is covered and remaining goes below zero; grants pay first")
    func belowZero() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([Self.pool(1)]))
        try world.open(3)
        #expect(try world.view().balances[0].remaining == -2)
        #expect(try world.grants("e").map(\.origin) == [.purchase, .overage])
        #expect(try world.grants("e").map(\.charged) == [1, 2])
    }

    @Test(
        "allowed up to a limit: the boundary is exact, beyond it the case is refused",
        arguments: [(0, 0), (1, 1), (2, 2)] as [(Int64, Int)])
    func limited(limit: Int64, more: Int) throws {
        var world = World()
        try world.sell("e", EntitlementTerms([Self.pool(1, limit: limit)]))
        try world.open(1 + more)
        #expect(try Self.refusal(world.open())?.reason == .exhausted)
        #expect(try world.view().balances[0].remaining == Int64(-more))
    }

    @Test("who has enough wins, though a more specific one is allowed more")
    func enoughFirst() throws {
        var world = World()
        try world.sell("specific", EntitlementTerms([Self.pool(1)]) { $0.service.channels = ["phone"] })
        try world.sell("general", EntitlementTerms([Self.pool(1, .block)]))
        let inquiry = Inquiry("acme", channel: "phone")
        #expect(try world.open(1, inquiry).taker == "specific")
        #expect(try world.open(1, inquiry).taker == "general")
        #expect(try world.open(1, inquiry).taker == "specific")
    }

    @Test("if all that cover the case are short, the first in rank whose policy allows it takes it")
    func firstThatAllows() throws {
        var world = World()
        try world.sell("blocks", EntitlementTerms([Self.pool(1, .block)]) { $0.service.channels = ["phone"] })
        try world.sell("limited", EntitlementTerms([Self.pool(1, limit: 1)]))
        try world.sell("allows", EntitlementTerms([Self.pool(1)], for: "europe") { $0.servesDescendants = true })
        let inquiry = Inquiry("acme", channel: "phone")
        let winners = try (1...6).map { _ in try world.open(1, inquiry).taker }
        #expect(winners == ["blocks", "limited", "allows", "limited", "allows", "allows"])
    }

    @Test("if none allows it, the most specific one's refusal is the answer")
    func noneAllows() throws {
        var world = World()
        try world.sell("specific", EntitlementTerms([Self.pool(1, .block)]) { $0.service.channels = ["phone"] })
        try world.sell("general", EntitlementTerms([Self.pool(1, limit: 0)]))
        let inquiry = Inquiry("acme", channel: "phone")
        try world.open(2, inquiry)
        let refusal = try #require(try Self.refusal(world.open(1, inquiry)))
        #expect((refusal.reason, refusal.entitlement) == (.exhausted, "specific"))
    }

    @Test("without fall-through the most specific one decides alone, by its policy too", arguments: [true, false])
    func alone(isAllowed: Bool) throws {
        var world = World(settings: Settings(fallsThrough: false))
        try world.sell(
            "specific",
            EntitlementTerms([Self.pool(1, isAllowed ? .allow : .block)]) { $0.service.channels = ["phone"] })
        try world.sell("general", EntitlementTerms([Self.pool(9, .block)]))
        let inquiry = Inquiry("acme", channel: "phone")
        try world.open(1, inquiry)
        #expect(try world.open(1, inquiry).taker == (isAllowed ? "specific" : nil))
    }

    @Test("several allocations short: one that blocks wins over one that allows")
    func strictestWins() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([Self.pool(1, named: "a"), Self.pool(1, .block, named: "b")]))
        try world.open()
        #expect(try Self.refusal(world.open())?.reason == .exhausted)
        #expect(try world.view().balances.map(\.remaining) == [0, 0])
    }

    @Test("an allocation without a policy has its entitlement's")
    func inherited() throws {
        var world = World()
        var terms = EntitlementTerms([Self.pool(1, nil)])
        terms.service.exhaustionPolicy = .allow
        try world.sell("e", terms)
        try world.open(2)
        #expect(try world.view().balances[0].remaining == -1)
    }

    @Test("grants that arrive in the same period absorb it; none is taken into the next")
    func absorbed() throws {
        var world = World()
        var monthly = AllocationTerms.cases(2, each: Period(1, .month), rollover: 9)
        monthly.exhaustionPolicy = .allow
        try world.sell("e", EntitlementTerms([monthly], from: "2026-06-01"))
        try world.open(5)
        #expect(try world.view().balances[0].remaining == -3)
        let increase = Amendment(allocations: [.init(name: "main", quantity: 6)], isInFull: true)
        try world.perform(AmendEntitlement(id: "e", increase))
        #expect(try world.view().balances[0].remaining == 1)
        // What rolls over is what is left after the overage was made good.
        world.move(to: "2026-07-01T00:00Z")
        #expect(try world.view().balances[0].remaining == 7)
        try world.open(9)
        #expect(try world.view().balances[0].remaining == -2)
        world.move(to: "2026-08-01T00:00Z")
        #expect(try world.view().balances[0].remaining == 6)
    }

    @Test("the limit counts what is below zero, not what later grants have made good")
    func deficit() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([Self.pool(1, limit: 2)]))
        try world.open(3)
        #expect(try Self.refusal(world.open())?.reason == .exhausted)
        try world.perform(AddGrant(entitlement: "e", quantity: 2))
        try world.open(2)
        #expect(try world.view().balances[0].remaining == -2)
        #expect(try Self.refusal(world.open())?.reason == .exhausted)
    }

    @Test("a decrease can't take back what has made overage good")
    func notTakenBack() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([Self.pool(1)]))
        try world.open(3)
        try world.perform(AmendEntitlement(id: "e", Amendment(allocations: [.init(name: "main", quantity: 6)])))
        #expect(try world.view().balances[0].remaining == 3)
        let decrease = Amendment(allocations: [.init(name: "main", quantity: 2)])
        #expect(reason { try world.perform(AmendEntitlement(id: "e", decrease)) } == "wrong_state amendment")
        try world.perform(AmendEntitlement(id: "e", Amendment(allocations: [.init(name: "main", quantity: 3)])))
        #expect(try world.view().balances[0].remaining == 0)
    }

    @Test("a pool of seconds sets aside what is allowed, and needs nothing available if it holds nothing")
    func seconds() throws {
        var world = World()
        var hours = AllocationTerms.seconds(60, hold: 40)
        hours.exhaustionPolicy = .allow
        hours.overageLimit = 20
        try world.sell("e", EntitlementTerms([hours]))
        try world.open(2)
        #expect(try world.view().balances[0].available == -20)
        #expect(try Self.refusal(world.open())?.reason == .exhausted)
    }

    @Test("a check says what is allowed beyond what there is")
    func checked() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([Self.pool(1)]))
        try world.open()
        let coverage = try #require(try world.coverage(of: Inquiry("acme"), explains: true))
        #expect(coverage.debits.map(\.available) == [-1])
        #expect(coverage.candidates.map(\.mismatch) == [.exhausted])
        #expect(coverage.candidates[0].demands?.map(\.overage) == [1])
    }

    private static func refusal(_ decision: CaseDecision) -> Refusal? {
        if case .refused(let refusal) = decision { refusal } else { nil }
    }
}
