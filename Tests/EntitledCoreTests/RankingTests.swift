import EntitledCore
import Testing

/// Which of several candidates takes a case: RULES.md, section 4.
@Suite struct RankingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// In the order in which they should rank.
        let order: [(id: EntitlementID, terms: EntitlementTerms)]

        init(_ description: String, _ order: [(id: EntitlementID, terms: EntitlementTerms)]) {
            testDescription = description
            self.order = order
        }
    }

    private static func terms(
        _ customer: CustomerID = "acme", _ products: Scope<ProductID>? = nil, assets: Scope<AssetID>? = nil,
        channels: Scope<ChannelID>? = nil, contacts: Scope<CustomerID>? = nil, from: CalendarDay = "2026-01-01",
        priority: Int32? = nil, servesDescendants: Bool = false
    ) -> EntitlementTerms {
        EntitlementTerms(for: customer, from: from) {
            $0.service.products = products
            $0.assets = assets
            $0.service.channels = channels
            $0.contacts = contacts
            $0.priority = priority
            $0.servesDescendants = servesDescendants
        }
    }

    static let rows: [Row] = [
        Row(
            "a named asset comes before everything",
            [
                ("z", terms("world", assets: ["SN-1"], servesDescendants: true)),
                ("a", terms("anna", ["laser-x"], channels: ["phone"], contacts: ["anna"], priority: 1)),
            ]),
        Row(
            "a named contact before the product",
            [
                ("z", terms("world", contacts: ["anna"], servesDescendants: true)),
                ("a", terms("anna", ["laser-x"], channels: ["phone"])),
            ]),
        Row(
            "the exact product before nearer and farther families before all",
            [
                ("z", terms("acme", ["laser-x"])), ("y", terms("acme", ["lasers"])), ("x", terms("acme", ["suite"])),
                ("a", terms()),
            ]),
        Row(
            "the nearest of several products counts",
            [("z", terms("acme", ["laser-x", "suite"])), ("a", terms("acme", ["lasers", "mouse"]))]),
        Row("the product before the channel", [("z", terms("acme", ["suite"])), ("a", terms(channels: ["phone"]))]),
        Row(
            "a named channel before all channels, also from farther up",
            [("z", terms("world", channels: ["phone"], servesDescendants: true)), ("a", terms("anna"))]),
        Row(
            "the contact before the account before nearer and farther ancestors",
            [
                ("z", terms("anna")), ("y", terms("acme")), ("x", terms("europe", servesDescendants: true)),
                ("a", terms("world", servesDescendants: true)),
            ]),
        Row("the ancestors before the priority", [("z", terms("anna")), ("a", terms("acme", priority: 1))]),
        Row(
            "the smaller priority before the larger before none",
            [
                ("z", terms(from: "2026-02-01", priority: -1)), ("y", terms(from: "2026-01-01", priority: 5)),
                ("x", terms(from: "2026-01-01", priority: .max)), ("a", terms(from: "2020-01-01")),
            ]),
        Row(
            "the oldest start before the id",
            [("z", terms(from: "2026-01-01")), ("a", terms(from: "2026-01-02")), ("b", terms(from: "2026-01-02"))]),
    ]

    @Test("the most specific ranks first, in whatever order they were sold", arguments: rows)
    func ranking(row: Row) throws {
        for shuffled in [row.order, row.order.reversed()] {
            var world = World()
            for (id, terms) in shuffled { try world.sell(id, terms) }
            let inquiry = Inquiry("anna", asset: "SN-1", channel: "phone")
            let coverage = try #require(try world.coverage(of: inquiry))
            #expect(coverage.candidates.map(\.entitlement) == row.order.map(\.id))
            #expect(coverage.candidates.map(\.rank) == (1...Int32(row.order.count)).map(Optional.some))
            #expect(coverage.entitlement == row.order[0].id)
            #expect(try world.open(1, inquiry).taker == row.order[0].id)
        }
    }

    private func twoPools(fallsThrough: Bool) throws -> World {
        var world = World(settings: Settings(fallsThrough: fallsThrough))
        try world.sell("near", EntitlementTerms([.cases(1)], for: "anna"))
        try world.sell("far", EntitlementTerms([.cases(5)]))
        try world.open(1, Inquiry("anna", entitlement: "near"))
        return world
    }

    @Test("the most specific with enough available wins; those that are short are listed as exhausted")
    func fallsThrough() throws {
        let world = try twoPools(fallsThrough: true)
        let coverage = try #require(try world.coverage(of: Inquiry("anna")))
        #expect(coverage.entitlement == "far")
        #expect(coverage.debits == [Debit(allocation: "main", amount: 1, remaining: 4, available: 4)])
        #expect(
            coverage.candidates == [
                Candidate(entitlement: "far", rank: 1, mismatch: nil),
                Candidate(entitlement: "near", rank: nil, mismatch: .exhausted),
            ])
    }

    @Test("with the fall-through turned off, the most specific that covers decides alone")
    func noFallThrough() throws {
        var world = try twoPools(fallsThrough: false)
        let refusal = try #require(try world.refusal(of: Inquiry("anna")))
        #expect((refusal.reason, refusal.entitlement) == (.exhausted, "near"))
        #expect(refusal.candidates.map(\.rank) == [1, nil])
        #expect(try world.open(1, Inquiry("anna")).taker == nil)
        #expect(try world.open(1, Inquiry("acme")).taker == "far")
    }

    @Test("with the fall-through turned off, one that doesn't cover the case still stands in nobody's way")
    func noFallThroughPastOthers() throws {
        var world = World(settings: Settings(fallsThrough: false))
        try world.sell("near", EntitlementTerms(for: "anna") { $0.service.channels = ["email"] })
        try world.sell("far", EntitlementTerms())
        #expect(try world.open(1, Inquiry("anna", channel: "phone")).taker == "far")
    }

    @Test("if all that cover the case are short, the most specific one's refusal is the answer")
    func refusesByMostSpecific() throws {
        var world = World()
        try world.sell("far", EntitlementTerms([.cases(1)]))
        try world.sell("near", EntitlementTerms([.cases(1)], for: "anna"))
        try world.sell("email", EntitlementTerms(for: "anna") { $0.service.channels = ["email"] })
        try world.open(2, Inquiry("anna", channel: "phone"))
        let refusal = try #require(try world.refusal(of: Inquiry("anna", channel: "phone")))
        #expect((refusal.reason, refusal.entitlement) == (.exhausted, "near"))
        #expect(refusal.candidates.map(\.mismatch) == [.exhausted, .exhausted, .channelNotCovered])
    }

    @Test("if the caller names the entitlement, only that one is tested")
    func named() throws {
        var world = try twoPools(fallsThrough: true)
        let refusal = try #require(try world.refusal(of: Inquiry("anna", entitlement: "near")))
        #expect(refusal.candidates.map(\.entitlement) == ["near"])
        #expect(try world.open(1, Inquiry("anna", entitlement: "far")).taker == "far")
    }

    @Test("a long list of candidates is cut, and says by how many")
    func cutsTheList() throws {
        var world = World()
        for number in 0..<150 {
            try world.perform(AddEntitlement(id: EntitlementID(stringLiteral: "d\(number)"), terms: EntitlementTerms()))
        }
        let refusal = try #require(try world.refusal(of: Inquiry("acme")))
        #expect(refusal.reason == .notCovered)
        #expect(refusal.candidates.count == Candidate.maximumListed)
        #expect(refusal.omitted == 50)
    }

    @Test("a decision is never dated before the last one about the same entitlement")
    func timeNeverGoesBack() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-06-15"))
        world.move(to: "2026-06-15T23:00Z")
        try world.open()
        world.move(to: "2026-06-15T11:00Z")
        try world.open()
        #expect(world.journal.last?.occurredAt == "2026-06-15T23:00Z")
    }
}
