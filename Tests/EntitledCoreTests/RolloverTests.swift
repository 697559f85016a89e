import EntitledCore
import Testing

/// What is left at a period's end: RULES.md, section 2.
@Suite struct RolloverTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let quantity: Int64
        let maximum: Int64
        /// Cases opened three hours before the end of January.
        let used: Int
        /// When it is looked at next.
        let at: Instant
        let available: Int64
        /// The rollover grant's quantity; 0 if there is none.
        let rolled: Int64

        init(
            _ description: String, _ quantity: Int64, maximum: Int64, used: Int, at instant: Instant,
            rolled: Int64, available: Int64
        ) {
            testDescription = description
            self.quantity = quantity
            self.maximum = maximum
            self.used = used
            at = instant
            self.rolled = rolled
            self.available = available
        }
    }

    static let rows = [
        Row(
            "nothing rolls over unless it may", 10, maximum: 0, used: 3, at: "2026-02-01T00:00Z", rolled: 0,
            available: 10),
        Row("what is left rolls over", 10, maximum: 99, used: 3, at: "2026-02-01T00:00Z", rolled: 7, available: 17),
        Row("the maximum caps it", 10, maximum: 5, used: 3, at: "2026-02-01T00:00Z", rolled: 5, available: 15),
        Row(
            "exactly the maximum rolls over", 10, maximum: 7, used: 3, at: "2026-02-01T00:00Z", rolled: 7, available: 17
        ),
        Row(
            "where nothing is left there is no grant", 3, maximum: 5, used: 3, at: "2026-02-01T00:00Z", rolled: 0,
            available: 3),
        Row("not before the end", 10, maximum: 5, used: 3, at: "2026-01-31T23:59:59.999999Z", rolled: 0, available: 7),
        Row("one missed period adds up", 10, maximum: 99, used: 3, at: "2026-03-01T00:00Z", rolled: 17, available: 27),
        Row(
            "missed periods are capped too", 10, maximum: 12, used: 3, at: "2026-03-01T00:00Z", rolled: 12,
            available: 22),
        Row(
            "missed periods count when January left nothing", 3, maximum: 99, used: 3, at: "2026-04-15T00:00Z",
            rolled: 6, available: 9),
        Row(
            "a hundred years of missed periods", 10, maximum: 1_000_000, used: 3, at: "2126-01-15T00:00Z",
            rolled: 11_997, available: 12_007),
        Row(
            "a large quantity over many missed periods", 1_000_000_000, maximum: 1_000_000_000, used: 1,
            at: "2126-01-15T00:00Z", rolled: 1_000_000_000, available: 2_000_000_000),
    ]

    @Test("min(rollover maximum, available) becomes the next rollover grant", arguments: rows)
    func rollsOver(row: Row) throws {
        var world = World(at: "2026-01-31T21:00Z")
        let pool = AllocationTerms.cases(row.quantity, each: Period(1, .month), rollover: row.maximum)
        try world.sell("e", EntitlementTerms([pool]))
        try world.open(row.used)
        world.move(to: row.at)
        #expect(try world.available() == row.available)
        let last = try world.grants().last { $0.origin == .rollover }
        #expect(last?.quantity ?? 0 == row.rolled)
    }

    @Test("what is held at the end doesn't roll over")
    func held() throws {
        var world = World(at: "2026-01-20T00:00Z")
        let pool = AllocationTerms.cases(10, each: Period(1, .month), rollover: 99).with {
            $0.consumption = .resolution
        }
        try world.sell("e", EntitlementTerms([pool]))
        try world.open(4)
        world.move(to: "2026-02-01T00:00Z")
        #expect(try world.grants().map(\.quantity) == [10, 6, 10])
    }

    @Test("top-ups keep their own validity: they neither roll over nor lapse with the period")
    func topUps() throws {
        var world = World(at: "2026-01-20T00:00Z")
        try world.sell("e", EntitlementTerms([.cases(10, each: Period(1, .month), rollover: 99)]))
        try world.perform(AddGrant(entitlement: "e", quantity: 100, endDay: "2026-01-31"))
        try world.perform(AddGrant(entitlement: "e", quantity: 1_000, endDay: "2026-02-10"))
        world.move(to: "2026-02-10T23:59Z")
        #expect(try world.available() == 1_020)
        world.move(to: "2026-02-11T00:00Z")
        #expect(try world.available() == 20)
    }

    @Test("a rollover is burnt before everything else, and what is left of it rolls over again")
    func burntFirst() throws {
        var world = World(at: "2026-01-20T00:00Z")
        try world.sell("e", EntitlementTerms([.cases(10, each: Period(1, .month), rollover: 8)]))
        world.move(to: "2026-02-01T00:00Z")
        try world.perform(AddGrant(entitlement: "e", quantity: 5, endDay: "2026-02-02", priority: -1_000))
        #expect(try world.open(3).charges == [Charge(allocation: "main", grant: 2, amount: 1)])
        #expect(try world.grants().map(\.charged) == [0, 3, 0, 0])
        world.move(to: "2026-03-01T00:00Z")
        #expect(try world.grants().last { $0.origin == .rollover }?.quantity == 8)
        #expect(try world.available() == 18)
    }

    @Test(
        "one jump over many periods equals many small ones",
        arguments: [Period(1, .month), Period(3, .day), Period(1, .week, anchor: "2026-01-07"), Period(1, .quarter)],
        [0, 1, 7, 40, 1_000] as [Int64])
    func jump(period: Period, maximum: Int64) throws {
        var small = World(at: "2026-01-05T00:00Z")
        try small.sell(
            "e", EntitlementTerms([.cases(9, each: period, rollover: maximum)], to: "2027-06-10", in: "Europe/Berlin"))
        try small.open(4)
        var jump = small
        for week in 1...80 {
            let instant = Instant(seconds: 1_767_571_200 + Int64(week) * 604_800)
            small.move(to: instant)
            // Looking changes nothing; a top-up makes what time has brought part of the record.
            if try small.status() == .active {
                try small.perform(AddGrant(entitlement: "e", quantity: 1, endDay: Zone.utc.day(at: instant)))
            }
            jump.move(to: instant)
            #expect(try small.available().map { $0 - (try small.topUp()) } == jump.available(), "week \(week)")
        }
        let last = try #require(try jump.grants().last)
        #expect(
            try small.grants().contains { ($0.from, $0.until, $0.quantity) == (last.from, last.until, last.quantity) })
    }

    @Test("looking at a balance makes no grant: the next decision does, in the journal, dated when it began")
    func recorded() throws {
        var world = World(at: "2026-01-20T00:00Z")
        try world.sell("e", EntitlementTerms([.cases(10, each: Period(1, .month), rollover: 2)]))
        world.move(to: "2026-03-15T00:00Z")
        _ = try world.view()
        #expect(world.journal.count { $0.event == .periodStarted } == 0)
        try world.open()
        let started = world.journal.filter { $0.event == .periodStarted }
        #expect(started.map(\.occurredAt) == ["2026-03-01T00:00Z"])
        #expect(started.map(\.actor) == [JournalEntry.system])
        #expect(started.flatMap(\.postings).map(\.granted) == [2, 10])
        #expect(started.flatMap(\.postings).map(\.availableAfter) == [2, 12])
        try world.open()
        #expect(world.journal.count { $0.event == .periodStarted } == 1)
    }
}

extension World {
    /// What is available of top-ups.
    fileprivate func topUp() throws -> Int64 {
        try grants().filter { $0.origin == .topUp && $0.isValid(at: facts.now) }.reduce(0) { $0 + ($1.available ?? 0) }
    }
}
