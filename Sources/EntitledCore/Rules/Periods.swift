/// One period of a recurring allocation.
struct PeriodInterval: Hashable {
    /// Counts from the anchor: 0 is the period that begins there.
    let index: Int64
    let from: Instant
    /// Exclusive: the next one's beginning.
    let until: Instant
}

extension Period {
    /// The day on which the period of that number begins: so many lengths after the anchor, each counted from it, so
    /// that an anchor on the 31st falls on the last day of shorter months without drifting.
    func firstDay(_ index: Int64, anchor: CalendarDay) -> CalendarDay {
        let steps = index * Int64(length)
        switch unit {
        case .day: return anchor.advanced(days: Int(clamping: steps))
        case .week: return anchor.advanced(days: Int(clamping: steps * 7))
        case .month: return anchor.advanced(months: steps)
        case .quarter: return anchor.advanced(months: steps * 3)
        case .year: return anchor.advanced(months: steps * 12)
        }
    }

    /// The period in which an instant lies.
    /// - Parameter start: the first day of cover, from which periods are counted unless there is an anchor.
    func interval(at instant: Instant, start: CalendarDay, zone: Zone) -> PeriodInterval {
        let anchor = anchor ?? start
        let day = zone.day(at: instant)
        var index = estimate(of: day, anchor: anchor)
        while firstDay(index, anchor: anchor) > day { index -= 1 }
        while firstDay(index + 1, anchor: anchor) <= day { index += 1 }
        return PeriodInterval(
            index: index, from: zone.start(of: firstDay(index, anchor: anchor)),
            until: zone.start(of: firstDay(index + 1, anchor: anchor)))
    }

    /// Within one or two of the period in which the day lies.
    private func estimate(of day: CalendarDay, anchor: CalendarDay) -> Int64 {
        let days = Int64(day.daysSince1970) - Int64(anchor.daysSince1970)
        let (from, to) = (anchor.components, day.components)
        let months = Int64(to.year - from.year) * 12 + Int64(to.month - from.month)
        let length = Int64(length)
        switch unit {
        case .day: return days.floorDivided(by: length)
        case .week: return days.floorDivided(by: length * 7)
        case .month: return months.floorDivided(by: length)
        case .quarter: return months.floorDivided(by: length * 3)
        case .year: return months.floorDivided(by: length * 12)
        }
    }
}

extension CalendarDay {
    /// The same day of the month so many months later, or that month's last day if it has no such day.
    public func advanced(months: Int64) -> CalendarDay {
        let (year, month, day) = components
        let count = Int64(year) * 12 + Int64(month) - 1 + months
        guard (12..<120_000).contains(count) else {
            return CalendarDay(daysSince1970: months < 0 ? Self.first.daysSince1970 : Self.last.daysSince1970)
        }
        let newYear = Int(count / 12)
        let newMonth = Int(count % 12) + 1
        let newDay = min(day, Self.days(inMonth: newMonth, year: newYear))
        return CalendarDay(year: newYear, month: newMonth, day: newDay) ?? Self.last
    }

    /// The first and the last day that there is.
    static let first = CalendarDay(daysSince1970: -719_162)
    static let last = CalendarDay(daysSince1970: 2_932_896)

    /// So many whole months lie between this day and that one, if they are whole (see ``advanced(months:)``).
    func wholeMonths(until other: CalendarDay) -> Int64? {
        let (from, to) = (components, other.components)
        let months = Int64(to.year - from.year) * 12 + Int64(to.month - from.month)
        return [months - 1, months, months + 1].first { $0 > 0 && advanced(months: $0) == other }
    }
}
