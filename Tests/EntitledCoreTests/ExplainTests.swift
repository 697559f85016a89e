import EntitledCore
import Testing

/// What a check says beyond yes or no: RULES.md, section 4.
@Suite struct ExplainTests {
    @Test("each candidate says why it has its place, and what it demands, but only if that was asked for")
    func explains() throws {
        var world = World()
        let held = AllocationTerms.cases(5, "held").with { $0.consumption = .resolution }
        let pools = [.cases(10).with { $0.weights = Weights(priorities: [.init(1, 3)]) }, held]
        try world.sell(
            "near",
            EntitlementTerms(pools, for: "anna", from: "2026-02-01") {
                $0.contacts = ["anna"]
                $0.service.products = ["suite"]
                $0.priority = 7
            })
        try world.sell("far", EntitlementTerms(for: "europe") { $0.servesDescendants = true })
        try world.sell("other", EntitlementTerms { $0.service.channels = ["email"] })
        let inquiry = Inquiry("anna", asset: "SN-1", channel: "phone", priority: 1)
        let plain = try #require(try world.coverage(of: inquiry))
        #expect(plain.candidates.allSatisfy { $0.specificity == nil && $0.demands == nil })
        let explained = try #require(try world.coverage(of: inquiry, explains: true))
        #expect(explained.candidates.map(\.mismatch) == [nil, nil, .channelNotCovered])
        #expect(explained.candidates.map(\.rank) == [1, 2, nil])
        let near = Specificity(
            namesAsset: false, namesContact: true, productLevels: 2, namesChannel: false, customerLevels: 0,
            priority: 7,
            startDay: "2026-02-01")
        let far = Specificity(
            namesAsset: false, namesContact: false, productLevels: nil, namesChannel: false, customerLevels: 2,
            priority: nil, startDay: "2026-01-01")
        #expect(explained.candidates.prefix(2).map(\.specificity) == [near, far])
        #expect(
            explained.candidates[0].demands == [
                Demand(allocation: "main", amount: 3, needed: 3, isHeld: false, available: 10),
                Demand(allocation: "held", amount: 1, needed: 1, isHeld: true, available: 5),
            ])
        #expect(explained.candidates[2].demands == nil)
        #expect(explained.candidates[2].specificity?.namesChannel == true)
    }

    @Test("a check says what would be taken and left, the service level and the routing hints; it takes nothing")
    func coverage() throws {
        var world = World()
        let routing = Routing(queue: "lasers", skills: ["optics"], casePriority: 2, manager: "m-7")
        let held = AllocationTerms.cases(5, "held").with { $0.consumption = .resolution }
        try world.sell(
            "e",
            EntitlementTerms([.cases(10), held, .unlimited(.case, "all"), .seconds(600, hold: 60, "work")]) {
                $0.service.routing = routing
                $0.service.serviceLevel = "gold"
            })
        let coverage = try #require(try world.coverage(of: Inquiry("acme")))
        #expect((coverage.serviceLevel, coverage.routing) == ("gold", routing))
        let debits = [
            Debit(allocation: "main", amount: 1, remaining: 9, available: 9),
            Debit(allocation: "held", amount: 1, isHeld: true, remaining: 5, available: 4),
            Debit(allocation: "all", amount: 1, remaining: nil, available: nil),
            Debit(allocation: "work", amount: 60, isHeld: true, remaining: 600, available: 540),
        ]
        #expect(coverage.debits == debits)
        #expect(try world.available() == 10)
        guard case .opened(let opening) = try world.open() else {
            Issue.record("what a check says is covered must be opened")
            return
        }
        #expect(opening.debits == debits)
        #expect((opening.routing, opening.case.serviceLevel) == (routing, "gold"))
        #expect(try world.available() == 9)
    }

    @Test("candidates that fail are listed by how near they came")
    func nearness() throws {
        var world = World()
        try world.sell("short", EntitlementTerms([.seconds(1, hold: 2)]))
        try world.sell("channel", EntitlementTerms { $0.service.channels = ["email"] })
        try world.sell("product", EntitlementTerms { $0.service.products = ["mouse"] })
        try world.sell("over", EntitlementTerms(to: "2026-01-31"))
        try world.sell("above", EntitlementTerms(for: "world"))
        try world.perform(AddEntitlement(id: "draft", terms: EntitlementTerms()))
        let refusal = try #require(try world.refusal(of: Inquiry("acme", "laser-x", channel: "phone")))
        #expect(
            refusal.candidates.map(\.mismatch) == [
                .exhausted, .channelNotCovered, .productNotCovered, .expired, .draft, .wrongCustomer,
            ])
    }
}
