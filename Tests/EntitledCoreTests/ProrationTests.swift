import EntitledCore
import Testing

/// What a change of quantity in the middle of a period comes to: RULES.md, section 3, "Amend".
@Suite struct ProrationTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let pool: AllocationTerms
        let end: CalendarDay?
        let at: Instant
        let quantity: Int64
        let inFull: Bool
        let difference: Int64

        init(
            _ description: String, _ pool: AllocationTerms, to end: CalendarDay? = nil, at instant: Instant,
            becomes quantity: Int64, inFull: Bool = false, difference: Int64
        ) {
            testDescription = description
            self.pool = pool
            self.end = end
            at = instant
            self.quantity = quantity
            self.inFull = inFull
            self.difference = difference
        }
    }

    /// June has 30 days.
    private static let monthly = AllocationTerms.cases(10, each: Period(1, .month))

    static let rows = [
        Row("half of the period is left", monthly, at: "2026-06-16T00:00Z", becomes: 20, difference: 5),
        Row("all of it", monthly, at: "2026-06-01T00:00Z", becomes: 20, difference: 10),
        Row("a third", monthly, at: "2026-06-21T00:00Z", becomes: 40, difference: 10),
        Row("a half is rounded up", monthly, at: "2026-06-16T00:00Z", becomes: 11, difference: 1),
        Row("less than a half is rounded down", monthly, at: "2026-06-16T00:00:01Z", becomes: 11, difference: 0),
        Row("a decrease's magnitude is rounded half up", monthly, at: "2026-06-16T00:00Z", becomes: 9, difference: -1),
        Row("less than half of a decrease", monthly, at: "2026-06-16T00:00:01Z", becomes: 9, difference: 0),
        Row("the last microsecond", monthly, at: "2026-06-30T23:59:59.999999Z", becomes: 1_000_000, difference: 0),
        Row("in full by request", monthly, at: "2026-06-30T12:00Z", becomes: 20, inFull: true, difference: 10),
        Row(
            "the last period is the part of it that is covered", monthly, to: "2026-06-20", at: "2026-06-11T00:00Z",
            becomes: 20, difference: 5),
        Row(
            "a whole term: the days of cover", .cases(100), to: "2026-12-31", at: "2026-07-02T12:00Z", becomes: 465,
            difference: 183),
        Row("without an end, in full", .cases(100), at: "2026-07-02T12:00Z", becomes: 465, difference: 365),
        Row(
            "seconds are whole seconds", .seconds(3_600, each: Period(1, .month)), at: "2026-06-16T00:00Z",
            becomes: 7_201, difference: 1_801),
        Row(
            "the largest quantities are exact", .seconds(1, each: Period(1, .month)), at: "2026-06-16T00:00Z",
            becomes: 1_000_000_000, difference: 500_000_000),
    ]

    @Test("the difference times the time left, divided by the period's, its magnitude half up", arguments: rows)
    func share(row: Row) throws {
        var world = World(at: row.at)
        try world.sell("e", EntitlementTerms([row.pool], to: row.end))
        let before = try #require(try world.available())
        let result = try world.perform(
            AmendEntitlement(
                id: "e",
                Amendment(allocations: [.init(name: "main", quantity: row.quantity)], isInFull: row.inFull)))
        let change = try #require(result.changes.first)
        #expect(change.difference == row.difference)
        #expect(change.before.available == before)
        #expect(change.after.available == before + row.difference)
        #expect(try world.available() == before + row.difference)
    }

    @Test("a month with a change of clocks has the hours that it has")
    func daylightSaving() throws {
        // March 2026 has 743 hours in Berlin: 1,486 half hours, of which so many are left.
        var world = World(at: "2026-03-31T21:30Z")
        try world.sell("e", EntitlementTerms([.cases(10, each: Period(1, .month))], in: "Europe/Berlin"))
        let result = try world.perform(
            AmendEntitlement(id: "e", Amendment(allocations: [.init(name: "main", quantity: 1_496)])))
        #expect(result.changes.map(\.difference) == [1])
    }

    @Test("units sold are prorated like quantities")
    func units() throws {
        var world = World(at: "2026-06-16T00:00Z")
        try world.sell("e", EntitlementTerms([.cases(10, each: Period(1, .month))]) { $0.quantity = 2 })
        let result = try world.perform(AmendEntitlement(id: "e", Amendment(quantity: 5)))
        #expect(result.changes.map(\.difference) == [15])
        world.move(to: "2026-07-01T00:00Z")
        #expect(try world.available() == 50)
    }

    @Test("the cover as amended decides, where dates change together with quantities")
    func datesToo() throws {
        var world = World(at: "2026-06-11T00:00Z")
        try world.sell("e", EntitlementTerms([.cases(10)], from: "2026-06-01", to: "2026-06-20"))
        let result = try world.perform(
            AmendEntitlement(
                id: "e",
                Amendment(
                    endDay: .set(to: "2026-07-10"), allocations: [.init(name: "main", quantity: 18)])))
        // 30 of 40 days are left.
        #expect(result.changes.map(\.difference) == [6])
    }
}
