import EntitledCore
import EntitledService
import EntitledTestKit
import Testing

@Suite struct StoreConformanceTests {
    @Test("what was added can be read back, in any script", arguments: StoreKind.allCases)
    func recordsRoundTrip(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("株式会社")
        try await clerk.customer("Ünïçødé & Söhne", under: "株式会社")
        try await clerk.customer("أحمد", under: "Ünïçødé & Söhne", contact: true)
        try await clerk.product("suite")
        try await clerk.product("laser 'x' \\ \"y\"", family: "suite")
        try await clerk.perform(AddChannel(id: ChannelID("фэкс")))
        let terms = try EntitlementTerms(
            for: "Ünïçødé & Söhne", cases: 3, descendants: true, products: ["suite", "laser 'x' \\ \"y\""],
            channels: ["phone", "фэкс"], contacts: ["أحمد"], from: "2024-02-29", until: "2100-12-31",
            zone: "Asia/Kathmandu", priority: -7)
        let drafted = try await clerk.perform(AddEntitlement(id: EntitlementID("e"), terms: terms)).answer
        #expect(drafted.state == .draft)
        let activated = try await clerk.perform(ActivateEntitlement(id: EntitlementID("e"))).answer

        let contact = try await clerk.ask(GetCustomer(id: CustomerID("أحمد")))
        #expect(contact.kind == .contact && contact.parent?.text == "Ünïçødé & Söhne")
        #expect(try await clerk.ask(GetProduct(id: ProductID("laser 'x' \\ \"y\""))).family?.text == "suite")
        let view = try await clerk.ask(GetEntitlement(id: EntitlementID("e")))
        #expect(view.entitlement == activated)
        #expect(view.entitlement.terms == terms)
        #expect(view.status == .active)
    }

    @Test("a case takes what it costs until nothing is left", arguments: StoreKind.allCases)
    func chargesUntilExhausted(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("acme")
        try await clerk.entitlement("gold", EntitlementTerms(for: "acme", cases: 2))
        for (number, left) in [(1, Int64(1)), (2, 0)] {
            guard case .opened(let opening) = try await clerk.open("C-\(number)", customer: "acme").answer else {
                Issue.record("case \(number) should open")
                return
            }
            #expect(opening.debits == [Debit(allocation: "main", amount: 1, remaining: left, available: left)])
            #expect(try await clerk.ask(GetCase(id: CaseID("C-\(number)"))) == opening.case)
        }
        guard case .refused(let refusal) = try await clerk.open("C-3", customer: "acme").answer else {
            Issue.record("the third case should be refused")
            return
        }
        #expect(refusal.reason == .exhausted)
        #expect(refusal.entitlement?.text == "gold")
        let balance = try await clerk.view("gold").balances[0]
        #expect(balance.remaining == 0 && balance.charged == 2)
        #expect(try await clerk.store.reconcile(clerk.tenant).differences == [])
    }

    @Test("every pool of an entitlement gives, and the tighter one binds", arguments: StoreKind.allCases)
    func debitsEveryAllocation(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("acme")
        var terms = try EntitlementTerms(for: "acme", cases: 10)
        terms.service.allocations = [
            AllocationTerms(name: "year", kind: .perIncident(cases: 10)),
            AllocationTerms(name: "counted", kind: .unlimited(unit: .case)),
            AllocationTerms(name: "launch", kind: .perIncident(cases: 1)),
        ]
        try await clerk.entitlement("e", terms)
        let id = RequestID()
        let reply = try await clerk.open("C-1", customer: "acme", request: id)
        guard case .opened(let opening) = reply.answer else {
            Issue.record("the first case should open")
            return
        }
        #expect(
            opening.debits == [
                Debit(allocation: "year", amount: 1, remaining: 9, available: 9),
                Debit(allocation: "counted", amount: 1, remaining: nil, available: nil),
                Debit(allocation: "launch", amount: 1, remaining: 0, available: 0),
            ])
        // An answer of several journal rows is given again whole.
        let again = try await clerk.open("C-1", customer: "acme", request: id)
        #expect(again.answer == reply.answer && again.journalNumber == reply.journalNumber)
        guard case .refused = try await clerk.open("C-2", customer: "acme").answer else {
            Issue.record("the tighter pool should refuse the second case")
            return
        }
        #expect(try await clerk.store.reconcile(clerk.tenant).differences == [])
    }

    @Test("the same request gets the first answer, whatever it was", arguments: StoreKind.allCases)
    func repeatsAnswers(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        let (account, product, channel) = (RequestID(), RequestID(), RequestID())
        let (draft, activation, opened, refused) = (RequestID(), RequestID(), RequestID(), RequestID())
        let add = AddCustomer(Customer(id: try CustomerID("acme"), kind: .account, name: "Acme"))
        let terms = try EntitlementTerms(for: "acme", cases: 1, channels: ["fax"])
        func all() async throws -> [AnyHashable] {
            [
                AnyHashable(try await clerk.perform(add, id: account).answer),
                AnyHashable(try await clerk.perform(AddProduct(Product(id: ProductID("laser"))), id: product).answer),
                AnyHashable(try await clerk.perform(AddChannel(id: ChannelID("fax")), id: channel).answer),
                AnyHashable(
                    try await clerk.perform(AddEntitlement(id: EntitlementID("e"), terms: terms), id: draft).answer),
                AnyHashable(
                    try await clerk.perform(ActivateEntitlement(id: EntitlementID("e")), id: activation).answer),
                AnyHashable(
                    try await clerk.open("C-1", customer: "acme", product: "laser", channel: "fax", request: opened)
                        .answer),
                AnyHashable(try await clerk.open("C-2", customer: "acme", channel: "phone", request: refused).answer),
            ]
        }
        let first = try await all()
        let lines = try await clerk.store.reconcile(clerk.tenant).journalLines
        #expect(try await all() == first)
        #expect(try await clerk.store.reconcile(clerk.tenant).journalLines == lines)
        let repeated = try await clerk.perform(add, id: account)
        #expect(repeated.isRepeated && repeated.journalNumber == 1)
    }

    @Test("a request id with other content is a conflict, and changes nothing", arguments: StoreKind.allCases)
    func refusesOtherContent(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        let id = RequestID()
        try await clerk.perform(AddProduct(Product(id: ProductID("laser"))), id: id)
        let error = await #expect(throws: EntitledError.self) {
            try await clerk.perform(AddProduct(Product(id: ProductID("maser"))), id: id)
        }
        #expect(error?.reason == .requestIDConflict)
        await #expect(throws: EntitledError.self) { try await clerk.ask(GetProduct(id: ProductID("maser"))) }
    }

    @Test("an id that exists is refused, and what a call names must exist", arguments: StoreKind.allCases)
    func checksReferences(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("acme")
        try await clerk.customer("anna", under: "acme", contact: true)
        try await clerk.customer("other")
        try await clerk.product("laser")
        func reason(_ body: () async throws -> Void) async -> (ErrorReason?, String?) {
            do {
                try await body()
                return (nil, nil)
            } catch {
                let error = error as? EntitledError
                return (error?.reason, error?.details["field"])
            }
        }
        func draft(_ terms: EntitlementTerms) async throws {
            try await clerk.perform(AddEntitlement(id: EntitlementID("e"), terms: terms))
        }
        #expect(await reason { try await clerk.customer("acme") } == (.alreadyExists, "id"))
        #expect(await reason { try await clerk.product("laser") } == (.alreadyExists, "id"))
        #expect(
            await reason { try await clerk.perform(AddChannel(id: ChannelID("phone"))) } == (.alreadyExists, "id"))
        #expect(await reason { try await clerk.customer("x", under: "nobody") } == (.notFound, "parent"))
        #expect(await reason { try await clerk.customer("x", under: "anna") } == (.invalidField, "parent"))
        #expect(await reason { try await clerk.product("x", family: "nothing") } == (.notFound, "family"))
        let rows: [(EntitlementTerms, ErrorReason, String)] = try [
            (EntitlementTerms(for: "nobody", cases: 1), .notFound, "terms.customer"),
            (EntitlementTerms(for: "acme", cases: 1, products: ["nothing"]), .notFound, "terms.service.products"),
            (EntitlementTerms(for: "acme", cases: 1, channels: ["smoke"]), .invalidField, "terms.service.channels"),
            (EntitlementTerms(for: "acme", cases: 1, contacts: ["nobody"]), .notFound, "terms.contacts"),
            (EntitlementTerms(for: "acme", cases: 1, contacts: ["acme"]), .invalidField, "terms.contacts"),
            (EntitlementTerms(for: "other", cases: 1, contacts: ["anna"]), .invalidField, "terms.contacts"),
            (
                EntitlementTerms(for: "anna", cases: 1, descendants: true), .invalidField,
                "terms.serves_descendants"
            ),
        ]
        for (terms, expected, field) in rows {
            #expect(await reason { try await draft(terms) } == (expected, field))
        }
        try await draft(EntitlementTerms(for: "acme", cases: 1, contacts: ["anna"]))
        #expect(
            await reason { try await draft(EntitlementTerms(for: "acme", cases: 1)) } == (.alreadyExists, "id"))
        try await clerk.perform(ActivateEntitlement(id: EntitlementID("e")))
        #expect(
            await reason { try await clerk.perform(ActivateEntitlement(id: EntitlementID("e"))) }
                == (.wrongState, "id"))
        // Errors are no decisions: nothing but what succeeded stands in the journal.
        let page = try await clerk.store.list(ListJournal(), after: 0, of: clerk.tenant)
        #expect(page.items.compactMap(\.request).count == 6)
    }

    @Test("a tree has a bounded depth", arguments: StoreKind.allCases)
    func boundsTrees(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("level 1")
        for level in 2...Tree.maximumDepth { try await clerk.customer("level \(level)", under: "level \(level - 1)") }
        let error = await #expect(throws: EntitledError.self) {
            try await clerk.customer("too deep", under: "level \(Tree.maximumDepth)")
        }
        #expect(error?.reason == .invalidField)
        // What stands at the bottom is still served from the top.
        try await clerk.entitlement("top", EntitlementTerms(for: "level 1", cases: nil, descendants: true))
        guard case .opened = try await clerk.open("C", customer: "level \(Tree.maximumDepth)").answer else {
            Issue.record("the topmost account's entitlement should serve the lowest")
            return
        }
    }

    @Test("a case id that was opened by another request answers with the case", arguments: StoreKind.allCases)
    func answersExistingCase(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("acme")
        try await clerk.entitlement("e", EntitlementTerms(for: "acme", cases: 1))
        guard case .opened(let opening) = try await clerk.open("C", customer: "acme").answer else {
            Issue.record("the case should open")
            return
        }
        let reply = try await clerk.open("C", customer: "acme", channel: "phone")
        #expect(reply.answer == .exists(opening.case))
        #expect(reply.journalNumber == nil)
        // A refusal doesn't use up the id.
        guard case .refused = try await clerk.open("D", customer: "acme").answer else {
            Issue.record("nothing should be left")
            return
        }
        try await clerk.entitlement("more", EntitlementTerms(for: "acme", cases: 1))
        guard case .opened = try await clerk.open("D", customer: "acme").answer else {
            Issue.record("the refused id should still be free")
            return
        }
    }

    @Test("the tenant's zone is an entitlement's default", arguments: StoreKind.allCases)
    func usesTenantZone(kind: StoreKind) async throws {
        let clerk = try await kind.clerk(zone: try Zone("Pacific/Kiritimati"))
        try await clerk.customer("acme")
        // Fourteen hours ahead of UTC and eleven behind never have the same day for long enough to share one here.
        let today = try Zone("Pacific/Kiritimati").day(at: .systemNow)
        try await clerk.entitlement("here", EntitlementTerms(for: "acme", cases: 1, from: today.description))
        try await clerk.entitlement(
            "there", EntitlementTerms(for: "acme", cases: 1, from: today.advanced(days: 1).description, zone: "UTC"))
        #expect(try await clerk.ask(GetEntitlement(id: EntitlementID("here"))).status == .active)
        #expect(try await clerk.ask(GetEntitlement(id: EntitlementID("there"))).status == .waiting)
    }

    @Test("lists come in pages, in the order of ids", arguments: StoreKind.allCases)
    func pages(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        for id in ["b", "B", "ä", "a", "c"] {
            try await clerk.customer(id)
            try await clerk.product(id)
            try await clerk.entitlement(id, EntitlementTerms(for: "b", cases: 1))
        }
        try await clerk.entitlement("other", EntitlementTerms(for: "a", cases: 1))
        let store = clerk.store
        var customers: [String] = []
        var page = PageRequest(limit: 2)
        while true {
            let answer = try await store.list(ListCustomers(page: page), of: clerk.tenant)
            customers += answer.items.map(\.id.text)
            guard let next = answer.next else { break }
            page.after = next
        }
        #expect(customers == ["B", "a", "b", "c", "ä"])
        let products = try await store.list(ListProducts(page: PageRequest(limit: 1_000)), of: clerk.tenant)
        #expect(products.items.map(\.id.text) == customers && products.next == nil)
        let ofB = try await store.list(ListEntitlements(customer: CustomerID("b")), of: clerk.tenant)
        #expect(ofB.items.map(\.entitlement.id.text) == customers)
        #expect(ofB.items.allSatisfy { $0.status == .active })
    }

    @Test("the journal tells everything in order, and can be narrowed", arguments: StoreKind.allCases)
    func readsJournal(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("acme")
        try await clerk.entitlement("e", EntitlementTerms(for: "acme", cases: 1))
        _ = try await clerk.open("C-1", customer: "acme", channel: "phone")
        _ = try await clerk.open("C-2", customer: "acme", channel: "email")
        func lines(_ query: ListJournal, after: Int64 = 0) async throws -> [JournalLine] {
            let page = try await clerk.store.list(query, after: after, of: clerk.tenant)
            return page.items
        }
        let all = try await lines(ListJournal())
        #expect(all.map(\.number) == [1, 2, 3, 4, 5])
        #expect(
            all.map(\.entry.event) == [
                .customerAdded, .entitlementDrafted, .entitlementActivated, .caseOpened, .caseRefused,
            ])
        #expect(all.allSatisfy { $0.entry.actor == "clerk" && $0.request != nil })
        #expect(all[2].entry.postings.map(\.granted) == [1])
        #expect(all[3].entry.postings.map(\.charged) == [1])
        #expect(all[3].entry.postings.map(\.remainingAfter) == [0])
        #expect(all[4].entry.channel?.text == "email" && all[4].entry.postings.isEmpty)
        #expect(try await lines(ListJournal(), after: 3).map(\.number) == [4, 5])
        #expect(try await lines(ListJournal(case: CaseID("C-2"))).map(\.number) == [5])
        #expect(try await lines(ListJournal(entitlement: EntitlementID("e"))).map(\.number) == [2, 3, 4, 5])
    }

    @Test("commands of one batch see what those before them did", arguments: StoreKind.allCases)
    func decidesInOrder(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("acme")
        let draft = AddEntitlement(id: try EntitlementID("e"), terms: try EntitlementTerms(for: "acme", cases: 2))
        let activate = ActivateEntitlement(id: draft.id)
        let opens = try (1...3).map { OpenCase(id: try CaseID("C-\($0)"), try Inquiry("acme")) }
        let ids = (0..<5).map { _ in RequestID() }
        var needs = Needs()
        draft.add(to: &needs)
        activate.add(to: &needs)
        for open in opens { open.add(to: &needs) }
        needs.requests.formUnion(ids)
        let decisions = try await clerk.store.transact(clerk.tenant, needs) { facts in
            Result {
                _ = try facts.perform(draft, Envelope(request: ids[0], command: draft, actor: "a"))
                _ = try facts.perform(activate, Envelope(request: ids[1], command: activate, actor: "a"))
                return try zip(opens, ids[2...]).map { open, id in
                    // Each twice: the second time in the same batch is a repetition.
                    let first = try facts.perform(open, Envelope(request: id, command: open, actor: "a"))
                    let second = try facts.perform(open, Envelope(request: id, command: open, actor: "a"))
                    return (first.answer, second.answer, second.isRepeated)
                }
            }
        }.value.get()
        #expect(decisions.allSatisfy { $0.0 == $0.1 && $0.2 })
        guard case .opened = decisions[0].0, case .opened = decisions[1].0, case .refused = decisions[2].0 else {
            Issue.record("two of three should open: \(decisions)")
            return
        }
        let reconciliation = try await clerk.store.reconcile(clerk.tenant)
        #expect(reconciliation.differences == [] && reconciliation.cases == 2)
        #expect(reconciliation.journalLines == 6)
    }
}
