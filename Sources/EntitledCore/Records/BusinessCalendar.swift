/// When a support organisation works: weekly hours in a time zone, less holidays.
public struct BusinessCalendar: Hashable, Sendable, Codable {
    public let id: CalendarID
    /// 1 to 200 characters.
    public var name: String
    public var timeZone: Zone
    /// Sorted by weekday and beginning; those of one day don't overlap. None at all is never open.
    public var hours: [WeeklyHours]
    /// Days without any hours, sorted.
    public var holidays: [CalendarDay]
    public var version: Int64

    /// - Parameters:
    ///   - name: 1 to 200 characters; the id if nil.
    ///   - hours: at most 200, in any order.
    ///   - holidays: at most 1,000, in any order.
    public init(
        id: CalendarID, name: String? = nil, timeZone: Zone, hours: [WeeklyHours], holidays: [CalendarDay] = [],
        version: Int64 = 0
    ) {
        self.id = id
        self.name = name ?? id.text
        self.timeZone = timeZone
        self.hours = hours.sorted { ($0.weekday, $0.fromMinute) < ($1.weekday, $1.fromMinute) }
        self.holidays = Array(Set(holidays)).sorted()
        self.version = version
    }
}

/// Hours of one weekday, in minutes of the local day.
public struct WeeklyHours: Hashable, Sendable, Codable {
    /// 1 is Monday, 7 is Sunday (ISO 8601).
    public var weekday: Int16
    /// 0 to 1,439.
    public var fromMinute: Int16
    /// Exclusive; after ``fromMinute``, at most 1,440.
    public var toMinute: Int16

    public init(weekday: Int16, fromMinute: Int16, toMinute: Int16) {
        self.weekday = weekday
        self.fromMinute = fromMinute
        self.toMinute = toMinute
    }

    /// Round the clock on every day: 24×7.
    public static let always = (1...7).map { WeeklyHours(weekday: $0, fromMinute: 0, toMinute: 1_440) }
}

extension BusinessCalendar: StoredRecord {
    /// The most hours, and the most holidays, that one calendar may have.
    public static let maximumHours = 200
    public static let maximumHolidays = 1_000

    public static var methods: RecordMethods {
        RecordMethods(add: .addCalendar, get: .getCalendar, list: .listCalendars, update: .updateCalendar)
    }
    package static var events: (added: JournalEntry.Event, updated: JournalEntry.Event) {
        (.calendarAdded, .calendarUpdated)
    }
    package static let facts: FactsPath = \.calendars
    package static let needs: NeedsPath = \.calendars

    package func validate() throws(EntitledError) {
        try TextRule.name.check(name, field: "name")
        guard hours.count <= Self.maximumHours else {
            throw .invalid("hours", "has \(hours.count) entries", allowed: "at most \(Self.maximumHours)")
        }
        guard holidays.count <= Self.maximumHolidays else {
            throw .invalid("holidays", "has \(holidays.count) entries", allowed: "at most \(Self.maximumHolidays)")
        }
        for entry in hours {
            guard (1...7).contains(entry.weekday) else {
                throw .invalid("hours.weekday", "is \(entry.weekday)", allowed: "1 (Monday) to 7 (Sunday)")
            }
            guard (0..<1_440).contains(entry.fromMinute) else {
                throw .invalid("hours.from_minute", "is \(entry.fromMinute)", allowed: "0 to 1439")
            }
            guard entry.toMinute > entry.fromMinute, entry.toMinute <= 1_440 else {
                throw .invalid(
                    "hours.to_minute", "is \(entry.toMinute)", allowed: "more than from_minute, at most 1440")
            }
        }
        let sorted = hours.sorted { ($0.weekday, $0.fromMinute) < ($1.weekday, $1.fromMinute) }
        for (earlier, later) in zip(sorted, sorted.dropFirst()) where earlier.weekday == later.weekday {
            guard earlier.toMinute <= later.fromMinute else {
                throw .invalid("hours", "overlap on weekday \(later.weekday)", allowed: "hours apart from each other")
            }
        }
    }
}
