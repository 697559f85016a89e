import ArgumentParser
import EntitledClient
import EntitledCore
import Testing

@testable import entitlectl

@Suite("Options of entitlements")
struct EntitlementOptionsTests {
    // Midnight in UTC is still the day before in California.
    private static let newYear = Instant(seconds: 1_767_225_600)

    private static func added(_ arguments: String...) throws -> EntitlementTerms {
        try EntitlementAdd.parse(["E1", "--customer", "acme"] + arguments).terms(now: newYear)
    }

    @Test("Everything that is said becomes terms")
    func everything() throws {
        let terms = try Self.added(
            "--allocation", "main=10", "--allocation", "work=20h per month rollover=5h", "--end", "2026-12-31",
            "--renewal-day", "2027-02-01", "--time-zone", "America/Los_Angeles", "--channel", "phone", "--channel",
            "email", "--product", "lasers", "--asset", "SN-1", "--contact", "anna", "--plan", "gold", "--contract", "C",
            "--quantity", "3", "--priority", "-1", "--serves-descendants", "--sla", "s", "--calendar", "c",
            "--hours-only", "--exhaustion", "block", "--routing-manager", "m", "--renewal-notice", "60")
        let expected = EntitlementTerms(
            customer: try CustomerID("acme"), servesDescendants: true, assets: try Scope([try AssetID("SN-1")]),
            contacts: try Scope([try CustomerID("anna")]), startDay: try #require(CalendarDay("2025-12-31")),
            endDay: CalendarDay("2026-12-31"), renewalDay: CalendarDay("2027-02-01"),
            timeZone: try Zone("America/Los_Angeles"), priority: -1, plan: try PlanID("gold"),
            contract: try ContractID("C"), quantity: 3,
            service: ServiceTerms(
                products: try Scope([try ProductID("lasers")]),
                channels: try Scope([try ChannelID("email"), try ChannelID("phone")]),
                serviceLevel: try ServiceLevelID("s"), calendar: try CalendarID("c"), isHoursOnly: true,
                routing: Routing(manager: "m"), renewalNoticeDays: 60,
                allocations: [
                    AllocationTerms(name: "main", kind: .perIncident(cases: 10)),
                    AllocationTerms(
                        name: "work", kind: .hoursPerPeriod(seconds: 72_000, period: Period(1, .month)),
                        rolloverMaximum: 18_000),
                ]))
        #expect(terms == expected)
    }

    @Test(arguments: [
        (["--incidents", "5"], "main=5"), (["--incidents", "5", "--per", "year"], "main=5 per year"),
        (["--hours", "20h", "--per", "2 weeks"], "main=20h per 2 weeks"), (["--hours", "50h"], "main=50h"),
        (["--unlimited"], "main=unlimited"),
    ])
    func shortForms(arguments: [String], text: String) throws {
        let terms = try EntitlementAdd.parse(["E1", "--customer", "acme"] + arguments).terms(now: Self.newYear)
        #expect(terms.service.allocations.map(AllocationText.text) == [text])
        #expect(terms.startDay.description == "2026-01-01")
    }

    @Test(arguments: [
        ["--incidents", "1", "--unlimited"], ["--unlimited", "--allocation", "x=1"], ["--per", "month", "--unlimited"],
        ["--hours", "1h", "--incidents", "1"], ["--per", "month"],
    ])
    func quantitiesExcludeEachOther(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try EntitlementAdd.parse(["E1", "--customer", "a"] + arguments) }
    }

    @Test(arguments: [
        ([], "allocations"), (["--allocation", "main"], "allocation"), (["--incidents", "x"], "incidents"),
        (["--incidents", "5h"], "incidents"), (["--hours", "20"], "hours"),
        (["--hours", "20h", "--per", "moon"], "hours.period"), (["--unlimited", "--start", "2026-02-30"], "start_day"),
        (["--unlimited", "--time-zone", "Mars"], "time_zone"), (["--unlimited", "--channel", ""], "channels"),
        (["--unlimited", "--exhaustion", "explode"], "exhaustion"),
        (["--unlimited", "--routing-priority", "10"], "routing_priority"),
        (["--unlimited", "--billing-increment", "15"], "billing_increment"), (["--unlimited", "--plan", ""], "plan"),
    ])
    func badTermsNameTheField(_ arguments: [String], field: String) throws {
        let command = try EntitlementAdd.parse(["E1", "--customer", "a"] + arguments)
        let error = #expect(throws: EntitledError.self) { try command.terms(now: .systemNow) }
        #expect(error?.details["field"] == field)
    }

    @Test("An update of a draft changes what it names, and takes away what it is told to")
    func updates() throws {
        let old = try Self.added(
            "--incidents", "5", "--end", "2026-12-31", "--channel", "phone", "--contact", "anna", "--asset", "A",
            "--renewal-day", "2027-01-01", "--time-zone", "UTC", "--serves-descendants", "--priority", "1", "--plan",
            "p", "--contract", "c")
        func updated(_ arguments: String...) throws -> EntitlementTerms {
            try EntitlementUpdate.parse(["E1"] + arguments).changed(old)
        }
        #expect(try updated() == old)
        let changed = try updated("--incidents", "7", "--clear-end", "--clear-channels", "--quantity", "2")
        #expect(changed.endDay == nil && changed.service.channels == nil && changed.quantity == 2)
        #expect(changed.service.allocations.map(AllocationText.text) == ["main=7"])
        #expect(changed.contacts == old.contacts)
        for field in TermsOptions.Field.allCases {
            var cleared = old
            TermsOptions.clear(field, in: &cleared)
            #expect(cleared != old, "\(field)")
            #expect(try updated("--clear-\(field.name)") == cleared)
        }
    }

    private static func amendment(_ arguments: String..., of terms: EntitlementTerms) throws -> Amendment {
        try EntitlementAmend.parse(["E1"] + arguments).changes.amendment(of: terms)
    }

    @Test("Every change of an amendment can be said")
    func amendments() throws {
        let terms = try Self.added("--allocation", "main=10", "--allocation", "work=20h")
        let set = try Self.amendment(
            "--quantity", "3", "--allocation-quantity", "main=12", "--allocation-quantity", "work=25h", "--channel",
            "phone", "--product", "p", "--asset", "A", "--contact", "anna", "--start", "2026-02-01", "--end",
            "2027-01-31", "--sla", "s", "--in-full", of: terms)
        #expect(
            set
                == Amendment(
                    products: .set(to: try Scope([try ProductID("p")])),
                    channels: .set(to: try Scope([try ChannelID("phone")])),
                    assets: .set(to: try Scope([try AssetID("A")])),
                    contacts: .set(to: try Scope([try CustomerID("anna")])), startDay: CalendarDay("2026-02-01"),
                    endDay: .set(to: try #require(CalendarDay("2027-01-31"))),
                    serviceLevel: .set(to: try ServiceLevelID("s")), quantity: 3,
                    allocations: [.init(name: "main", quantity: 12), .init(name: "work", quantity: 90_000)],
                    isInFull: true))
        let cleared = try Self.amendment(
            "--all-channels", "--all-products", "--all-assets", "--all-contacts", "--no-end", "--no-sla", of: terms)
        #expect(
            cleared
                == Amendment(
                    products: .clear, channels: .clear, assets: .clear, contacts: .clear, endDay: .clear,
                    serviceLevel: .clear))
        #expect(set.text.hasSuffix("sla s, units sold 3, 'main' 12, 'work' 90000, in full"))
        #expect(
            cleared.text == "products all, channels all, assets any, contacts anyone, end none, sla none")
    }

    @Test(
        "An allocation's new quantity is read in its unit",
        arguments: [
            ("main=5h", "allocation_quantity.main"), ("work=5", "allocation_quantity.work"),
            ("x=5", "allocation_quantity"),
            ("main", "allocation_quantity"), ("main=", "allocation_quantity.main"),
        ])
    func badAllocationQuantities(text: String, field: String) throws {
        let terms = try Self.added("--allocation", "main=10", "--allocation", "work=20h")
        let error = #expect(throws: EntitledError.self) {
            try Self.amendment("--allocation-quantity", text, of: terms)
        }
        #expect(error?.details["field"] == field)
    }

    @Test("A day of an amendment begins in the entitlement's zone, or in the one that is given")
    func days() throws {
        let here = try Self.added("--unlimited", "--time-zone", "Europe/Berlin")
        let anywhere = try Self.added("--unlimited")
        func instant(_ arguments: String..., for terms: EntitlementTerms) throws -> String? {
            try EntitlementAmend.parse(["E1"] + arguments).instant(for: terms)?.description
        }
        #expect(try instant(for: here) == nil)
        #expect(try instant("--on", "2026-07-01", for: here) == "2026-06-30T22:00:00.000000Z")
        #expect(
            try instant("--on", "2026-07-01", "--time-zone", "UTC", for: anywhere) == "2026-07-01T00:00:00.000000Z")
        #expect(try instant("--at", "2026-07-01T12:00Z", for: anywhere) == "2026-07-01T12:00:00.000000Z")
        let error = #expect(throws: EntitledError.self) { try instant("--on", "2026-07-01", for: anywhere) }
        #expect(error?.details["field"] == "on")
    }

    @Test(arguments: [
        ["--at", "2026-07-01T12:00Z", "--on", "2026-07-01"], ["--end", "2026-07-01", "--no-end"],
        ["--channel", "a", "--all-channels"], ["--product", "a", "--all-products"], ["--asset", "a", "--all-assets"],
        ["--contact", "a", "--all-contacts"], ["--sla", "s", "--no-sla"], ["--time-zone", "UTC"],
    ])
    func contradictions(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try EntitlementAmend.parse(["E1"] + arguments) }
    }

    @Test
    func inquiries() throws {
        let options = try InquiryOptions.parse(
            ["--customer", "anna", "--product", "p", "--asset", "A", "--channel", "c", "--priority", "2"])
        #expect(
            try options.inquiry()
                == Inquiry(
                    customer: try CustomerID("anna"), product: try ProductID("p"), asset: try AssetID("A"),
                    channel: try ChannelID("c"), priority: try CasePriority(2)))
        #expect(throws: EntitledError.self) {
            try InquiryOptions.parse(["--customer", "anna", "--priority", "10"]).inquiry()
        }
    }
}
