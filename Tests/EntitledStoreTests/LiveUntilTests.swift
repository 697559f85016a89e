import EntitledCore
import EntitledTestKit
import Testing

@testable import EntitledStore

/// The day until which an entitlement is locked for decisions must never lie before its last live one.
@Suite struct LiveUntilTests {
    private static let rows: [(end: String?, arranged: [String?], cancelled: String?, liveUntil: String?)] = [
        (nil, [], nil, nil),
        ("2026-06-30", [], nil, "2026-06-30"),
        ("2026-06-30", ["2026-12-31", "2026-03-31"], nil, "2026-12-31"),
        ("2026-06-30", ["2026-12-31", nil], nil, nil),
        (nil, ["2026-12-31"], nil, nil),
        ("2026-06-30", [], "2026-02-01", "2026-02-01"),
        (nil, [], "2026-02-01", "2026-02-01"),
        ("2026-06-30", [nil], "2026-08-01", "2026-08-01"),
        ("2026-06-30", [], "2026-08-01", "2026-06-30"),
    ]

    @Test("by dates, arranged changes and cancellation", arguments: rows)
    func liveUntil(end: String?, arranged: [String?], cancelled: String?, liveUntil: String?) throws {
        let pending = try arranged.map { day in
            let change: Amendment.Change<CalendarDay> =
                if let day { .set(to: try #require(CalendarDay(day))) } else { .clear }
            return Life.PendingAmendment(at: Instant(seconds: 0), amendment: Amendment(endDay: change))
        }
        let entitlement = Entitlement(
            id: try EntitlementID("e"), terms: try EntitlementTerms(for: "acme", cases: 1, until: end),
            life: Life(cancelledAt: cancelled.flatMap { CalendarDay($0) }.map(Zone.utc.start(of:)), pending: pending),
            allocations: [])
        #expect(entitlement.liveUntil?.description == liveUntil)
    }
}
