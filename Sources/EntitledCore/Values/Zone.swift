internal import Foundation
internal import Synchronization

/// A time zone of the IANA database, by its name (`Europe/Berlin`, `UTC`).
public struct Zone: Hashable, Sendable {
    public let name: String

    /// - Throws: ``EntitledError`` `invalid_field` if the name is not in the time zone database.
    public init(_ name: String, field: String = "time_zone") throws(EntitledError) {
        guard Self.isKnown(name) else {
            throw .invalid(
                field, "'\(name.prefix(64))' is unknown",
                allowed: "a name of the IANA time zone database, for instance Europe/Berlin or UTC")
        }
        self.name = name
    }

    /// A name that was checked when it was stored.
    package init(stored name: String) {
        self.name = name
    }

    public static let utc = Zone(stored: "UTC")

    private static let names = Set(TimeZone.knownTimeZoneIdentifiers)

    /// The list has one name for each zone and leaves out its other names (Asia/Kolkata stands there as Asia/Calcutta);
    /// those of a place have a slash, which mere offsets such as GMT+5 don't.
    private static func isKnown(_ name: String) -> Bool {
        if name == "UTC" || names.contains(name) { return true }
        return name.contains("/") && name.utf8.count <= 64 && TimeZone(identifier: name) != nil
    }

    /// The calendar day at that instant.
    public func day(at instant: Instant) -> CalendarDay {
        local(at: instant).day
    }

    /// The calendar day, and the minute of it that clocks show.
    func local(at instant: Instant) -> (day: CalendarDay, minute: Int16) {
        let local = instant.wholeSeconds + offset(at: instant.wholeSeconds)
        let days = local.floorDivided(by: 86_400)
        return (CalendarDay(daysSince1970: Int32(clamping: days)), Int16((local - days * 86_400) / 60))
    }

    /// The first instant of the day that exists in this zone: usually midnight; where clocks are set forward at
    /// midnight, the moment after the gap.
    public func start(of day: CalendarDay) -> Instant {
        let midnight = Int64(day.daysSince1970) * 86_400
        // No zone is more than 14 hours from UTC, no shift longer than a day: the offsets on both sides of any change
        // near this midnight are seen from two days before and after.
        let before = offset(at: midnight - 172_800)
        let after = offset(at: midnight + 172_800)
        // Where midnight exists twice, or only under one of the two, the earlier of those that exist is the first.
        let candidates = [midnight - before, midnight - after].sorted()
        if let first = candidates.first(where: { $0 + offset(at: $0) == midnight }) {
            return Instant(seconds: first)
        }
        // Midnight doesn't exist: the change that skips it lies between; its instant is the first of the day.
        var early = midnight - 172_800
        var late = midnight + 172_800
        while late - early > 1 {
            let middle = early + (late - early) / 2
            if middle + offset(at: middle) < midnight { early = middle } else { late = middle }
        }
        return Instant(seconds: late)
    }

    /// Whether a day has begun at that instant. Only near its midnight the zone's rules have to tell it: `start(of:)`
    /// is never further from UTC's midnight.
    package func hasBegun(_ day: CalendarDay, at instant: Instant) -> Bool {
        let sinceMidnight = instant.wholeSeconds - Int64(day.daysSince1970) * 86_400
        guard sinceMidnight.magnitude < 172_800 else { return sinceMidnight > 0 }
        return start(of: day) <= instant
    }

    /// Looking a zone up by its name costs more than all that is asked of it.
    private static let known = Mutex<[String: TimeZone]>([:])

    private static func rules(of name: String) -> TimeZone? {
        known.withLock { known in
            if let zone = known[name] { return zone }
            let zone = TimeZone(identifier: name)
            // Names are those of the time zone database: some hundreds at most.
            known[name] = zone
            return zone
        }
    }

    /// Seconds east of UTC at that second since 1970.
    private func offset(at seconds: Int64) -> Int64 {
        if self == .utc { return 0 }
        // A stored name that a later database dropped would be our bug or an older time zone database: UTC is wrong,
        // but total; the name was valid when the record was written.
        guard let zone = Self.rules(of: name) else { return 0 }
        return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds))))
    }
}

extension Zone: Codable {
    /// Doesn't look the name up: it was valid when it was written, and what was decided must stay readable where the
    /// time zone database is older.
    public init(from decoder: any Decoder) throws {
        self.init(stored: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
