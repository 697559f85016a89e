import EntitledCore
import EntitledTestKit
import Testing

/// Terms in which everything is said that can be said.
enum FullTerms {
    /// Adds all that they refer to.
    static func addReferences(with clerk: Clerk) async throws {
        try await clerk.customer("acme")
        try await clerk.customer("أحمد", under: "acme", contact: true)
        for product in ["suite", "laser 'x' \\ \"y\""] { try await clerk.product(product) }
        try await clerk.asset("{SN,1}", of: "suite")
        try await clerk.perform(AddChannel(id: ChannelID("фэкс")))
        try await clerk.calendar("office", zone: Zone("Asia/Kathmandu"), hours: WeeklyHours.always)
        try await clerk.add(
            ServiceLevel(id: ServiceLevelID("gold"), targets: [.init(name: "resolution", seconds: 3_600)]))
        try await clerk.add(Plan(id: PlanID("bundle"), service: ServiceTerms()))
        try await clerk.add(Contract(id: ContractID("S-1"), customer: CustomerID("acme")))
    }

    static func terms() throws -> EntitlementTerms {
        EntitlementTerms(
            customer: try CustomerID("acme"), servesDescendants: true, assets: try .of(["{SN,1}"]),
            contacts: try .of(["أحمد"]), startDay: try #require(CalendarDay("2024-02-29")),
            endDay: CalendarDay("2999-12-31"), renewalDay: CalendarDay("2999-10-01"),
            timeZone: try Zone("Asia/Kathmandu"), priority: -7, plan: try PlanID("bundle"),
            contract: try ContractID("S-1"), quantity: 3, service: try service())
    }

    static func service() throws -> ServiceTerms {
        ServiceTerms(
            products: try .of(["suite", "laser 'x' \\ \"y\""]), channels: try .of(["phone", "фэкс"]),
            serviceLevel: try ServiceLevelID("gold"), calendar: try CalendarID("office"), isHoursOnly: true,
            routing: Routing(
                queue: "Ärzte", skills: ["a", "b"], casePriority: try CasePriority(2), manager: "M. Noll"),
            renewalNoticeDays: 90, billing: BillingIncrement(incrementSeconds: 900, minimumSeconds: 1_800),
            allocations: try allocations())
    }

    private static func allocations() throws -> [AllocationTerms] {
        let weights = Weights(
            channels: [.init(try ChannelID("фэкс"), try Factor(thousandths: 2_000))],
            priorities: [.init(try CasePriority(1), try Factor(thousandths: 3_000))],
            outOfHours: try Factor(thousandths: 0))
        return [
            AllocationTerms(
                name: "zwölf", kind: .perIncident(cases: 12), carryMaximum: 5, channels: try .of(["фэкс"]),
                products: try .of(["laser 'x' \\ \"y\"", "suite"]), weights: weights, consumption: .resolution,
                exhaustionPolicy: .block),
            AllocationTerms(
                name: "monthly",
                kind: .incidentsPerPeriod(cases: 4, period: Period(3, .month, anchor: CalendarDay("2024-01-31"))),
                rolloverMaximum: 7, exhaustionPolicy: .allow, overageLimit: 3),
            AllocationTerms(
                name: "weekly", kind: .hoursPerPeriod(seconds: 3_600, period: Period(1, .week)), holdSeconds: 600),
            AllocationTerms(name: "block", kind: .hoursPerPeriod(seconds: 7_200, period: nil), consumption: .work),
            AllocationTerms(name: "cases", kind: .unlimited(unit: .case)),
            AllocationTerms(name: "seconds", kind: .unlimited(unit: .second)),
        ]
    }
}
