import EntitledCore
import Testing

/// What an entitlement may carry: RULES.md, section 2.
@Suite struct TermsTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The error's reason and field; nil if it is allowed.
        let expected: String?
        let terms: EntitlementTerms

        init(_ description: String, _ expected: String?, _ terms: EntitlementTerms) {
            testDescription = description
            self.expected = expected
            self.terms = terms
        }

        init(_ description: String, _ field: String?, _ pool: AllocationTerms) {
            self.init(
                description, field.map { "invalid_field terms.service.allocations.\($0)" }, EntitlementTerms([pool]))
        }
    }

    private static func terms(_ edit: (inout EntitlementTerms) -> Void) -> EntitlementTerms {
        EntitlementTerms([.cases(10)], edit)
    }

    private static let monthly = Period(1, .month)

    static let dates: [Row] = [
        Row("start = end is one day of cover", nil, EntitlementTerms(from: "2026-06-15", to: "2026-06-15")),
        Row("start after end", "invalid_field terms.end_day", EntitlementTerms(from: "2026-06-15", to: "2026-06-14")),
        Row("the first day that there is", nil, EntitlementTerms(from: "0001-01-01")),
        Row("the last day that can be arranged", nil, EntitlementTerms(from: "2999-12-31", to: "2999-12-31")),
        Row("a start after that", "invalid_field terms.start_day", EntitlementTerms(from: "3000-01-01")),
        Row("an end after that", "invalid_field terms.end_day", EntitlementTerms(to: "9999-12-31")),
        Row("a renewal after that", "invalid_field terms.renewal_day", terms { $0.renewalDay = "9999-12-31" }),
        Row(
            "an anchor after that", "period.anchor",
            .cases(1, each: Period(1, .month, anchor: CalendarDay(daysSince1970: .max)))),
    ]

    static let references: [Row] = [
        Row("an unknown customer", "not_found terms.customer", EntitlementTerms(for: "nobody")),
        Row("an unknown product", "not_found terms.service.products", terms { $0.service.products = ["none"] }),
        Row("an unknown asset", "not_found terms.assets", terms { $0.assets = ["SN-9"] }),
        Row("an unknown channel", "invalid_field terms.service.channels", terms { $0.service.channels = ["smoke"] }),
        Row("an unknown contact", "not_found terms.contacts", terms { $0.contacts = ["nobody"] }),
        Row("an account as a contact", "invalid_field terms.contacts", terms { $0.contacts = ["acme"] }),
        Row(
            "a contact of an account below that isn't served", "invalid_field terms.contacts",
            EntitlementTerms(for: "europe") { $0.contacts = ["anna"] }),
        Row(
            "a contact of an account below that is served", nil,
            EntitlementTerms(for: "europe") {
                $0.contacts = ["anna"]
                $0.servesDescendants = true
            }),
        Row(
            "a contact has no accounts below it", "invalid_field terms.serves_descendants",
            EntitlementTerms(for: "anna") { $0.servesDescendants = true }),
        Row("an unknown service level", "not_found terms.service.sla", terms { $0.service.serviceLevel = "none" }),
        Row("an unknown calendar", "not_found terms.service.calendar", terms { $0.service.calendar = "none" }),
        Row("an unknown contract", "not_found terms.contract", terms { $0.contract = "none" }),
        Row(
            "an unknown product of an allocation", "not_found terms.service.allocations.products",
            EntitlementTerms([.cases(1).with { $0.products = ["none"] }])),
        Row(
            "an unknown channel of an allocation", "invalid_field terms.service.allocations.channels",
            EntitlementTerms([.cases(1).with { $0.channels = ["smoke"] }])),
        Row(
            "an unknown channel with a weight", "invalid_field terms.service.allocations.weights.channels",
            EntitlementTerms([.cases(1).with { $0.weights = Weights(channels: [.init("smoke", 1)]) }])),
    ]

    static let service: [Row] = [
        Row("no allocation", "invalid_field terms.service.allocations", EntitlementTerms([])),
        Row(
            "100 allocations", nil, EntitlementTerms((1...100).map { .cases(1, "pool \($0)") })),
        Row(
            "101 allocations", "invalid_field terms.service.allocations",
            EntitlementTerms((1...101).map { .cases(1, "pool \($0)") })),
        Row("a name twice", "invalid_field terms.service.allocations.name", EntitlementTerms([.cases(1), .cases(2)])),
        Row(
            "hours only without a calendar", "invalid_field terms.service.hours_only",
            terms { $0.service.isHoursOnly = true }),
        Row("no units sold", "invalid_field terms.quantity", terms { $0.quantity = 0 }),
        Row("too many units sold", "invalid_field terms.quantity", terms { $0.quantity = 1_000_001 }),
        Row(
            "too much altogether", "invalid_field terms.quantity",
            EntitlementTerms([.cases(1_000_000_000)]) { $0.quantity = 2 }),
        Row(
            "a notice before the renewal", nil, terms { $0.service.renewalNoticeDays = 0 }),
        Row(
            "a notice after it", "invalid_field terms.service.renewal_notice_days",
            terms { $0.service.renewalNoticeDays = -1 }),
        Row(
            "no billing increment", "invalid_field terms.service.billing.increment_seconds",
            terms { $0.service.billing = BillingIncrement(incrementSeconds: 0) }),
        Row(
            "a negative minimum", "invalid_field terms.service.billing.minimum_seconds",
            terms { $0.service.billing = BillingIncrement(incrementSeconds: 1, minimumSeconds: -1) }),
        Row(
            "too many skills", "invalid_field terms.service.routing.skills",
            terms { $0.service.routing = Routing(skills: (0...20).map { "s\($0)" }) }),
    ]

    static let pools: [Row] = [
        Row("a name that can't be", "name", .cases(1, "")),
        Row("a quantity of 1", nil, .cases(1)),
        Row("a quantity of 0", "quantity", .cases(0)),
        Row("the largest quantity", nil, .seconds(1_000_000_000)),
        Row("a larger one", "quantity", .seconds(1_000_000_001)),
        Row("the largest number there is", "quantity", .cases(.max)),
        Row("a period of no length", "period.length", .cases(1, each: Period(0, .month))),
        Row("a period of negative length", "period.length", .cases(1, each: Period(-1, .month))),
        Row("the longest period", nil, .cases(1, each: Period(1_000, .year))),
        Row("a longer one", "period.length", .cases(1, each: Period(1_001, .day))),
        Row("a rollover", nil, .cases(1, each: monthly, rollover: 1_000_000_000)),
        Row("a negative rollover", "rollover_maximum", .cases(1, each: monthly, rollover: -1)),
        Row("a rollover without periods", "rollover_maximum", .cases(1).with { $0.rolloverMaximum = 1 }),
        Row("a carry", nil, .cases(1, carry: 5)),
        Row("a carry of what isn't counted", "carry_maximum", .unlimited().with { $0.carryMaximum = 1 }),
        Row("a hold of seconds", nil, .seconds(10, hold: 10)),
        Row("a hold of cases", "hold_seconds", .cases(10).with { $0.holdSeconds = 10 }),
        Row("cases are charged at creation", nil, .cases(1).with { $0.consumption = .creation }),
        Row("cases are charged at resolution", nil, .cases(1).with { $0.consumption = .resolution }),
        Row("cases aren't charged by work", "consumption", .cases(1).with { $0.consumption = .work }),
        Row("seconds are charged by work", nil, .seconds(1).with { $0.consumption = .work }),
        Row("seconds aren't charged at creation", "consumption", .seconds(1).with { $0.consumption = .creation }),
        Row("seconds aren't charged at resolution", "consumption", .seconds(1).with { $0.consumption = .resolution }),
        Row("cases stay whole", "weights.factor", .cases(1).with { $0.weights = Weights(outOfHours: half) }),
        Row("seconds have fractions", nil, .seconds(1).with { $0.weights = Weights(outOfHours: half) }),
        Row(
            "a channel's weight twice", "weights.channels",
            .cases(1).with { $0.weights = Weights(channels: [.init("web", 1), .init("web", 2)]) }),
        Row(
            "a priority's weight twice", "weights.priorities",
            .cases(1).with { $0.weights = Weights(priorities: [.init(1, 1), .init(1, 2)]) }),
    ]

    private static let half = literal { try Factor(thousandths: 1_500) }

    @Test(
        "terms that can't be are refused, naming the field",
        arguments: [dates, references, service, pools].flatMap(\.self))
    func validation(row: Row) throws {
        var world = World()
        #expect(reason { try world.sell("e", row.terms) } == row.expected)
        // What is refused as new is refused as a new version too.
        try world.perform(
            AddEntitlement(
                id: "draft", terms: EntitlementTerms(for: row.terms.customer == "nobody" ? "acme" : row.terms.customer))
        )
        let again = reason { try world.perform(UpdateEntitlement(id: "draft", terms: row.terms)) }
        #expect(again == row.expected || again == "invalid_field terms.customer")
    }

    @Test("the renewal is due on the day after the end, unless there is another day")
    func renewalDay() {
        #expect(EntitlementTerms(to: "2026-12-31").effectiveRenewalDay == "2027-01-01")
        #expect(EntitlementTerms(to: "2026-12-31") { $0.renewalDay = "2026-11-30" }.effectiveRenewalDay == "2026-11-30")
        #expect(EntitlementTerms().effectiveRenewalDay == nil)
    }

    @Test(
        "a factor has three decimals, 0 to 1,000",
        arguments: [(-1, false), (0, true), (1_000_000, true), (1_000_001, false)])
    func factors(thousandths: Int64, isAllowed: Bool) {
        #expect((reason { _ = try Factor(thousandths: thousandths) } == nil) == isAllowed)
    }

    @Test(
        "a factor reads as a number",
        arguments: [(0, "0"), (1_000, "1"), (1_500, "1.5"), (1_025, "1.025"), (70, "0.07")])
    func factorText(thousandths: Int32, text: String) throws {
        #expect(try Factor(thousandths: thousandths).description == text)
    }

    @Test("a priority is 1 to 9", arguments: [(0, false), (1, true), (9, true), (10, false), (100_000, false)])
    func priorities(number: Int, isAllowed: Bool) {
        #expect((reason { _ = try CasePriority(number) } == nil) == isAllowed)
    }

    @Test("an id is taken once, whatever becomes of it; a deleted draft's is free again")
    func ids() throws {
        var world = World()
        try world.sell("e", EntitlementTerms())
        try world.perform(CancelEntitlement(id: "e", reason: "sold"))
        #expect(reason { try world.sell("e", EntitlementTerms()) } == "already_exists id")
        try world.perform(AddEntitlement(id: "d", terms: EntitlementTerms()))
        try world.perform(DeleteEntitlement(id: "d"))
        #expect(reason { try world.sell("d", EntitlementTerms()) } == nil)
    }
}
