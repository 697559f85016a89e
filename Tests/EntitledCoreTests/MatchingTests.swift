import EntitledCore
import EntitledTestKit
import Testing

/// One tenant's world for tables about matching: accounts world > europe > acme with the contacts anna and ben, and
/// the stranger beside them; products suite > lasers > laser-x.
private enum World {
    static func facts(_ entitlements: [Entitlement]) throws -> WorkingSet {
        func customer(_ id: String, _ parent: String?, contact: Bool = false) throws -> Customer {
            Customer(
                id: try CustomerID(id), kind: contact ? .contact : .account, name: id,
                parent: try parent.map { try CustomerID($0) })
        }
        func product(_ id: String, _ family: String?) throws -> Product {
            Product(id: try ProductID(id), name: id, family: try family.map { try ProductID($0) })
        }
        let day = try #require(CalendarDay("2026-06-15"))
        let now = Instant(microseconds: Zone.utc.start(of: day).microseconds + 43_200_000_000)
        return WorkingSet(
            now: now, zone: .utc,
            customers: [
                try customer("world", nil), try customer("europe", "world"), try customer("acme", "europe"),
                try customer("anna", "acme", contact: true), try customer("ben", "acme", contact: true),
                try customer("stranger", nil),
            ],
            products: [try product("suite", nil), try product("lasers", "suite"), try product("laser-x", "lasers")],
            entitlements: entitlements, locked: Set(entitlements.map(\.id)))
    }

    static func entitlement(
        _ id: String, _ terms: EntitlementTerms, state: EntitlementState = .activated, charged: Int64 = 0
    ) throws -> Entitlement {
        Entitlement(
            id: try EntitlementID(id), terms: terms, state: state,
            allocations: terms.allocations.map { allocation in
                let quantity: Int64? = if case .perIncident(let cases) = allocation.kind { cases } else { nil }
                let grant = Grant(
                    number: 1, quantity: quantity, charged: charged, changedAt: Instant(microseconds: 0))
                return Allocation(terms: allocation, grants: state == .draft ? [] : [grant])
            })
    }
}

@Suite struct MismatchTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let terms: EntitlementTerms
        var state = EntitlementState.activated
        var charged: Int64 = 0
        var customer = "anna"
        var product: String? = "laser-x"
        var channel: String? = "phone"
        /// Nil if the case is covered.
        let mismatch: Mismatch?

        init(
            _ description: String, _ mismatch: Mismatch?, _ terms: EntitlementTerms,
            state: EntitlementState = .activated, charged: Int64 = 0, customer: String = "anna",
            product: String? = "laser-x", channel: String? = "phone"
        ) {
            testDescription = description
            self.mismatch = mismatch
            self.terms = terms
            self.state = state
            self.charged = charged
            self.customer = customer
            self.product = product
            self.channel = channel
        }
    }

    private static func terms(
        _ customer: String = "acme", cases: Int64? = 10, descendants: Bool = false, products: [String] = [],
        channels: [String] = [], contacts: [String] = [], from: String = "2026-01-01", until: String? = nil,
        zone: String? = nil
    ) -> EntitlementTerms {
        do {
            return try EntitlementTerms(
                for: customer, cases: cases, descendants: descendants, products: products, channels: channels,
                contacts: contacts, from: from, until: until, zone: zone)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    static let rows: [Row] = [
        // Whom it serves.
        Row("an account's entitlement serves its contacts", nil, terms("acme")),
        Row("an account's entitlement serves the account", nil, terms("acme"), customer: "acme"),
        Row("a contact's entitlement serves the contact", nil, terms("anna")),
        Row("an entitlement above serves if it includes those below", nil, terms("world", descendants: true)),
        Row("an entitlement above doesn't serve otherwise", .wrongCustomer, terms("europe")),
        Row("a colleague's entitlement doesn't serve", .wrongCustomer, terms("ben"), customer: "anna"),
        Row("a contact's entitlement doesn't serve the account", .wrongCustomer, terms("anna"), customer: "acme"),
        Row("another account's entitlement doesn't serve", .wrongCustomer, terms("stranger")),
        // When it covers.
        Row("a draft covers nothing", .draft, terms(), state: .draft),
        Row("it doesn't cover before its start", .notStarted, terms(from: "2026-06-16")),
        Row("it covers on its first day", nil, terms(from: "2026-06-15")),
        Row("it covers on its last day", nil, terms(until: "2026-06-15")),
        Row("it doesn't cover after its last day", .expired, terms(until: "2026-06-14")),
        Row("start and end on one day is one day of cover", nil, terms(from: "2026-06-15", until: "2026-06-15")),
        Row(
            "where the day has ended already it has expired", .expired,
            terms(until: "2026-06-15", zone: "Pacific/Kiritimati")),
        Row(
            "where the next day has begun already it has started", nil,
            terms(from: "2026-06-16", zone: "Pacific/Kiritimati")),
        // Who, what and how.
        Row("a listed contact is covered", nil, terms(contacts: ["anna"])),
        Row("a contact who isn't listed is not", .contactNotListed, terms(contacts: ["ben"])),
        Row("the account itself is no listed contact", .contactNotListed, terms(contacts: ["anna"]), customer: "acme"),
        Row("a named product is covered", nil, terms(products: ["laser-x"])),
        Row("a family covers its descendants", nil, terms(products: ["suite"])),
        Row("a product doesn't cover its family", .productNotCovered, terms(products: ["laser-x"]), product: "suite"),
        Row("no product fails a product scope", .productNotCovered, terms(products: ["suite"]), product: nil),
        Row("no product is covered where all are", nil, terms(), product: nil),
        Row("a named channel is covered", nil, terms(channels: ["email", "phone"])),
        Row("another channel is not", .channelNotCovered, terms(channels: ["email"])),
        Row("no channel fails a channel scope", .channelNotCovered, terms(channels: ["email"]), channel: nil),
        // How much is left.
        Row("the last one is enough: equal passes", nil, terms(cases: 10), charged: 9),
        Row("none left is exhausted", .exhausted, terms(cases: 10), charged: 10),
        Row("unlimited is never exhausted", nil, terms(cases: nil), charged: 1_000_000),
        // The first reason that applies wins.
        Row(
            "the wrong customer wins over everything", .wrongCustomer,
            terms("europe", channels: ["email"], until: "2026-01-01"), state: .draft),
        Row("a draft wins over its dates", .draft, terms(until: "2026-01-02"), state: .draft),
        Row(
            "expiry wins over scopes", .expired,
            terms(products: ["suite"], channels: ["email"], contacts: ["ben"], until: "2026-01-02")),
        Row(
            "the contact wins over product and channel", .contactNotListed,
            terms(products: ["suite"], channels: ["email"], contacts: ["ben"]), product: nil),
        Row(
            "the product wins over the channel", .productNotCovered, terms(products: ["suite"], channels: ["email"]),
            product: nil),
        Row(
            "the channel wins over exhaustion", .channelNotCovered, terms(cases: 1, channels: ["email"]), charged: 1),
    ]

    @Test("a candidate covers, or fails with the first reason that applies", arguments: rows)
    func reason(row: Row) throws {
        let facts = try World.facts([World.entitlement("e", row.terms, state: row.state, charged: row.charged)])
        let inquiry = try Inquiry(row.customer, product: row.product, channel: row.channel, entitlement: "e")
        switch try CheckCase(inquiry).answer(from: facts) {
        case .covered(let coverage):
            #expect(row.mismatch == nil)
            #expect(coverage.entitlement.text == "e")
        case .refused(let refusal):
            #expect(refusal.candidates.map(\.mismatch) == [row.mismatch])
            #expect(refusal.reason == (row.mismatch == .exhausted ? .exhausted : .notCovered))
        }
    }
}

@Suite struct RankingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Ids in the order in which they should rank; each with its terms.
        let order: [(String, EntitlementTerms)]
    }

    private static func row(_ description: String, _ order: [(String, () throws -> EntitlementTerms)]) -> Row {
        do {
            return Row(testDescription: description, order: try order.map { ($0.0, try $0.1()) })
        } catch {
            preconditionFailure("\(error)")
        }
    }

    static let rows: [Row] = [
        row(
            "a named contact comes before everything",
            [
                ("z", { try EntitlementTerms(for: "world", cases: 1, descendants: true, contacts: ["anna"]) }),
                ("a", { try EntitlementTerms(for: "anna", cases: 1, products: ["laser-x"], channels: ["phone"]) }),
            ]),
        row(
            "the exact product before nearer and farther families before all",
            [
                ("z", { try EntitlementTerms(for: "acme", cases: 1, products: ["laser-x"]) }),
                ("y", { try EntitlementTerms(for: "acme", cases: 1, products: ["lasers"]) }),
                ("x", { try EntitlementTerms(for: "acme", cases: 1, products: ["suite"]) }),
                ("a", { try EntitlementTerms(for: "acme", cases: 1) }),
            ]),
        row(
            "the product before the channel",
            [
                ("z", { try EntitlementTerms(for: "acme", cases: 1, products: ["suite"]) }),
                ("a", { try EntitlementTerms(for: "acme", cases: 1, channels: ["phone"]) }),
            ]),
        row(
            "a named channel before all channels, also from farther up",
            [
                ("z", { try EntitlementTerms(for: "world", cases: 1, descendants: true, channels: ["phone"]) }),
                ("a", { try EntitlementTerms(for: "anna", cases: 1) }),
            ]),
        row(
            "the contact before the account before nearer and farther ancestors",
            [
                ("z", { try EntitlementTerms(for: "anna", cases: 1) }),
                ("y", { try EntitlementTerms(for: "acme", cases: 1) }),
                ("x", { try EntitlementTerms(for: "europe", cases: 1, descendants: true) }),
                ("a", { try EntitlementTerms(for: "world", cases: 1, descendants: true) }),
            ]),
        row(
            "the smaller priority before the larger before none",
            [
                ("z", { try EntitlementTerms(for: "acme", cases: 1, from: "2026-02-01", priority: -1) }),
                ("y", { try EntitlementTerms(for: "acme", cases: 1, from: "2026-01-01", priority: 5) }),
                ("a", { try EntitlementTerms(for: "acme", cases: 1, from: "2020-01-01") }),
            ]),
        row(
            "the oldest start before the id",
            [
                ("z", { try EntitlementTerms(for: "acme", cases: 1, from: "2026-01-01") }),
                ("a", { try EntitlementTerms(for: "acme", cases: 1, from: "2026-01-02") }),
                ("b", { try EntitlementTerms(for: "acme", cases: 1, from: "2026-01-02") }),
            ]),
    ]

    @Test("the most specific ranks first", arguments: rows)
    func ranking(row: Row) throws {
        for shuffled in [row.order, row.order.reversed()] {
            let facts = try World.facts(try shuffled.map { try World.entitlement($0.0, $0.1) })
            let check = try CheckCase(Inquiry("anna", product: "laser-x", channel: "phone")).answer(from: facts)
            guard case .covered(let coverage) = check else {
                Issue.record("nothing covered the case: \(check)")
                return
            }
            #expect(coverage.candidates.map(\.entitlement.text) == row.order.map(\.0))
            #expect(coverage.candidates.map(\.rank) == (1...Int32(row.order.count)).map(Optional.some))
            #expect(coverage.entitlement.text == row.order[0].0)
        }
    }

    @Test("the most specific candidate with enough available wins; those that are short are listed as exhausted")
    func fallsThrough() throws {
        let facts = try World.facts([
            World.entitlement("near", EntitlementTerms(for: "anna", cases: 1), charged: 1),
            World.entitlement("far", EntitlementTerms(for: "acme", cases: 5), charged: 3),
        ])
        guard case .covered(let coverage) = try CheckCase(Inquiry("anna")).answer(from: facts) else {
            Issue.record("the farther one should cover")
            return
        }
        #expect(coverage.entitlement.text == "far")
        #expect(coverage.debits == [Debit(allocation: "main", amount: 1, remaining: 1, available: 1)])
        #expect(
            coverage.candidates == [
                Candidate(entitlement: coverage.entitlement, rank: 1, mismatch: nil),
                Candidate(entitlement: try EntitlementID("near"), rank: nil, mismatch: .exhausted),
            ])
    }

    @Test("if all that cover the case are short, the most specific one's refusal is the answer")
    func refusesByMostSpecific() throws {
        let facts = try World.facts([
            World.entitlement("far", EntitlementTerms(for: "acme", cases: 5), charged: 5),
            World.entitlement("near", EntitlementTerms(for: "anna", cases: 1), charged: 1),
            World.entitlement("email", EntitlementTerms(for: "anna", cases: 1, channels: ["email"])),
        ])
        let check = try CheckCase(Inquiry("anna", channel: "phone")).answer(from: facts)
        guard case .refused(let refusal) = check else {
            Issue.record("nothing should cover: \(check)")
            return
        }
        #expect(refusal.reason == .exhausted)
        #expect(refusal.entitlement?.text == "near")
        #expect(refusal.candidates.map(\.mismatch) == [.exhausted, .exhausted, .channelNotCovered])
    }

    @Test("a long list of candidates is cut, and says by how many")
    func cutsTheList() throws {
        let drafts = try (0..<150).map {
            try World.entitlement("d\($0)", EntitlementTerms(for: "acme", cases: 1), state: .draft)
        }
        guard case .refused(let refusal) = try CheckCase(Inquiry("acme")).answer(from: World.facts(drafts)) else {
            Issue.record("drafts cover nothing")
            return
        }
        #expect(refusal.reason == .notCovered)
        #expect(refusal.candidates.count == Candidate.maximumListed)
        #expect(refusal.omitted == 50)
    }

    @Test(
        "what the tenant doesn't have is an error that names the field",
        arguments: [
            ("nobody", nil, nil, nil, "customer"), ("acme", "nothing", nil, nil, "product"),
            ("acme", nil, "smoke", nil, "channel"), ("acme", nil, nil, "none", "entitlement"),
        ] as [(String, String?, String?, String?, String)])
    func unknown(customer: String, product: String?, channel: String?, entitlement: String?, field: String) throws {
        let inquiry = try Inquiry(customer, product: product, channel: channel, entitlement: entitlement)
        let error = #expect(throws: EntitledError.self) {
            try CheckCase(inquiry).answer(from: try World.facts([]))
        }
        #expect(error?.details["field"] == field)
    }

    @Test("a decision is never dated before the last one about the same entitlement")
    func timeNeverGoesBack() throws {
        var entitlement = try World.entitlement("e", EntitlementTerms(for: "acme", cases: 9, until: "2026-06-15"))
        let later = Zone.utc.start(of: try #require(CalendarDay("2026-06-16")))
        let grant = Grant(number: 1, quantity: 9, charged: 1, changedAt: later)
        entitlement = Entitlement(
            id: entitlement.id, terms: entitlement.terms, state: .activated,
            allocations: [Allocation(terms: entitlement.terms.allocations[0], grants: [grant])])
        let check = try CheckCase(Inquiry("acme")).answer(from: World.facts([entitlement]))
        guard case .refused(let refusal) = check else {
            Issue.record("by the instant of its last decision it has expired: \(check)")
            return
        }
        #expect(refusal.candidates.map(\.mismatch) == [.expired])
    }
}
