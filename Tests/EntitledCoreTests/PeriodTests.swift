import EntitledCore
import Testing

/// When periods begin and end: RULES.md, section 2.
@Suite struct PeriodTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let period: Period
        let start: CalendarDay
        let zone: Zone
        /// An instant, and the period in which it lies.
        let at: Instant
        let from: Instant
        let until: Instant

        init(
            _ description: String, _ period: Period, from start: CalendarDay, in zone: Zone = .utc, at instant: Instant,
            _ from: Instant, _ until: Instant
        ) {
            testDescription = description
            self.period = period
            self.start = start
            self.zone = zone
            at = instant
            self.from = from
            self.until = until
        }
    }

    static let rows = [
        Row(
            "days", Period(10, .day), from: "2026-01-01", at: "2026-01-15T00:00Z", "2026-01-11T00:00Z",
            "2026-01-21T00:00Z"),
        Row(
            "weeks", Period(2, .week), from: "2026-01-01", at: "2026-01-20T00:00Z", "2026-01-15T00:00Z",
            "2026-01-29T00:00Z"),
        Row(
            "months", Period(1, .month), from: "2026-01-15", at: "2026-03-14T23:59Z", "2026-02-15T00:00Z",
            "2026-03-15T00:00Z"),
        Row(
            "quarters", Period(1, .quarter), from: "2026-01-15", at: "2026-07-15T00:00Z", "2026-07-15T00:00Z",
            "2026-10-15T00:00Z"),
        Row(
            "years", Period(2, .year), from: "2026-01-15", at: "2029-01-15T00:00Z", "2028-01-15T00:00Z",
            "2030-01-15T00:00Z"),
        Row(
            "a period's first instant belongs to it", Period(1, .month), from: "2026-01-01", at: "2026-02-01T00:00Z",
            "2026-02-01T00:00Z", "2026-03-01T00:00Z"),
        Row(
            "its last instant does too", Period(1, .month), from: "2026-01-01", at: "2026-02-28T23:59:59.999999Z",
            "2026-02-01T00:00Z", "2026-03-01T00:00Z"),
        Row(
            "an anchor on the 31st falls on the last day of April", Period(1, .month), from: "2026-01-31",
            at: "2026-05-01T00:00Z", "2026-04-30T00:00Z", "2026-05-31T00:00Z"),
        Row(
            "an anchor on the 31st doesn't drift after February", Period(1, .month), from: "2026-01-31",
            at: "2026-03-30T00:00Z", "2026-02-28T00:00Z", "2026-03-31T00:00Z"),
        Row(
            "an anchor on the 31st falls on 29 February in a leap year", Period(1, .month), from: "2028-01-31",
            at: "2028-03-30T00:00Z", "2028-02-29T00:00Z", "2028-03-31T00:00Z"),
        Row(
            "an anchor on 29 February falls on the 28th in other years", Period(1, .year), from: "2024-02-29",
            at: "2026-06-01T00:00Z", "2026-02-28T00:00Z", "2027-02-28T00:00Z"),
        Row(
            "an anchor on 29 February comes back in a leap year", Period(1, .year), from: "2024-02-29",
            at: "2028-02-28T00:00Z", "2027-02-28T00:00Z", "2028-02-29T00:00Z"),
        Row(
            "an anchor before the start", Period(1, .month, anchor: "2020-05-10"), from: "2026-01-01",
            at: "2026-03-09T00:00Z", "2026-02-10T00:00Z", "2026-03-10T00:00Z"),
        Row(
            "an anchor after the start", Period(1, .month, anchor: "2030-05-10"), from: "2026-01-01",
            at: "2026-03-10T00:00Z", "2026-03-10T00:00Z", "2026-04-10T00:00Z"),
        Row(
            "in Berlin when clocks are set forward", Period(1, .day), from: "2026-01-01", in: "Europe/Berlin",
            at: "2026-03-29T12:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
        Row(
            "in Berlin when clocks are set back", Period(1, .day), from: "2026-01-01", in: "Europe/Berlin",
            at: "2026-10-25T12:00Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z"),
        Row(
            "in Berlin a month that begins in winter and ends in summer", Period(1, .month), from: "2026-01-01",
            in: "Europe/Berlin", at: "2026-03-31T21:59:59Z", "2026-02-28T23:00Z", "2026-03-31T22:00Z"),
        Row(
            "in São Paulo a month that begins where midnight is skipped", Period(1, .month), from: "2018-10-04",
            in: "America/Sao_Paulo", at: "2018-11-04T03:00Z", "2018-11-04T03:00Z", "2018-12-04T02:00Z"),
        Row(
            "in Cairo a day that begins where midnight is skipped", Period(1, .day), from: "2023-04-01",
            in: "Africa/Cairo", at: "2023-04-27T22:00Z", "2023-04-27T22:00Z", "2023-04-28T21:00Z"),
        Row(
            "in Cairo the day before ends where midnight is skipped", Period(1, .day), from: "2023-04-01",
            in: "Africa/Cairo", at: "2023-04-27T21:59:59Z", "2023-04-26T22:00Z", "2023-04-27T22:00Z"),
    ]

    @Test("a period is so many units from the anchor, by the days of the entitlement's zone", arguments: rows)
    func interval(row: Row) throws {
        var world = World(at: row.zone.start(of: row.start))
        try world.sell("e", EntitlementTerms([.cases(5, each: row.period)], from: row.start, in: row.zone))
        world.move(to: row.at)
        let grant = try #require(try world.grants().last)
        #expect(grant.from == row.from)
        #expect(grant.until == row.until)
        #expect(try world.available() == 5)
    }

    @Test("days are the tenant's where the entitlement names no zone")
    func tenantZone() throws {
        var world = World(at: "2026-01-01T00:00Z", zone: "Europe/Berlin")
        try world.sell("e", EntitlementTerms([.cases(5, each: Period(1, .month))]))
        #expect(try world.grants().map(\.until) == ["2026-01-31T23:00Z"])
    }

    @Test("the period that was under way at the start gets the full quantity, and so does the stub at the end")
    func stubs() throws {
        var world = World(at: "2026-01-25T12:00Z")
        let monthly = AllocationTerms.cases(10, each: Period(1, .month, anchor: "2020-01-01"))
        try world.sell("e", EntitlementTerms([monthly], from: "2026-01-20", to: "2026-03-05"))
        #expect(try world.available() == 10)
        #expect(try world.grants().map(\.until) == ["2026-02-01T00:00Z"])
        world.move(to: "2026-03-02T00:00Z")
        #expect(try world.available() == 10)
    }

    @Test("no period begins at or after the end of cover, or after a cancellation")
    func end() throws {
        for cancelled in [false, true] {
            var world = World(at: "2026-01-10T00:00Z")
            let end: CalendarDay? = cancelled ? nil : "2026-02-28"
            try world.sell("e", EntitlementTerms([.cases(10, each: Period(1, .month))], to: end))
            if cancelled { try world.perform(CancelEntitlement(id: "e", reason: "sold", on: "2026-03-01")) }
            world.move(to: "2026-06-01T00:00Z")
            #expect(try world.grants().map(\.until) == ["2026-02-01T00:00Z", "2026-03-01T00:00Z"])
        }
    }

    @Test("a period without a length is the whole term: a prepaid block of hours")
    func prepaid() throws {
        var world = World(at: "2026-01-01T00:00Z")
        try world.sell("e", EntitlementTerms([.seconds(36_000)], to: "2030-12-31"))
        world.move(to: "2030-12-31T23:59Z")
        #expect(try world.available() == 36_000)
        #expect(try world.grants().map(\.until) == [nil])
    }

    @Test("activated late, it gets the period in which it is activated; before its start, the first")
    func activation() throws {
        var world = World(at: "2026-06-15T00:00Z")
        try world.sell("late", EntitlementTerms([.cases(1, each: Period(1, .month))]))
        #expect(try world.grants("late").map(\.until) == ["2026-07-01T00:00Z"])
        try world.sell("early", EntitlementTerms([.cases(1, each: Period(1, .month))], from: "2026-09-10"))
        #expect(try world.grants("early").map(\.until) == ["2026-10-10T00:00Z"])
        try world.sell("over", EntitlementTerms([.cases(1, each: Period(1, .month))], to: "2026-03-10"))
        #expect(try world.grants("over").map(\.until) == ["2026-04-01T00:00Z"])
    }

    @Test("the last day that there is, is refused as a start rather than counted for ever")
    func lastDay() throws {
        var world = World()
        for period in [Period(1, .month), Period(1_000, .year), Period(1, .day)] {
            let terms = EntitlementTerms([.cases(1, each: period)], from: "9999-12-31")
            #expect(reason { try world.sell("e", terms) } == "invalid_field terms.start_day")
        }
    }
}
