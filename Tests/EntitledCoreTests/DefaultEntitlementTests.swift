import EntitledCore
import Testing

/// What covers a case when nothing else does: RULES.md, section 4.
@Suite struct DefaultEntitlementTests {
    /// The tenant's default is `goodwill`, the stranger's own.
    private func world(_ pools: [AllocationTerms] = [.cases(1)]) throws -> World {
        var world = World()
        try world.sell("goodwill", EntitlementTerms(pools, for: "stranger") { $0.contacts = nil })
        try world.perform(UpdateSettings(Settings(defaultEntitlement: "goodwill")))
        return world
    }

    private func setDefault(_ id: EntitlementID, of customer: CustomerID, in world: inout World) throws {
        var record = try #require(world.facts.customers[customer])
        record.defaultEntitlement = id
        try world.perform(UpdateRecord(record))
    }

    @Test("the tenant's default covers what nothing covers, and says that it does so as the default")
    func tenant() throws {
        var world = try world()
        let coverage = try #require(try world.coverage(of: Inquiry("anna")))
        #expect(coverage.entitlement == "goodwill")
        #expect(coverage.candidates == [Candidate(entitlement: "goodwill", rank: 1, mismatch: nil, isDefault: true)])
        #expect(try world.open(1, Inquiry("anna")).taker == "goodwill")
        #expect(try world.refusal(of: Inquiry("anna"))?.reason == .notCovered, "short, it doesn't cover either")
    }

    @Test("the nearest default of the customer's line comes before the tenant's")
    func nearest() throws {
        var world = try world()
        try world.sell("worlds", EntitlementTerms(for: "stranger"))
        try world.sell("acmes", EntitlementTerms(for: "stranger"))
        try setDefault("worlds", of: "world", in: &world)
        #expect(try world.open(1, Inquiry("anna")).taker == "worlds")
        try setDefault("acmes", of: "acme", in: &world)
        #expect(try world.open(1, Inquiry("anna")).taker == "acmes")
        #expect(try world.open(1, Inquiry("europe")).taker == "worlds")
        #expect(try world.open(1, Inquiry("stranger")).taker != "goodwill", "its own entitlements cover it")
    }

    @Test("it isn't asked when something covers, and not when what covers is exhausted")
    func neverWhenExhausted() throws {
        var world = try world()
        try world.sell("e", EntitlementTerms([.cases(1)]))
        #expect(try world.open().taker == "e")
        #expect(try world.open().taker == nil)
        #expect(try world.refusal(of: Inquiry("acme"))?.reason == .exhausted)
    }

    @Test("it is asked when candidates fail for other reasons, which are listed")
    func otherReasons() throws {
        var world = try world()
        try world.sell("e", EntitlementTerms { $0.service.channels = ["email"] })
        let coverage = try #require(try world.coverage(of: Inquiry("acme", channel: "phone")))
        #expect(coverage.candidates.map(\.mismatch) == [.channelNotCovered, nil])
        #expect(coverage.candidates.map(\.rank) == [nil, 1])
    }

    @Test("its own scope, contacts and hours aren't looked at")
    func scope() throws {
        var world = World(at: "2026-06-14T12:00Z")
        try world.sell(
            "goodwill",
            EntitlementTerms {
                $0.service.channels = ["email"]
                $0.service.products = ["mouse"]
                $0.assets = ["SN-2"]
                $0.contacts = ["ben"]
                $0.service.calendar = "office"
                $0.service.isHoursOnly = true
            })
        try world.perform(UpdateSettings(Settings(defaultEntitlement: "goodwill")))
        #expect(try world.open(1, Inquiry("anna", "laser-x", channel: "phone")).taker == "goodwill")
    }

    @Test("the scopes of its allocations are")
    func allocationScope() throws {
        var world = try world([.cases(1).with { $0.channels = ["email"] }])
        let refusal = try #require(try world.refusal(of: Inquiry("acme", channel: "phone")))
        #expect((refusal.reason, refusal.entitlement) == (.notCovered, nil))
        #expect(
            refusal.candidates == [
                Candidate(entitlement: "goodwill", rank: nil, mismatch: .noAllocation, isDefault: true)
            ])
        #expect(try world.open(1, Inquiry("acme", channel: "email")).taker == "goodwill")
    }

    @Test("it must be active", arguments: ["suspended", "cancelled", "expired"])
    func active(state: String) throws {
        var world = World()
        try world.sell("goodwill", EntitlementTerms(for: "stranger", to: "2026-06-30"))
        try world.perform(UpdateSettings(Settings(defaultEntitlement: "goodwill")))
        switch state {
        case "suspended": try world.perform(SuspendEntitlement(id: "goodwill", reason: "unpaid"))
        case "cancelled": try world.perform(CancelEntitlement(id: "goodwill", reason: "sold"))
        default: world.move(to: "2026-07-01T00:00Z")
        }
        #expect(try world.refusal(of: Inquiry("acme"))?.reason == .notCovered)
        #expect(try world.open().taker == nil)
    }

    @Test("if the caller names another entitlement, only that one is tested")
    func named() throws {
        var world = try world()
        try world.sell("e", EntitlementTerms { $0.service.channels = ["email"] })
        #expect(try world.open(1, Inquiry("acme", channel: "phone", entitlement: "e")).taker == nil)
    }

    @Test("a decision is never dated before the last one about the default")
    func timeNeverGoesBack() throws {
        var world = try world([.cases(5)])
        world.move(to: "2026-06-15T13:00Z")
        try world.open()
        world.move(to: "2026-06-15T12:30Z")
        try world.open()
        #expect(world.journal.last?.occurredAt == "2026-06-15T13:00Z")
    }

    @Test("a default must exist")
    func exists() throws {
        var world = World()
        #expect(
            reason { try world.perform(UpdateSettings(Settings(defaultEntitlement: "none"))) }
                == "not_found default_entitlement")
        #expect(reason { try setDefault("none", of: "acme", in: &world) } == "not_found default_entitlement")
    }
}
