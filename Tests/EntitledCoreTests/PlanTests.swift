import EntitledCore
import Testing

/// Templates and bundles: RULES.md, sections 1 and 2.
@Suite struct PlanTests {
    private static let service = ServiceTerms(
        products: ["suite"], channels: ["phone", "email"], serviceLevel: "gold", calendar: "office", isHoursOnly: true,
        routing: Routing(queue: "gold"), renewalNoticeDays: 30, billing: BillingIncrement(incrementSeconds: 60),
        allocations: [
            .cases(10, each: Period(1, .month)), .seconds(3_600, "hours"), .unlimited(.case, "all"),
            .cases(2, "email").with { $0.channels = ["email"] },
        ])

    private func world(months: Int32? = nil) throws -> World {
        var world = World()
        try world.perform(AddPlan(Plan(id: "gold", service: Self.service, months: months)))
        return world
    }

    private func terms(_ edit: (inout EntitlementTerms) -> Void = { _ in }) -> EntitlementTerms {
        EntitlementTerms([]) {
            $0.plan = "gold"
            edit(&$0)
        }
    }

    @Test("what an entitlement leaves open is taken from its plan")
    func fills() throws {
        var world = try world()
        let entitlement = try world.sell("e", terms())
        #expect(entitlement.terms.service == Self.service)
        #expect(entitlement.terms.endDay == nil)
        #expect(entitlement.allocations.map(\.name) == ["main", "hours", "all", "email"])
    }

    @Test("for hours only, an entitlement may leave the calendar to its plan")
    func hoursOnly() throws {
        var world = World()
        let service = ServiceTerms(calendar: "office", allocations: [.cases(1)])
        try world.perform(AddPlan(Plan(id: "gold", service: service)))
        let entitlement = try world.sell("e", terms { $0.service.isHoursOnly = true })
        #expect((entitlement.terms.service.calendar, entitlement.terms.service.isHoursOnly) == ("office", true))
        try world.perform(AddPlan(Plan(id: "open", service: ServiceTerms(allocations: [.cases(1)]))))
        let without = terms {
            $0.plan = "open"
            $0.service.isHoursOnly = true
        }
        #expect(reason { try world.sell("f", without) } == "invalid_field terms.service.hours_only")
    }

    @Test("what it says itself stays; its allocations replace the plan's as a whole")
    func overrides() throws {
        var world = try world()
        let own = ServiceTerms(
            products: ["mouse"], channels: ["web"], routing: Routing(queue: "own"), renewalNoticeDays: 0,
            billing: BillingIncrement(incrementSeconds: 900), allocations: [.cases(1, "own")])
        let service = try world.sell("e", terms { $0.service = own }).terms.service
        #expect(service.products == ["mouse"])
        #expect(service.channels == ["web"])
        #expect(service.routing == own.routing)
        #expect(service.renewalNoticeDays == 0)
        #expect(service.billing == own.billing)
        #expect(service.allocations == own.allocations)
        #expect((service.serviceLevel, service.calendar) == ("gold", "office"))
    }

    @Test(
        "the plan's months give the end, unless the entitlement has one",
        arguments: [
            (12, "2026-01-01", nil, "2026-12-31"), (1, "2026-01-31", nil, "2026-02-27"),
            (12, "2028-02-29", nil, "2029-02-27"), (12, "2026-01-01", "2026-06-30", "2026-06-30"),
            (nil, "2026-01-01", nil, nil),
        ] as [(Int32?, CalendarDay, CalendarDay?, CalendarDay?)])
    func months(months: Int32?, start: CalendarDay, end: CalendarDay?, expected: CalendarDay?) throws {
        var world = try world(months: months)
        let entitlement = try world.sell(
            "e",
            terms {
                $0.startDay = start
                $0.endDay = end
            })
        #expect(entitlement.terms.endDay == expected)
    }

    @Test("every counted allocation of a bundle is times the quantity sold")
    func bundle() throws {
        var world = try world()
        try world.sell("e", terms { $0.quantity = 3 })
        #expect(try world.available("e", "main") == 30)
        #expect(try world.available("e", "hours") == 10_800)
        #expect(try world.available("e", "email") == 6)
        #expect(try world.available("e", "all") == nil)
        world.move(to: "2026-07-15T12:00Z")
        #expect(try world.available("e", "main") == 30)
    }

    @Test("what rolls over isn't multiplied: its maximum is the allocation's")
    func rollover() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.cases(10, each: Period(1, .month), rollover: 5)]) { $0.quantity = 3 })
        world.move(to: "2026-07-15T12:00Z")
        #expect(try world.available() == 35)
    }

    @Test("a plan that changes later changes no entitlement")
    func copies() throws {
        var world = try world()
        try world.sell("e", terms())
        var plan = try #require(world.facts.plans["gold"])
        plan.service.allocations = [.cases(1)]
        try world.perform(UpdateRecord(plan))
        #expect(try world.view().entitlement.terms.service == Self.service)
        #expect(try world.sell("f", terms()).allocations.count == 1)
    }

    @Test("a draft is filled from its plan when it is written anew")
    func redraft() throws {
        var world = try world(months: 6)
        try world.perform(AddEntitlement(id: "e", terms: EntitlementTerms()))
        let draft = try world.perform(UpdateEntitlement(id: "e", terms: terms()))
        #expect(draft.allocations.count == 4)
        #expect(draft.terms.endDay == "2026-06-30")
    }

    @Test(
        "a plan that can't be is refused",
        arguments: [
            (Plan(id: "p", service: ServiceTerms(), months: 0), "invalid_field months"),
            (Plan(id: "p", service: ServiceTerms(), months: 1_201), "invalid_field months"),
            (Plan(id: "p", name: "", service: ServiceTerms()), "invalid_field name"),
            (Plan(id: "p", service: ServiceTerms(products: ["none"])), "not_found service.products"),
            (
                Plan(id: "p", service: ServiceTerms(allocations: [.cases(0)])),
                "invalid_field service.allocations.quantity"
            ),
            (Plan(id: "p", service: ServiceTerms(), months: 1_200), nil),
        ] as [(Plan, String?)])
    func validation(plan: Plan, expected: String?) {
        var world = World()
        #expect(reason { try world.perform(AddPlan(plan)) } == expected)
    }

    @Test("a plan must exist, and without allocations somewhere there is no entitlement")
    func missing() throws {
        var world = World()
        try world.perform(AddPlan(Plan(id: "empty", service: ServiceTerms())))
        #expect(
            reason { try world.sell("e", terms { $0.plan = "none" }) } == "not_found terms.plan")
        #expect(
            reason { try world.sell("e", terms { $0.plan = "empty" }) }
                == "invalid_field terms.service.allocations")
    }

    @Test("units sold times the plan's quantity stay in bounds")
    func tooMany() throws {
        var world = World()
        try world.perform(AddPlan(Plan(id: "gold", service: ServiceTerms(allocations: [.cases(1_001)]))))
        #expect(
            reason { try world.sell("e", terms { $0.quantity = 1_000_000 }) } == "invalid_field terms.quantity")
    }
}
