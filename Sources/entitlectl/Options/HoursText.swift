import EntitledCore

/// Weekly hours as people write them: `mon-fri 09:00-17:00`, `sat,sun 10:00-12:00,13:00-16:00`. Days may run over the
/// week's end (`sat-mon`); a day ends at `24:00`.
enum HoursText {
    private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    static let allowed = "days and times, such as 'mon-fri 09:00-17:00' or 'sat,sun 10:00-12:00,13:00-16:00'"

    /// - Throws: ``EntitledError`` `invalid_field`.
    static func hours(_ text: String, field: String = "hours") throws(EntitledError) -> [WeeklyHours] {
        let words = text.lowercased().split(separator: " ")
        guard words.count == 2 else { throw .invalid(field, "'\(text)' isn't days and times", allowed: allowed) }
        let weekdays = try weekdays(words[0], field: field)
        var hours: [WeeklyHours] = []
        for range in words[1].split(separator: ",", omittingEmptySubsequences: false) {
            let ends = range.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, let from = minute(ends[0]), let to = minute(ends[1]), from < to else {
                throw .invalid(
                    field, "'\(range)' is no time of a day",
                    allowed: "hh:mm-hh:mm from 00:00 to 24:00, the earlier first; a night is two: 22:00-24:00 and "
                        + "00:00-06:00 of the next day")
            }
            hours += weekdays.map { WeeklyHours(weekday: $0, fromMinute: from, toMinute: to) }
        }
        return hours
    }

    private static func weekdays(_ text: Substring, field: String) throws(EntitledError) -> [Int16] {
        var weekdays: [Int16] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            let numbers = ends.compactMap { end in days.firstIndex(of: String(end)) }
            guard let first = numbers.first, let last = numbers.last, numbers.count == ends.count, ends.count <= 2
            else {
                throw .invalid(
                    field, "'\(part)' is no day", allowed: days.joined(separator: ", ") + ", or two with '-' between")
            }
            let span = (last - first + days.count) % days.count
            weekdays += (0...span).map { Int16((first + $0) % days.count + 1) }
        }
        return weekdays
    }

    /// Minutes since midnight.
    private static func minute(_ text: Substring) -> Int16? {
        guard let match = text.wholeMatch(of: /(\d\d?):(\d\d)/)?.output, let hour = Int16(match.1),
            let minute = Int16(match.2), minute < 60, hour * 60 + minute <= 1_440
        else { return nil }
        return hour * 60 + minute
    }

    /// What ``hours(_:field:)`` reads: neighbouring days of the same times together.
    static func text(_ hours: [WeeklyHours]) -> [String] {
        if hours == WeeklyHours.always { return ["always"] }
        let times = (1...7).map { weekday in
            hours.filter { $0.weekday == weekday }
                .map { "\(clock($0.fromMinute))-\(clock($0.toMinute))" }.joined(separator: ",")
        }
        var texts: [String] = []
        var first = 0
        for day in days.indices where day == days.count - 1 || times[day + 1] != times[day] {
            if !times[day].isEmpty {
                texts.append((first == day ? days[day] : "\(days[first])-\(days[day])") + " " + times[day])
            }
            first = day + 1
        }
        return texts
    }

    private static func clock(_ minute: Int16) -> String {
        let (hour, rest) = minute.quotientAndRemainder(dividingBy: 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
    }
}

/// Targets of a service level: `resolution=2d`, for one case priority `1:first_response=30m`.
enum TargetText {
    /// - Throws: ``EntitledError`` `invalid_field`.
    static func target(_ text: String, field: String = "targets") throws(EntitledError) -> ServiceLevel.Target {
        guard let match = text.wholeMatch(of: /(?:(\d+):)?([^=]+)=(.*)/)?.output else {
            throw .invalid(
                field, "'\(text)' is no target",
                allowed: "NAME=DURATION, or PRIORITY:NAME=DURATION, such as 1:first_response=30m")
        }
        var priority: CasePriority?
        if let digits = match.1 { priority = try CasePriority(Int(digits) ?? .max, field: "\(field).priority") }
        return ServiceLevel.Target(
            name: String(match.2), priority: priority,
            seconds: try DurationText.seconds(String(match.3), field: "\(field).\(match.2)"))
    }

    /// What ``target(_:field:)`` reads.
    static func text(_ target: ServiceLevel.Target) -> String {
        (target.priority.map { "\($0):" } ?? "") + "\(target.name)=\(DurationText.text(target.seconds))"
    }
}
