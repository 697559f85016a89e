import EntitledClient
import EntitledCore
import Testing

@testable import entitlectl

@Suite("Allocations as text")
struct AllocationTextTests {
    private static let day = CalendarDay("2026-01-31")

    @Test(arguments: [
        ("main=100", AllocationTerms(kind: .perIncident(cases: 100))),
        ("main=100 per year", AllocationTerms(kind: .incidentsPerPeriod(cases: 100, period: Period(1, .year)))),
        ("main=5 per 2 weeks", AllocationTerms(kind: .incidentsPerPeriod(cases: 5, period: Period(2, .week)))),
        (
            "  main=5   per  1 quarters ",
            AllocationTerms(kind: .incidentsPerPeriod(cases: 5, period: Period(1, .quarter)))
        ),
        ("block=50h", AllocationTerms(name: "block", kind: .hoursPerPeriod(seconds: 180_000, period: nil))),
        (
            "block=1h30m per day",
            AllocationTerms(name: "block", kind: .hoursPerPeriod(seconds: 5_400, period: Period(1, .day)))
        ),
        ("all=unlimited", AllocationTerms(name: "all", kind: .unlimited(unit: .case))),
        ("all=unlimited cases", AllocationTerms(name: "all", kind: .unlimited(unit: .case))),
        ("all=unlimited hours", AllocationTerms(name: "all", kind: .unlimited(unit: .second))),
        (#""phone pool"=1"#, AllocationTerms(name: "phone pool", kind: .perIncident(cases: 1))),
    ])
    func quantities(text: String, terms: AllocationTerms) throws {
        #expect(try AllocationText.terms(text) == terms)
    }

    @Test("Every field can be said, and what is said can be read again")
    func everyField() throws {
        let phone = try ChannelID("phone")
        let terms = AllocationTerms(
            name: "phone pool", kind: .hoursPerPeriod(seconds: 72_000, period: Period(2, .month, anchor: Self.day)),
            rolloverMaximum: 18_000, carryMaximum: 3_600, channels: try Scope([phone, try ChannelID("self service")]),
            products: try Scope([try ProductID("a,b"), try ProductID("c=d")]),
            weights: Weights(
                channels: [Weights.ByChannel(phone, try Factor(thousandths: 2_000))],
                priorities: [Weights.ByPriority(try CasePriority(1), try Factor(thousandths: 125))],
                outOfHours: try Factor(thousandths: 1_500)),
            consumption: .work, holdSeconds: 1_800, exhaustionPolicy: .allow, overageLimit: 7_200)
        let text = AllocationText.text(terms)
        #expect(
            text
                == #""phone pool"=20h per 2 months anchor=2026-01-31 rollover=5h carry=1h "#
                + #"channels=phone,"self service" "#
                + #"products="a,b","c=d" consumption=work hold=30m weight.out-of-hours=1.5 "#
                + "exhaustion=allow overage=2h "
                + "weight.phone=2 weight.p1=0.125")
        #expect(try AllocationText.terms(text) == terms)
    }

    @Test(arguments: [
        "main=100", "main=7 per month rollover=3 consumption=resolution", "all=unlimited hours", "all=unlimited",
        "main=48h per 3 weeks anchor=2024-02-29", #"main=1 weight."x y"=0"#,
    ])
    func readAgain(text: String) throws {
        let terms = try AllocationText.terms(text)
        #expect(try AllocationText.terms(AllocationText.text(terms)) == terms)
    }

    @Test(
        "Each error names the part and what is allowed",
        arguments: [
            ("", "allocation", "NAME=QUANTITY"), ("main", "allocation", "NAME=QUANTITY"),
            ("main 100", "allocation", "NAME=QUANTITY"), ("main=1,2", "allocation", "NAME=QUANTITY"),
            ("main=", "allocation.quantity", "a number of cases"),
            ("main=ten", "allocation.quantity", "a number of cases"),
            ("main=1x", "allocation.quantity", "a number of cases"), ("main=1m1h", "allocation.quantity", "a duration"),
            ("main=1 month", "allocation.period", "per day"), ("main=1 per", "allocation.period", "per day"),
            ("main=1 per fortnight", "allocation.period", "per day"),
            ("main=1 per two weeks", "allocation.period", "per day"),
            ("main=1 per 2 weeks more", "allocation.period", "per day"),
            ("main=1 anchor=2026-01-01", "allocation.anchor", "with a period"),
            ("main=1 per month anchor=31.1.", "allocation.anchor", "yyyy-mm-dd"),
            ("main=unlimited per month", "allocation", "unlimited hours"),
            ("main=unlimited anchor=2026-01-01", "allocation", "unlimited hours"),
            ("main=1 rollover=2h", "allocation.rollover", "a whole number"),
            ("main=1h rollover=2", "allocation.rollover", "a duration"),
            ("main=1 carry=x", "allocation.carry", "a whole"),
            ("main=1 rollover=1 rollover=2", "allocation.rollover", "once"),
            ("main=1 rollover=1,2", "allocation.rollover", "one"), ("main=1 color=red", "allocation", "rollover="),
            ("main=1 rollover=1 per month", "allocation", "rollover="),
            ("main=1 channels=", "allocation.channels", "1 to"),
            ("main=1 consumption=never", "allocation.consumption", "creation, resolution, work"),
            ("main=1h hold=5", "allocation.hold", "a duration"),
            ("main=1 weight.p0=2", "allocation.weight.p0", "1 (most"),
            ("main=1 weight.phone=-1", "allocation.weight.phone", "three decimals"),
            ("main=1 weight.phone=1.2345", "allocation.weight.phone", "three decimals"),
            ("main=1 weight.phone=1001", "allocation.weight.phone", "0 to 1000000"),
            ("main=1 exhaustion=charge", "allocation.exhaustion", "block"),
            (#"main=1 channels="a"#, "allocation", "quotes"),
        ])
    func faults(text: String, field: String, allowed: String) {
        let error = #expect(throws: EntitledError.self) { try AllocationText.terms(text) }
        #expect(error?.details["field"] == field)
        #expect(error?.details["allowed"]?.contains(allowed) == true)
    }
}
