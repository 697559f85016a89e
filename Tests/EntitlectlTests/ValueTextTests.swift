import EntitledClient
import EntitledCore
import Testing

@testable import entitlectl

@Suite("Values as people write them")
struct ValueTextTests {
    @Test(arguments: [
        ("90s", 90), ("30m", 1_800), ("4h", 14_400), ("2d", 172_800), ("1h30m", 5_400), ("1d1s", 86_401), ("0s", 0),
    ])
    func durations(text: String, seconds: Int64) throws {
        #expect(try DurationText.seconds(text, field: "f") == seconds)
        #expect(try DurationText.seconds(DurationText.text(seconds), field: "f") == seconds)
    }

    @Test(arguments: [
        "", "4", "h", "4 h", "1m1h", "1h1h", "-1h", "4H", "1.5h", "９h",
        "9999999999999999999h", "9223372036854775807d",
    ])
    func noDurations(text: String) {
        let error = #expect(throws: EntitledError.self) { try DurationText.seconds(text, field: "hold") }
        #expect(error?.details["field"] == "hold")
    }

    @Test(arguments: [
        (0, "0:00:00", "0"), (59, "0:00:59", "59"), (3_661, "1:01:01", "3661"), (-90, "−0:01:30", "−90"),
        (360_000, "100:00:00", "360000"),
    ])
    func columns(amount: Int64, time: String, cases: String) {
        #expect(AmountText.column(amount, of: .second) == time)
        #expect(AmountText.column(amount, of: .case) == cases)
        #expect(AmountText.column(nil, of: .second) == "unlimited")
    }

    @Test(arguments: [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"), ("2026-01-31T12:00Z", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.500000Z"),
        ("2026-01-31T00:30:00+02:00", "2026-01-30T22:30:00.000000Z"),
        ("2026-01-31T23:30:00.000001-05:30", "2026-02-01T05:00:00.000001Z"),
    ])
    func instants(text: String, instant: String) throws {
        #expect(try TimeText.instant(text, field: "at").description == instant)
    }

    @Test(arguments: [
        "", "2026-01-31", "2026-01-31T12:00", "2026-02-30T12:00Z", "2026-01-31T24:00Z", "2026-01-31 12:00Z",
        "2026-01-31T12:60Z", "2026-01-31T12:00+99:00",
    ])
    func noInstants(text: String) {
        let error = #expect(throws: EntitledError.self) { try TimeText.instant(text, field: "at") }
        #expect(error?.details["field"] == "at")
    }

    @Test(arguments: [
        ("mon-fri 09:00-17:00", ["mon-fri 09:00-17:00"]),
        ("sat,sun 9:00-12:00,13:00-24:00", ["sat-sun 09:00-12:00,13:00-24:00"]),
        ("sun-tue 00:00-01:30", ["mon-tue 00:00-01:30", "sun 00:00-01:30"]), ("Wed 08:00-09:00", ["wed 08:00-09:00"]),
        ("mon-sun 00:00-24:00", ["always"]),
    ])
    func hours(text: String, texts: [String]) throws {
        let calendar = BusinessCalendar(
            id: try CalendarID("c"), timeZone: .utc, hours: try HoursText.hours(text))
        #expect(HoursText.text(calendar.hours) == texts)
    }

    @Test(arguments: [
        "", "mon", "mon-fri", "mon 9-17", "mon 17:00-09:00", "mon 09:00-09:00", "mon 09:00-24:01", "mon 09:60-10:00",
        "mon-tue-wed 09:00-10:00", "monday 09:00-10:00", "mon, 09:00-10:00", "mon 09:00-10:00 11:00-12:00",
    ])
    func noHours(text: String) {
        let error = #expect(throws: EntitledError.self) { try HoursText.hours(text) }
        #expect(error?.details["field"] == "hours")
    }

    @Test(
        arguments: [
            ("first_response=4h", "first_response", nil, 14_400), ("resolution=2d", "resolution", nil, 172_800),
            ("1:first_response=30m", "first_response", 1, 1_800), ("on: site=1h", "on: site", nil, 3_600),
        ] as [(String, String, Int?, Int64)])
    func targets(text: String, name: String, priority: Int?, seconds: Int64) throws {
        let target = try TargetText.target(text)
        #expect(
            target
                == ServiceLevel.Target(
                    name: name, priority: try priority.map { try CasePriority($0) }, seconds: seconds))
        #expect(TargetText.text(target) == text)
    }

    @Test(arguments: [
        ("resolution", "targets"), ("=4h", "targets"), ("resolution=4", "targets.resolution"),
        ("0:resolution=4h", "targets.priority"), ("10:resolution=4h", "targets.priority"),
    ])
    func noTargets(text: String, field: String) {
        let error = #expect(throws: EntitledError.self) { try TargetText.target(text) }
        #expect(error?.details["field"] == field)
    }
}
