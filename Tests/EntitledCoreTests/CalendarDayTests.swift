import EntitledCore
import Testing

@Suite struct CalendarDayTests {
    @Test(
        "days count from 1970 by the Gregorian calendar",
        arguments: [
            ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2000-03-01", 11_017),
            ("2100-02-28", 47_540), ("2100-03-01", 47_541), ("0001-01-01", -719_162), ("9999-12-31", 2_932_896),
        ] as [(String, Int32)])
    func countsDays(text: String, days: Int32) throws {
        let day = try #require(CalendarDay(text))
        #expect(day.daysSince1970 == days)
        #expect(CalendarDay(daysSince1970: days).description == text)
    }

    @Test(
        "what is no day is refused",
        arguments: [
            "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "26-01-01", "2026-1-01", "2026-01-1", "", "2026-01",
            "2026-01-01-01", "+026-01-01", "２０２６-01-01", "0000-01-01",
        ])
    func refusesOthers(text: String) {
        #expect(CalendarDay(text) == nil)
    }
}

@Suite struct ZoneTests {
    @Test(
        "a day begins at its first existing instant",
        arguments: [
            // An ordinary midnight, in winter and in summer.
            ("Europe/Berlin", "2026-01-15", "2026-01-14T23:00:00.000000Z"),
            ("Europe/Berlin", "2026-07-15", "2026-07-14T22:00:00.000000Z"),
            // The days on which clocks change after midnight, and the days after them.
            ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000000Z"),
            ("Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00.000000Z"),
            ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00.000000Z"),
            ("Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00.000000Z"),
            // Clocks set forward at midnight: 00:00 doesn't exist, the day begins at 01:00.
            ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000000Z"),
            ("Africa/Cairo", "2023-04-28", "2023-04-27T22:00:00.000000Z"),
            // Clocks set back at midnight to 23:00 of the day before.
            ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00.000000Z"),
            // Clocks set back at 01:00 to midnight: midnight exists twice, the first counts.
            ("America/Havana", "2023-11-05", "2023-11-05T04:00:00.000000Z"),
            // The widest zones, and a skipped day.
            ("Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00.000000Z"),
            ("Pacific/Pago_Pago", "2026-01-01", "2026-01-01T11:00:00.000000Z"),
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000000Z"),
            ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00.000000Z"),
            ("UTC", "1969-12-31", "1969-12-31T00:00:00.000000Z"),
        ])
    func startOfDay(zone: String, day: String, start: String) throws {
        let zone = try Zone(zone)
        let day = try #require(CalendarDay(day))
        let instant = zone.start(of: day)
        #expect(instant.description == start)
        #expect(zone.hasBegun(day, at: instant))
        #expect(!zone.hasBegun(day, at: Instant(microseconds: instant.microseconds - 1)))
        for hours in Int64(1)...80 {
            #expect(zone.hasBegun(day, at: Instant(microseconds: instant.microseconds + hours * 3_600_000_000)))
            #expect(!zone.hasBegun(day, at: Instant(microseconds: instant.microseconds - hours * 3_600_000_000)))
        }
    }

    @Test("the day at an instant changes at its start", arguments: ["Europe/Berlin", "Asia/Kolkata", "America/Havana"])
    func dayAtInstant(name: String) throws {
        let zone = try Zone(name)
        for offset in stride(from: 0, to: 800, by: 1) {
            let day = ("2023-01-01" as CalendarDay).advanced(days: offset)
            let start = zone.start(of: day)
            #expect(zone.day(at: start) == day)
            #expect(zone.day(at: Instant(microseconds: start.microseconds - 1)) < day)
        }
    }

    @Test(
        "a name that the time zone database doesn't have is refused",
        arguments: ["", "Mars/Olympus", "europe/berlin", "GMT+5", "../UTC"])
    func unknownZone(name: String) {
        let error = #expect(throws: EntitledError.self) { try Zone(name, field: "time_zone") }
        #expect(error?.details["field"] == "time_zone")
    }
}
