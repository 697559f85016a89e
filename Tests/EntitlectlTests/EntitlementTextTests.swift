import EntitledClient
import EntitledCore
import Testing

@testable import entitlectl

@Suite("What is printed of entitlements")
struct EntitlementTextTests {
    private static let start = Instant(seconds: 1_767_225_600)
    private static let end = Instant(seconds: 1_769_904_000)

    private static func entitlement(life: Life = Life()) throws -> Entitlement {
        let allocations = [
            try AllocationText.terms("main=10 per month rollover=5"), try AllocationText.terms("work=20h"),
            try AllocationText.terms("all=unlimited"),
        ]
        let terms = EntitlementTerms(
            customer: try CustomerID("acme"), servesDescendants: true,
            startDay: try #require(CalendarDay("2026-01-01")),
            endDay: CalendarDay("2026-12-31"), timeZone: .utc, plan: try PlanID("gold"), quantity: 2,
            service: ServiceTerms(
                channels: try Scope([try ChannelID("phone")]), calendar: try CalendarID("c"), isHoursOnly: true,
                allocations: allocations))
        return Entitlement(
            id: try EntitlementID("E1"), version: 4, state: .activated, terms: terms, life: life,
            allocations: [
                Allocation(
                    terms: allocations[0],
                    grants: [
                        Grant(number: 1, quantity: 20, charged: 20, until: start, changedAt: start),
                        Grant(
                            number: 2, origin: .rollover, quantity: 5, charged: 2, from: start, until: end,
                            priority: .min, changedAt: start),
                        Grant(number: 3, quantity: 20, held: 1, from: start, until: end, changedAt: start),
                    ]),
                Allocation(
                    terms: allocations[1],
                    grants: [Grant(number: 1, quantity: 144_000, charged: 3_661, changedAt: start)]),
                Allocation(
                    terms: allocations[2], grants: [Grant(number: 1, quantity: nil, charged: 3, changedAt: start)]),
            ])
    }

    @Test("Terms, life, balances and grants")
    func show() throws {
        let life = Life(
            suspensions: [Life.Suspension(from: Self.start, until: Self.end)],
            pending: [Life.PendingAmendment(at: Self.end, amendment: Amendment(quantity: 3))],
            predecessor: EntitlementID(stored: "E0"), successor: EntitlementID(stored: "E2"), renewedAt: Self.end)
        let view = EntitlementView(entitlement: try Self.entitlement(life: life), status: .active, at: Self.start)
        #expect(
            view.text == """
                E1 active, version 4
                  customer     acme and the accounts below
                  cover        2026-01-01 to 2026-12-31, UTC
                  renewal day  2027-01-01
                  plan         gold
                  units sold   2
                  assets       any
                  contacts     anyone
                  products     all
                  channels     phone
                  hours        c, and none out of hours
                  exhausted    block
                  allocation   main=10 per month rollover=5
                  allocation   work=20h
                  allocation   all=unlimited
                  renews       E0
                  renewed by   E2, from 2026-02-01T00:00:00.000Z
                  suspended    2026-01-01T00:00:00.000Z to 2026-02-01T00:00:00.000Z
                  arranged     2026-02-01T00:00:00.000Z: units sold 3

                POOL  UNIT         TOTAL  CHARGED     HELD  REMAINING  AVAILABLE
                main  cases           25        2        1         23         22
                work  h:mm:ss   40:00:00  1:01:01  0:00:00   38:58:59   38:58:59
                all   cases    unlimited        3        0  unlimited  unlimited

                POOL  GRANT  ORIGIN    FROM                      UNTIL                     PRIORITY   \
                QUANTITY  CHARGED     HELD  AVAILABLE
                main      2  rollover  2026-01-01T00:00:00.000Z  2026-02-01T00:00:00.000Z     first          \
                5        2        0          3
                main      3  purchase  2026-01-01T00:00:00.000Z  2026-02-01T00:00:00.000Z         0         \
                20        0        1         19
                work      1  purchase                                                             0   \
                40:00:00  1:01:01  0:00:00   38:58:59
                all       1  purchase                                                             0  \
                unlimited        3        0  unlimited
                and 1 grant whose time is over
                """)
        #expect(
            EntitlementView.table([view]).split(separator: "\n").last?.hasSuffix(
                "main: 23 of 25 remaining; work: 38:58:59 of 40:00:00 remaining; all: unlimited, 3 charged") == true)
    }

    @Test("A draft says what it will have")
    func draft() throws {
        let terms = try Self.entitlement().terms
        let draft = Entitlement(
            id: try EntitlementID("D"), terms: terms,
            allocations: terms.service.allocations.map { Allocation(terms: $0) })
        let view = EntitlementView(entitlement: draft, status: .draft, at: Self.start)
        #expect(
            view.text.split(separator: "\n").suffix(3) == [
                "  [main]       20 to be granted", "  [work]       40:00:00 to be granted",
                "  [all]        unlimited to be granted",
            ])
    }

    @Test("JSON has the balances with their units")
    func json() throws {
        let view = EntitlementView(entitlement: try Self.entitlement(), status: .active, at: Self.start)
        let text = try JSONText.of(EntitlementRecord(view))
        #expect(
            text.contains(
                #"{"allocation":"work","available":140339,"charged":3661,"held":0,"remaining":140339,"total":144000,"#
                    + #""unit":"second"}"#))
        #expect(text.contains(#"{"allocation":"all","charged":3,"held":0,"unit":"case"}"#))
    }

    @Test("An amendment shows every balance before and after")
    func amendments() throws {
        let result = AmendmentResult(
            entitlement: try Self.entitlement(), effectiveAt: Self.start, amendment: Amendment(quantity: 3),
            changes: [
                BalanceChange(
                    allocation: "main", difference: 5, before: Balance(total: 25, charged: 2, held: 1),
                    after: Balance(total: 30, charged: 2, held: 1)),
                BalanceChange(
                    allocation: "work", difference: -3_600, before: Balance(total: 144_000, charged: 3_661, held: 0),
                    after: Balance(total: 140_400, charged: 3_661, held: 0)),
            ])
        #expect(
            result.text == """
                E1 as of 2026-01-01T00:00:00.000Z: units sold 3

                POOL             TOTAL  CHARGED     HELD  AVAILABLE    CHANGE
                main  before        25        2        1         22
                      after         30        2        1         27        +5
                work  before  40:00:00  1:01:01  0:00:00   38:58:59
                      after   39:00:00  1:01:01  0:00:00   37:58:59  −1:00:00
                """)
    }
}
