import Foundation
import Synchronization

/// Days and zones for the naive model: found by looking at instants one after the other, with nothing of the product.
enum NaiveCalendar {
    /// Microseconds.
    static let second: Int64 = 1_000_000

    /// The local day (days since 1970-01-01) and minute of the day at an instant (microseconds since 1970).
    static func local(_ instant: Int64, _ zoneName: String) -> (day: Int, minute: Int) {
        guard let zone = TimeZone(identifier: zoneName) else { preconditionFailure("no time zone \(zoneName)") }
        let seconds = (Double(instant) / Double(second)).rounded(.down)
        let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: seconds))
        let local = Int(seconds) + offset
        let day = Int((Double(local) / 86_400).rounded(.down))
        return (day, (local - day * 86_400) / 60)
    }

    /// The first instant of a day; of a day that the zone leaves out, that of the next one.
    static func start(of day: Int, _ zone: String) -> Int64 {
        let key = ZoneDay(day: day, zone: zone)
        if let known = starts.withLock({ $0[key] }) { return known }
        let start = search(for: day, zone)
        starts.withLock { $0[key] = start }
        return start
    }

    private struct ZoneDay: Hashable {
        var day: Int
        var zone: String
    }

    /// What was searched for before.
    private static let starts = Mutex<[ZoneDay: Int64]>([:])

    private static func search(for day: Int, _ zone: String) -> Int64 {
        // No zone is as much as 16 hours ahead, and since 1972 days begin on a quarter of an hour everywhere.
        var instant = (Int64(day) * 24 - 16) * 3_600 * second
        while local(instant, zone).day < day { instant += 900 * second }
        return instant
    }

    private static var utc: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }

    private static func date(_ day: Int) -> Date { Date(timeIntervalSince1970: Double(day) * 86_400) }

    /// `2026-06-15` as days since 1970-01-01.
    static func day(_ text: String) -> Int {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        let components = DateComponents(year: parts[0], month: parts[1], day: parts[2])
        guard let date = utc.date(from: components) else { preconditionFailure("no day \(text)") }
        return Int(date.timeIntervalSince1970 / 86_400)
    }

    static func text(_ day: Int) -> String {
        let parts = utc.dateComponents([.year, .month, .day], from: date(day))
        func digits(_ number: Int?, _ width: Int) -> String {
            let text = String(number ?? 0)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(digits(parts.year, 4))-\(digits(parts.month, 2))-\(digits(parts.day, 2))"
    }

    /// Months are counted from the day itself; a day that a month lacks becomes its last one.
    static func add(_ months: Int, monthsTo day: Int) -> Int {
        guard let sum = utc.date(byAdding: .month, value: months, to: date(day)) else {
            preconditionFailure("no day \(months) months after \(text(day))")
        }
        return Int(sum.timeIntervalSince1970 / 86_400)
    }
}

extension NaiveModel {
    /// A calendar of business hours.
    struct BusinessHours {
        struct Hours {
            /// 1 is Monday, 7 is Sunday.
            var weekday: Int
            var fromMinute: Int
            var toMinute: Int
        }
        var zone: String
        var hours: [Hours]
        var holidays: [Int] = []

        func isOpen(at instant: Int64) -> Bool {
            let (day, minute) = NaiveCalendar.local(instant, zone)
            // 1970-01-01 was a Thursday.
            let weekday = ((day + 3) % 7 + 7) % 7 + 1
            return !holidays.contains(day)
                && hours.contains { $0.weekday == weekday && $0.fromMinute <= minute && minute < $0.toMinute }
        }
    }

    struct Period {
        enum Unit: CaseIterable { case day, week, month, quarter, year }
        var length: Int
        var unit: Unit
        var anchor: Int?

        func startDay(_ index: Int, from start: Int) -> Int {
            let anchor = anchor ?? start
            switch unit {
            case .day: return anchor + index * length
            case .week: return anchor + index * length * 7
            case .month: return NaiveCalendar.add(index * length, monthsTo: anchor)
            case .quarter: return NaiveCalendar.add(index * length * 3, monthsTo: anchor)
            case .year: return NaiveCalendar.add(index * length * 12, monthsTo: anchor)
            }
        }
    }

    /// One period's instants; `index` counts from the anchor, and is negative before it.
    struct Span: Equatable {
        var index: Int
        var from: Int64
        var until: Int64
    }

    /// Walks from the period with the given index to the one that holds the instant.
    func span(_ period: Period, _ terms: Terms, holding instant: Int64, near index: Int = 0) -> Span {
        func start(_ index: Int) -> Int64 {
            NaiveCalendar.start(of: period.startDay(index, from: terms.startDay), terms.zone ?? zone)
        }
        var index = index
        while start(index) > instant { index -= 1 }
        while start(index + 1) <= instant { index += 1 }
        return Span(index: index, from: start(index), until: start(index + 1))
    }

    /// Cover's first instant, and the first one that isn't covered any more (the far future if it has no end).
    func cover(_ terms: Terms) -> (from: Int64, until: Int64) {
        let zone = terms.zone ?? zone
        return (
            NaiveCalendar.start(of: terms.startDay, zone),
            terms.endDay.map { NaiveCalendar.start(of: $0 + 1, zone) } ?? .max
        )
    }
}
