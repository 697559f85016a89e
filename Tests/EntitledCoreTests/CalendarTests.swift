import EntitledCore
import Testing

/// Business hours: RULES.md, sections 2 and 4.
@Suite struct CalendarTests {
    @Test(
        "open in the weekly hours of the calendar's zone, not on holidays",
        arguments: [
            // Monday, in summer: Berlin is two hours ahead.
            ("2026-06-15T06:59:59.999999Z", false), ("2026-06-15T07:00Z", true), ("2026-06-15T14:59:59.999999Z", true),
            ("2026-06-15T15:00Z", false),
            // Monday, in winter: one hour ahead.
            ("2026-01-12T07:59:59Z", false), ("2026-01-12T08:00Z", true), ("2026-01-12T15:59:59Z", true),
            ("2026-01-12T16:00Z", false),
            // Saturday and Sunday, and the Monday after the night on which clocks changed.
            ("2026-06-13T10:00Z", false), ("2026-03-29T10:00Z", false), ("2026-03-30T07:00Z", true),
            ("2026-03-30T06:59Z", false),
            // Christmas, a Friday, and the day before.
            ("2026-12-25T10:00Z", false), ("2026-12-24T10:00Z", true),
        ] as [(Instant, Bool)])
    func hours(at instant: Instant, isOpen: Bool) {
        #expect(BusinessCalendar.office.isOpen(at: instant) == isOpen)
    }

    @Test("24×7 is open at any time, also in the night on which clocks change")
    func always() {
        let always = BusinessCalendar(id: "24x7", timeZone: "Europe/Berlin", hours: WeeklyHours.always)
        for hour in 0..<400 {
            #expect(always.isOpen(at: Instant(seconds: 1_774_000_000 + Int64(hour) * 3_599)))
        }
    }

    @Test("a calendar without hours is never open")
    func never() {
        let never = BusinessCalendar(id: "closed", timeZone: .utc, hours: [])
        for hour in 0..<200 { #expect(!never.isOpen(at: Instant(seconds: 1_774_000_000 + Int64(hour) * 3_600))) }
    }

    @Test("days before 1970 have their weekdays too")
    func weekdays() {
        let sundays = BusinessCalendar(
            id: "sundays", timeZone: .utc, hours: [WeeklyHours(weekday: 7, fromMinute: 0, toMinute: 1_440)])
        #expect(sundays.isOpen(at: "1969-12-28T12:00Z"))
        #expect(!sundays.isOpen(at: "1969-12-29T00:00Z"))
        #expect(sundays.isOpen(at: "2026-06-14T23:59Z"))
    }

    @Test(
        "hours that can't be are refused",
        arguments: [
            ([WeeklyHours(weekday: 0, fromMinute: 0, toMinute: 1)], "invalid_field hours.weekday"),
            ([WeeklyHours(weekday: 8, fromMinute: 0, toMinute: 1)], "invalid_field hours.weekday"),
            ([WeeklyHours(weekday: 1, fromMinute: -1, toMinute: 1)], "invalid_field hours.from_minute"),
            ([WeeklyHours(weekday: 1, fromMinute: 1_440, toMinute: 1_441)], "invalid_field hours.from_minute"),
            ([WeeklyHours(weekday: 1, fromMinute: 10, toMinute: 10)], "invalid_field hours.to_minute"),
            ([WeeklyHours(weekday: 1, fromMinute: 10, toMinute: 1_441)], "invalid_field hours.to_minute"),
            (
                [
                    WeeklyHours(weekday: 1, fromMinute: 60, toMinute: 120),
                    WeeklyHours(weekday: 1, fromMinute: 0, toMinute: 61),
                ], "invalid_field hours"
            ),
            (
                [
                    WeeklyHours(weekday: 1, fromMinute: 60, toMinute: 120),
                    WeeklyHours(weekday: 1, fromMinute: 0, toMinute: 60),
                ], nil
            ),
            (WeeklyHours.always, nil),
        ] as [([WeeklyHours], String?)])
    func validation(hours: [WeeklyHours], expected: String?) {
        var world = World()
        let calendar = BusinessCalendar(id: "new", timeZone: .utc, hours: hours)
        #expect(reason { try world.perform(AddCalendar(calendar)) } == expected)
    }
}
