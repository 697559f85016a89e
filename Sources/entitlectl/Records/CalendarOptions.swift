import ArgumentParser
import EntitledClient

/// How business calendars are written.
struct CalendarOptions: RecordOptions {
    static let abstract = "When a support organisation works: weekly hours and holidays."
    static let discussion =
        "Hours and holidays that are given replace those that were set. No hours at all: never open."

    @Option(
        name: .long, help: ArgumentHelp("Whose days and hours they are; needed to add one.", valueName: "zone"))
    var timeZone: String?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Weekly hours: 'mon-fri 09:00-17:00', 'sat,sun 10:00-12:00,13:00-16:00'; repeatable.", valueName: "hours"))
    var hours: [String] = []
    @Flag(name: .long, help: "Open round the clock, on every day.")
    var always = false
    @Option(name: .long, help: ArgumentHelp("A day without hours; repeatable.", valueName: "yyyy-mm-dd"))
    var holiday: [String] = []

    enum Field: String, ClearableField {
        case hours
        case holidays
    }

    func validate() throws {
        guard !always || hours.isEmpty else { throw ValidationError("either --always or --hours") }
    }

    func record(_ id: CalendarID) throws -> BusinessCalendar {
        BusinessCalendar(id: id, timeZone: try Zone(try required(timeZone, "time-zone")), hours: [])
    }

    func change(_ calendar: inout BusinessCalendar) throws {
        var weekly: [WeeklyHours] = always ? WeeklyHours.always : []
        for text in hours { weekly += try HoursText.hours(text) }
        var days: [CalendarDay] = []
        for text in holiday { days.append(try TimeText.day(text, field: "holidays")) }
        // Made anew, for that sorts both.
        calendar = BusinessCalendar(
            id: calendar.id, name: calendar.name, timeZone: try timeZone.zone() ?? calendar.timeZone,
            hours: weekly.isEmpty ? calendar.hours : weekly, holidays: days.isEmpty ? calendar.holidays : days,
            version: calendar.version)
    }

    static func clear(_ field: Field, in calendar: inout BusinessCalendar) {
        switch field {
        case .hours: calendar.hours = []
        case .holidays: calendar.holidays = []
        }
    }
}

extension BusinessCalendar: PrintedRecord {
    static let commandName = "calendar"
    static func records(of client: EntitledClient) -> Records<BusinessCalendar> { client.calendars }
    static let listColumns = ["time zone", "hours", "holidays"]
    var listCells: [String] { [timeZone.name, hoursText, "\(holidays.count)"] }
    var details: [(String, String)] {
        [
            ("time zone", timeZone.name), ("hours", hoursText),
            ("holidays", holidays.map(\.description).joined(separator: ", ")),
        ]
    }

    private var hoursText: String { hours.isEmpty ? "never" : HoursText.text(hours).joined(separator: "; ") }
}
