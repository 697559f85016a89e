import EntitledCore
import EntitledService
import EntitledTestKit
import Testing

/// Entitlements as they are written down, before time has passed.
@Suite struct DraftConformanceTests {
    @Test("everything that can be said of an entitlement is read back", arguments: StoreKind.allCases)
    func fullTermsRoundTrip(kind: StoreKind) async throws {
        let (clerk, clock) = try await kind.timed()
        try await FullTerms.addReferences(with: clerk)
        let id = try EntitlementID("e")
        let terms = try FullTerms.terms()
        let drafted = try await clerk.perform(AddEntitlement(id: id, terms: terms)).answer
        #expect(drafted.terms == terms)
        #expect(try await clerk.view("e").entitlement == drafted)
        let activated = try await clerk.perform(ActivateEntitlement(id: id)).answer
        #expect(try await clerk.view("e").entitlement == activated)

        let amendment = Amendment(
            products: .clear, channels: .set(to: try Scope([ChannelID("email")])), endDay: .clear, quantity: 2,
            allocations: [.init(name: "zwölf", quantity: 20)], isInFull: true)
        let later = Instant(microseconds: clock.now.microseconds + 86_400_000_000)
        _ = try await clerk.perform(AmendEntitlement(id: id, Amendment(assets: .clear)))
        let arranged = try await clerk.perform(AmendEntitlement(id: id, amendment, at: later)).answer
        _ = try await clerk.perform(SuspendEntitlement(id: id, reason: "unpaid"))
        _ = try await clerk.perform(ResumeEntitlement(id: id))
        let topped = try await clerk.perform(
            AddGrant(
                entitlement: id, allocation: "block", quantity: 60, startDay: clock.today.advanced(days: -1),
                endDay: clock.today.advanced(days: 1), priority: -3)
        ).answer
        #expect(topped.life.pending.first?.amendment == amendment && arranged.effectiveAt == later)
        #expect(topped.life.suspensions.count == 1 && topped.life.earlier.count == 1)
        #expect(try await clerk.view("e").entitlement == topped)
        let page = try await clerk.store.list(ListEntitlements(contract: ContractID("S-1")), of: clerk.tenant)
        #expect(page.items.map(\.entitlement) == [topped])
        let none = try await clerk.store.list(ListEntitlements(contract: ContractID("S-2")), of: clerk.tenant)
        #expect(none.items.isEmpty)
        #expect(try await clerk.store.reconcile(clerk.tenant).differences == [])
    }

    @Test("a case keeps everything that was said of it, and what it holds", arguments: StoreKind.allCases)
    func casesRoundTrip(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await FullTerms.addReferences(with: clerk)
        var terms = try FullTerms.terms()
        terms.service.isHoursOnly = false
        try await clerk.entitlement("e", terms)
        let request = RequestID()
        let open = OpenCase(
            id: try CaseID("C"),
            try Inquiry("أحمد", product: "suite", asset: "{SN,1}", channel: "фэкс", priority: 1))
        let reply = try await clerk.perform(open, id: request)
        guard case .opened(let opening) = reply.answer else {
            Issue.record("it should open: \(reply.answer)")
            return
        }
        #expect(opening.routing == terms.service.routing)
        #expect(opening.case.priority?.number == 1 && opening.case.serviceLevel?.text == "gold")
        // Two for the channel times three for the priority, held until it is resolved; ten minutes of work.
        #expect(
            opening.case.charges.map { [$0.amount, $0.isHeld ? 1 : 0] } == [[6, 1], [1, 0], [600, 1], [1, 0]])
        #expect(try await clerk.ask(GetCase(id: CaseID("C"))) == opening.case)
        #expect(try await clerk.perform(open, id: request).answer == reply.answer)
        #expect(try await clerk.view("e").balances.map(\.held) == [6, 0, 600, 0, 0, 0])
        #expect(try await clerk.store.reconcile(clerk.tenant).differences == [])
    }

    @Test("a draft is rewritten, deleted and added again", arguments: StoreKind.allCases)
    func drafts(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("acme")
        let id = try EntitlementID("e")
        let first = try EntitlementTerms(for: "acme", cases: 1)
        var second = try EntitlementTerms(for: "acme", cases: 2, channels: ["phone"])
        second.service.allocations = [
            AllocationTerms(name: "other", kind: .unlimited(unit: .second)),
            AllocationTerms(kind: .perIncident(cases: 2)),
        ]
        let requests = (0..<3).map { _ in RequestID() }
        _ = try await clerk.perform(AddEntitlement(id: id, terms: first))
        let update = UpdateEntitlement(id: id, terms: second, version: 1)
        let updated = try await clerk.perform(update, id: requests[0]).answer
        #expect(updated.version == 2 && updated.terms == second)
        #expect(try await clerk.view("e").entitlement == updated)
        await #expect(throws: EntitledError.self) { try await clerk.perform(update) }

        let deleted = try await clerk.perform(DeleteEntitlement(id: id, version: 2), id: requests[1]).answer
        #expect(deleted == updated)
        await #expect(throws: EntitledError.self) { try await clerk.view("e") }
        let again = try await clerk.perform(AddEntitlement(id: id, terms: first), id: requests[2]).answer
        #expect(again.version == 1)
        #expect(try await clerk.view("e").entitlement == again)
        #expect(try await clerk.perform(update, id: requests[0]).answer == updated)
        #expect(try await clerk.perform(DeleteEntitlement(id: id, version: 2), id: requests[1]).answer == deleted)
        #expect(try await clerk.view("e").entitlement == again)

        _ = try await clerk.perform(ActivateEntitlement(id: id))
        let error = await #expect(throws: EntitledError.self) { try await clerk.perform(DeleteEntitlement(id: id)) }
        #expect(error?.reason == .wrongState)
    }

    @Test("one batch deletes a draft, adds it anew, rewrites it and puts it into force", arguments: StoreKind.allCases)
    func draftsInOneBatch(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("acme")
        let (anew, kept) = (try EntitlementID("anew"), try EntitlementID("kept"))
        let terms = try EntitlementTerms(for: "acme", cases: 1)
        var others = try EntitlementTerms(for: "acme", cases: 2)
        others.service.allocations[0].name = "other"
        for id in [anew, kept] { _ = try await clerk.perform(AddEntitlement(id: id, terms: terms)) }
        try await batch(
            clerk, holding: [anew, kept],
            [
                DeleteEntitlement(id: anew), AddEntitlement(id: anew, terms: others),
                UpdateEntitlement(id: kept, terms: others), ActivateEntitlement(id: kept),
            ])
        #expect(try await clerk.view("anew").entitlement.terms == others)
        #expect(try await clerk.view("anew").status == .draft)
        let view = try await clerk.view("kept")
        #expect(view.entitlement.terms == others && view.status == .active)
        #expect(view.balances.map(\.available) == [2])
        // Added and deleted in one batch, it was never there.
        let brief = try EntitlementID("brief")
        try await batch(
            clerk, holding: [brief], [AddEntitlement(id: brief, terms: terms), DeleteEntitlement(id: brief)])
        await #expect(throws: EntitledError.self) { try await clerk.view("brief") }
        #expect(try await clerk.store.reconcile(clerk.tenant).differences == [])
    }

    private func batch(
        _ clerk: Clerk, holding ids: Set<EntitlementID>, _ commands: [any DecidableCommand]
    ) async throws {
        var needs = Needs()
        needs.entitlements = ids
        for command in commands { command.add(to: &needs) }
        let committed = try await clerk.store.transact(clerk.tenant, needs) { facts in
            Result {
                for command in commands {
                    func perform(_ command: some DecidableCommand) throws {
                        let envelope = Envelope(request: RequestID(), command: command, actor: "a")
                        _ = try facts.perform(command, envelope)
                    }
                    try perform(command)
                }
            }
        }
        try committed.value.get()
    }

    @Test("an entitlement takes from its plan what it leaves open", arguments: StoreKind.allCases)
    func fillsFromPlan(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await FullTerms.addReferences(with: clerk)
        let service = try FullTerms.service()
        try await clerk.add(Plan(id: PlanID("platinum"), service: service, months: 12))
        var terms = try EntitlementTerms(for: "acme", [], from: "2026-01-31")
        terms.plan = try PlanID("platinum")
        let drafted = try await clerk.perform(AddEntitlement(id: EntitlementID("e"), terms: terms)).answer
        #expect(drafted.terms.service == service && drafted.terms.endDay?.description == "2027-01-30")
        #expect(try await clerk.view("e").entitlement == drafted)
    }
}
