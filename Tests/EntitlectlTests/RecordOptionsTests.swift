import ArgumentParser
import EntitledClient
import EntitledCore
import Testing

@testable import entitlectl

@Suite("Options of records")
struct RecordOptionsTests {
    /// The record that `add` would send.
    private static func added<Options: RecordOptions>(_ arguments: String..., as: Options.Type) throws -> Options.Record
    {
        let options = try Options.parse(arguments)
        var record = try options.record(Identifier("R"))
        try options.change(&record)
        return record
    }

    /// The record that `update` would send.
    private static func updated<Options: RecordOptions>(
        _ record: Options.Record, _ arguments: String..., as: Options.Type
    ) throws -> Options.Record {
        try RecordUpdate<Options>.parse(["R"] + arguments).changed(record)
    }

    @Test
    func customers() throws {
        let contact = try Self.added("--contact", "--account", "acme", as: CustomerOptions.self)
        #expect(contact == Customer(id: try CustomerID("R"), kind: .contact, parent: try CustomerID("acme")))
        let moved = try Self.updated(
            contact, "--account", "globex", "--name", "Anna", "--default-entitlement", "E", as: CustomerOptions.self)
        #expect(moved.parent?.text == "globex" && moved.name == "Anna" && moved.defaultEntitlement?.text == "E")
        #expect(
            try Self.updated(moved, "--clear-default-entitlement", as: CustomerOptions.self).defaultEntitlement == nil)

        let account = try Self.added("--parent", "top", as: CustomerOptions.self)
        #expect(account.kind == .account && account.parent?.text == "top")
        #expect(try Self.updated(account, "--clear-parent", as: CustomerOptions.self).parent == nil)
        #expect(throws: ValidationError.self) { try Self.updated(account, "--account", "x", as: CustomerOptions.self) }
        #expect(throws: ValidationError.self) { try Self.added("--contact", as: CustomerOptions.self) }
    }

    @Test("What an update doesn't name stays, and given counts more than taken away")
    func productsAndAssets() throws {
        let product = try Self.added("--family", "lasers", as: ProductOptions.self)
        #expect(try Self.updated(product, as: ProductOptions.self) == product)
        #expect(try Self.updated(product, "--clear-family", as: ProductOptions.self).family == nil)
        #expect(
            try Self.updated(product, "--clear-family", "--family", "masers", as: ProductOptions.self).family?.text
                == "masers")
        let asset = try Self.added("--product", "laser-9", "--customer", "acme", as: AssetOptions.self)
        #expect(try Self.updated(asset, "--clear-customer", as: AssetOptions.self).product.text == "laser-9")
        #expect(throws: ValidationError.self) { try Self.added(as: AssetOptions.self) }
        #expect(throws: ValidationError.self) { try Self.added(as: ContractOptions.self) }
    }

    @Test
    func calendars() throws {
        let calendar = try Self.added(
            "--time-zone", "Europe/Berlin", "--hours", "sat 10:00-12:00", "--hours", "mon-fri 09:00-17:00",
            "--holiday", "2026-12-25", "--holiday", "2026-01-01", as: CalendarOptions.self)
        #expect(HoursText.text(calendar.hours) == ["mon-fri 09:00-17:00", "sat 10:00-12:00"])
        #expect(calendar.holidays.map(\.description) == ["2026-01-01", "2026-12-25"])
        let always = try Self.updated(calendar, "--always", "--clear-holidays", as: CalendarOptions.self)
        #expect(always.hours == WeeklyHours.always && always.holidays.isEmpty)
        #expect(always.timeZone.name == "Europe/Berlin")
        #expect(throws: (any Error).self) {
            try Self.added("--time-zone", "UTC", "--always", "--hours", "mon 00:00-01:00", as: CalendarOptions.self)
        }
        #expect(throws: ValidationError.self) { try Self.added("--always", as: CalendarOptions.self) }
    }

    @Test
    func serviceLevels() throws {
        let level = try Self.added(
            "--target", "first_response=4h", "--target", "1:first_response=30m", "--calendar", "c",
            as: ServiceLevelOptions.self)
        #expect(level.targets.map(\.seconds) == [14_400, 1_800])
        let changed = try Self.updated(
            level, "--target", "resolution=2d", "--clear-calendar", as: ServiceLevelOptions.self)
        #expect(changed.targets.map(\.name) == ["resolution"] && changed.calendar == nil)
        #expect(throws: ValidationError.self) { try Self.added(as: ServiceLevelOptions.self) }
    }

    @Test("A plan's update changes the parts that it names, deep inside too")
    func plans() throws {
        let plan = try Self.added(
            "--incidents", "30", "--per", "year", "--channel", "email", "--sla", "s", "--calendar", "c", "--hours-only",
            "--routing-queue", "q", "--routing-skill", "a", "--routing-skill", "b", "--routing-priority", "2",
            "--routing-manager", "m", "--renewal-notice", "30", "--billing-increment", "15m", "--months", "12",
            as: PlanOptions.self)
        #expect(plan.service.allocations == [try AllocationText.terms("main=30 per year")])
        #expect(
            plan.service.routing
                == Routing(queue: "q", skills: ["a", "b"], casePriority: try CasePriority(2), manager: "m"))
        #expect(plan.service.isHoursOnly && plan.service.billing == BillingIncrement(incrementSeconds: 900))
        let changed = try Self.updated(
            plan, "--routing-queue", "r", "--billing-minimum", "30m", "--clear-hours-only", "--clear-months",
            "--clear-channels", "--hours", "20h", as: PlanOptions.self)
        #expect(
            changed.service.routing
                == Routing(queue: "r", skills: ["a", "b"], casePriority: try CasePriority(2), manager: "m"))
        #expect(
            changed.service.billing == BillingIncrement(incrementSeconds: 900, minimumSeconds: 1_800)
                && !changed.service.isHoursOnly && changed.months == nil && changed.service.channels == nil)
        #expect(changed.service.allocations == [try AllocationText.terms("main=20h")])
        #expect(changed.service.serviceLevel?.text == "s")
    }

    @Test("Every field that can be taken away is, and no other")
    func clearing() throws {
        let plan = try Self.added(
            "--unlimited", "--channel", "email", "--product", "p", "--sla", "s", "--calendar", "c", "--hours-only",
            "--routing-queue", "q", "--renewal-notice", "30", "--billing-increment", "15m", "--months", "12",
            as: PlanOptions.self)
        for field in PlanOptions.Field.allCases {
            var cleared = plan
            PlanOptions.clear(field, in: &cleared)
            #expect(cleared != plan, "\(field.name)")
            let parsed = try Self.updated(plan, "--clear-\(field.name)", as: PlanOptions.self)
            #expect(parsed == cleared)
        }
    }

    @Test
    func settings() throws {
        let old = Settings(defaultEntitlement: try EntitlementID("E"), closingDays: 5, version: 3)
        func changed(_ arguments: String...) throws -> Settings {
            try SettingsCommand.Update.parse(arguments).changed(old)
        }
        #expect(try changed() == old)
        #expect(try changed("--no-fall-through").fallsThrough == false)
        #expect(try changed("--clear-default-entitlement").defaultEntitlement == nil)
        #expect(try changed("--closing-days", "0").closingDays == 0)
    }

    @Test("The example plans are allowed, and are what their help says")
    func examples() throws {
        for level in try PlanExamples.serviceLevels() { try level.validate() }
        let plans = try PlanExamples.plans(manager: "m")
        for plan in plans { try plan.validate() }
        #expect(
            plans.map {
                "\($0.id) \($0.service.channels?.text ?? "all") " + AllocationText.text($0.service.allocations[0])
            }
                == [
                    "bronze email main=30 per 1 year", "silver email, phone main=100 per 1 year",
                    "gold all main=unlimited",
                ]
                .map { $0.replacing("per 1 year", with: "per year") })
        #expect(plans.map { $0.service.serviceLevel?.text } == [nil, "sla-4h", "sla-1h"])
        #expect(plans[2].service.routing?.manager == "m")
    }
}
