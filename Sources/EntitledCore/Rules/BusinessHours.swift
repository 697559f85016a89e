extension BusinessCalendar {
    /// Whether the organisation works at that instant.
    package func isOpen(at instant: Instant) -> Bool {
        let local = timeZone.local(at: instant)
        guard !holidays.contains(local.day) else { return false }
        let weekday = local.day.weekday
        return hours.contains {
            $0.weekday == weekday && ($0.fromMinute..<$0.toMinute).contains(local.minute)
        }
    }
}

extension CalendarDay {
    /// 1 is Monday, 7 is Sunday (ISO 8601).
    var weekday: Int16 {
        // 1970-01-01 was a Thursday.
        Int16(((Int64(daysSince1970) + 3) % 7 + 7) % 7) + 1
    }
}
