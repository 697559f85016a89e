import EntitledCore
import Testing

/// What a case costs: RULES.md, section 2, "Weights" and "Consumption point".
@Suite struct WeightTests {
    static let weights = Weights(
        channels: [.init("phone", 2), .init("web", 0)], priorities: [.init(1, 3), .init(2, 1)], outOfHours: 5)

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let channel: ChannelID?
        let priority: CasePriority?
        let at: Instant
        let cost: Int64

        init(
            _ description: String, _ channel: ChannelID? = nil, _ priority: CasePriority? = nil,
            at instant: Instant = "2026-06-15T12:00Z", cost: Int64
        ) {
            testDescription = description
            self.channel = channel
            self.priority = priority
            at = instant
            self.cost = cost
        }
    }

    static let rows = [
        Row("a case costs one", cost: 1),
        Row("a channel without a weight costs one", "email", cost: 1),
        Row("a channel's weight", "phone", cost: 2),
        Row("a priority's weight", nil, 1, cost: 3),
        Row("a priority without a weight", nil, 9, cost: 1),
        Row("factors multiply", "phone", 1, cost: 6),
        Row("0 is free, whatever the others say", "web", 1, at: "2026-06-14T12:00Z", cost: 0),
        Row("out of hours: a Sunday", at: "2026-06-14T12:00Z", cost: 5),
        Row("out of hours: before nine in Berlin", at: "2026-06-15T06:59:59Z", cost: 5),
        Row("in hours: nine in Berlin", at: "2026-06-15T07:00Z", cost: 1),
        Row("out of hours: five in Berlin", at: "2026-06-15T15:00Z", cost: 5),
        Row("out of hours: a holiday", at: "2026-12-25T12:00Z", cost: 5),
        Row("all three", "phone", 1, at: "2026-06-14T12:00Z", cost: 30),
    ]

    @Test("a case's cost is the product of its weights, fixed when it is opened", arguments: rows)
    func cost(row: Row) throws {
        var world = World(at: row.at)
        let pool = AllocationTerms.cases(100).with { $0.weights = Self.weights }
        try world.sell("e", EntitlementTerms([pool]) { $0.service.calendar = "office" })
        let opened = try world.open(1, Inquiry("acme", channel: row.channel, priority: row.priority))
        #expect(opened.taker == "e")
        #expect(opened.charges.map(\.amount) == (row.cost == 0 ? [] : [row.cost]))
        #expect(try world.available() == 100 - row.cost)
    }

    @Test("without a calendar it is never out of hours")
    func noCalendar() throws {
        var world = World(at: "2026-06-14T03:00Z")
        try world.sell("e", EntitlementTerms([.cases(10).with { $0.weights = Self.weights }]))
        #expect(try world.open().charges.map(\.amount) == [1])
    }

    @Test("a free case is covered where nothing is left; equal is enough, one less isn't")
    func boundary() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.cases(2).with { $0.weights = Self.weights }]))
        #expect(try world.open(1, Inquiry("acme", channel: "phone", priority: 1)).taker == nil)
        #expect(try world.open(1, Inquiry("acme", channel: "phone")).taker == "e")
        #expect(try world.open(1, Inquiry("acme", channel: "phone")).taker == nil)
        #expect(try world.open(1, Inquiry("acme", channel: "web")).taker == "e")
    }

    @Test("the largest weights don't overflow: the cost is just too high")
    func large() throws {
        var world = World(at: "2026-06-14T12:00Z")
        let weights = Weights(channels: [.init("phone", 1_000)], priorities: [.init(1, 1_000)], outOfHours: 1_000)
        try world.sell(
            "e",
            EntitlementTerms([.cases(999_999_999).with { $0.weights = weights }]) { $0.service.calendar = "office" })
        let inquiry = Inquiry("acme", channel: "phone", priority: 1)
        let refusal = try #require(try world.refusal(of: inquiry, explains: true))
        #expect(refusal.candidates.first?.demands?.map(\.needed) == [1_000_000_000])
        try world.perform(AddGrant(entitlement: "e", quantity: 1))
        #expect(try world.open(1, inquiry).taker == "e")
    }

    @Test("at creation it is charged, at resolution held", arguments: [ConsumptionPoint.creation, .resolution, nil])
    func consumption(point: ConsumptionPoint?) throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.cases(10).with { $0.consumption = point }]))
        let isHeld = point == .resolution
        #expect(try world.open().charges == [Charge(allocation: "main", grant: 1, amount: 1, isHeld: isHeld)])
        let balance = try world.balance()
        #expect((balance.charged, balance.held) == (isHeld ? (0, 1) : (1, 0)))
    }

    @Test(
        "a pool of seconds needs its hold at open; by default at least one second, and then it holds nothing",
        arguments: [(1, 0, true, 1), (600, 600, true, 0), (599, 600, false, 599), (1_000, 600, true, 400)]
            as [(Int64, Int64, Bool, Int64)])
    func holds(seconds: Int64, hold: Int64, isCovered: Bool, available: Int64) throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.seconds(seconds, hold: hold)]))
        #expect(try world.open().taker == (isCovered ? "e" : nil))
        #expect(try world.available() == available)
        #expect(try world.balance().charged == 0)
    }

    @Test("a pool of seconds of which nothing is available covers nothing")
    func noSecond() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.seconds(600, hold: 600)]))
        try world.open()
        #expect(try world.refusal(of: Inquiry("acme"))?.reason == .exhausted)
    }
}

/// How recorded work is rounded: RULES.md, section 2, "Billing increments".
@Suite struct BillingTests {
    @Test(
        "billable seconds round up to the increment, at least the minimum; nothing costs nothing",
        arguments: [
            (60, 0, 0, 0), (60, 0, 1, 60), (60, 0, 60, 60), (60, 0, 61, 120), (900, 0, 1_800, 1_800),
            (900, 0, 1_801, 2_700), (1, 0, 7, 7), (60, 300, 1, 300), (60, 300, 299, 300), (60, 300, 301, 360),
            (60, 300, 0, 0), (60, 0, -5, 0), (60, 0, .max, .max), (86_400, 86_400, 86_401, 172_800),
        ] as [(Int64, Int64, Int64, Int64)])
    func billable(increment: Int64, minimum: Int64, seconds: Int64, billed: Int64) {
        let billing = BillingIncrement(incrementSeconds: increment, minimumSeconds: minimum)
        #expect(billing.billable(seconds) == billed)
    }
}
