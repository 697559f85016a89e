import EntitledCore
import Testing

/// How a command is decided, whatever it is: once, and only on what is held.
@Suite struct DecidingTests {
    private func facts(locked: Set<EntitlementID>) throws -> WorkingSet {
        var world = World()
        try world.sell("e", EntitlementTerms())
        try world.sell("f", EntitlementTerms(for: "anna"))
        return world.batch(locked: locked)
    }

    @Test("a request id that was used for other content is a conflict, and changes nothing")
    func conflict() throws {
        var facts = try facts(locked: ["e", "f"])
        let request = RequestID()
        let first = OpenCase(id: "C-1", Inquiry("acme"))
        _ = try facts.perform(first, Envelope(request: request, command: first, actor: "tester"))
        let rows = facts.changes.journalRowCount
        for other in [OpenCase(id: "C-1", Inquiry("anna")), OpenCase(id: "C-2", Inquiry("acme"))] {
            let envelope = Envelope(request: request, command: other, actor: "tester")
            #expect(reason { _ = try facts.perform(other, envelope) } == "request_id_conflict request_id")
        }
        #expect(facts.changes.journalRowCount == rows)
    }

    @Test("a refusal is remembered too: sent again it is the same, though there is enough by then")
    func refusals() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.cases(1)]))
        try world.open()
        var facts = world.facts
        let command = OpenCase(id: "C-9", Inquiry("acme"))
        let envelope = Envelope(request: RequestID(), command: command, actor: "tester")
        guard case .refused(let refusal) = try facts.perform(command, envelope).answer else {
            Issue.record("nothing is left")
            return
        }
        let topUp = AddGrant(entitlement: "e", quantity: 5)
        _ = try facts.perform(topUp, Envelope(request: RequestID(), command: topUp, actor: "tester"))
        let again = try facts.perform(command, envelope)
        #expect(again.isRepeated)
        #expect(again.answer == .refused(refusal))
    }

    @Test("a decision that rests on what isn't held names it, and changes nothing")
    func unlocked() throws {
        var facts = try facts(locked: ["f"])
        let open = OpenCase(id: "C-1", Inquiry("anna"))
        let suspend = SuspendEntitlement(id: "e", reason: "unpaid")
        let opening = #expect(throws: UnlockedFacts.self) {
            try facts.perform(open, Envelope(request: RequestID(), command: open, actor: "tester"))
        }
        let suspending = #expect(throws: UnlockedFacts.self) {
            try facts.perform(suspend, Envelope(request: RequestID(), command: suspend, actor: "tester"))
        }
        #expect(opening?.entitlements == ["e"])
        #expect(suspending?.entitlements == ["e"])
        #expect(facts.changes.isEmpty)
    }

    @Test("who was put elsewhere in the same batch is decided in the next one, with what is there")
    func moved() throws {
        var world = World()
        try world.sell("e", EntitlementTerms())
        var facts = world.batch(locked: ["e"])
        let add = AddCustomer(Customer(id: "kim", kind: .contact, parent: "acme"))
        let open = OpenCase(id: "C-1", Inquiry("kim"))
        _ = try facts.perform(add, Envelope(request: RequestID(), command: add, actor: "tester"))
        #expect(throws: UnlockedFacts.self) {
            try facts.perform(open, Envelope(request: RequestID(), command: open, actor: "tester"))
        }
        try world.perform(add)
        #expect(try world.perform(open).taker == "e")
    }

    @Test("an entitlement whose calendar came from a plan in the same batch is used in the next one")
    func calendarToCome() throws {
        var world = World()
        var terms = EntitlementTerms()
        terms.service.calendar = "office"
        try world.sell("e", terms)
        let entitlements = world.facts.entitlements.all
        var catalogue = world.facts.catalogue
        catalogue.calendars = [:]
        var facts = WorkingSet(
            now: world.facts.now, zone: .utc, catalogue: catalogue,
            entitlements: Array(entitlements), locked: ["e"])
        let open = OpenCase(id: "C-1", Inquiry("acme"))
        #expect(throws: UnlockedFacts.self) {
            try facts.perform(open, Envelope(request: RequestID(), command: open, actor: "tester"))
        }
    }
}
