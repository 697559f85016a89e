import EntitledCore

/// Days and instants as options give them.
enum TimeText {
    /// - Throws: ``EntitledError`` `invalid_field`.
    static func day(_ text: String, field: String) throws(EntitledError) -> CalendarDay {
        guard let day = CalendarDay(text) else {
            throw .invalid(field, "'\(text)' is no day", allowed: "a day of the form yyyy-mm-dd")
        }
        return day
    }

    /// Reads `yyyy-mm-ddThh:mm[:ss[.ffffff]]` with `Z` or an offset such as `+02:00` (ISO 8601).
    /// - Throws: ``EntitledError`` `invalid_field`.
    static func instant(_ text: String, field: String) throws(EntitledError) -> Instant {
        let form = /(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(?:Z|([+-])(\d\d):(\d\d))/
        guard let match = text.wholeMatch(of: form)?.output, let day = CalendarDay(match.1),
            let hour = number(match.2, 0...23), let minute = number(match.3, 0...59),
            let second = number(match.4 ?? "0", 0...59), let offsetHour = number(match.7 ?? "0", 0...14),
            let offsetMinute = number(match.8 ?? "0", 0...59),
            let microseconds = Int64(((match.5 ?? "") + "000000").prefix(6))
        else {
            throw .invalid(
                field, "'\(text)' is no instant",
                allowed: "yyyy-mm-ddThh:mm:ss with Z or an offset, such as 2026-01-31T12:00:00Z")
        }
        let offset = (offsetHour * 60 + offsetMinute) * (match.6 == "-" ? -60 : 60)
        let inDay = hour * 3_600 + minute * 60 + second
        let seconds = Int64(day.daysSince1970) * 86_400 + inDay - offset
        return Instant(microseconds: seconds * 1_000_000 + microseconds)
    }

    private static func number(_ digits: some StringProtocol, _ allowed: ClosedRange<Int64>) -> Int64? {
        Int64(digits).flatMap { allowed.contains($0) ? $0 : nil }
    }
}

extension Optional where Wrapped == String {
    /// The day that an option gave; nil if it wasn't given.
    func day(_ field: String) throws(EntitledError) -> CalendarDay? {
        guard let text = self else { return nil }
        return try TimeText.day(text, field: field)
    }

    /// The instant that an option gave; nil if it wasn't given.
    func instant(_ field: String) throws(EntitledError) -> Instant? {
        guard let text = self else { return nil }
        return try TimeText.instant(text, field: field)
    }

    /// The time zone that an option gave; nil if it wasn't given.
    func zone(_ field: String = "time_zone") throws(EntitledError) -> Zone? {
        guard let text = self else { return nil }
        return try Zone(text, field: field)
    }

    /// The id that an option gave, checked; nil if it wasn't given.
    func id<Record>(_ field: String) throws(EntitledError) -> Identifier<Record>? {
        guard let text = self else { return nil }
        return try Identifier(text, field: field)
    }
}

extension [String] {
    /// What the values of a repeatable option limit to; nil if there are none.
    func scope<Record>(_ field: String) throws(EntitledError) -> Scope<Identifier<Record>>? {
        guard !isEmpty else { return nil }
        var members: [Identifier<Record>] = []
        for text in self { members.append(try Identifier(text, field: field)) }
        return try Scope(members, field: field)
    }
}

/// A value of a closed set by its name.
enum NameText {
    /// - Throws: ``EntitledError`` `invalid_field` that lists the names.
    static func value<Value: NamedValue>(
        _ name: String, as type: Value.Type = Value.self, field: String
    ) throws(EntitledError) -> Value {
        guard let value = Value(name: name) else {
            throw .invalid(field, "'\(name)' is unknown", allowed: Value.allCases.map(\.name).joined(separator: ", "))
        }
        return value
    }
}
