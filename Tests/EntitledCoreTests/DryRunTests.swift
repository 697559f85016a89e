import EntitledCore
import Testing

/// A dry run is answered as the real command would be, and nothing comes of it.
@Suite struct DryRunTests {
    struct Outcome: Equatable {
        let answer: AnyHashable
        let position: JournalPosition?
        let isRepeated: Bool
    }

    /// A command of any type.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let perform: @Sendable (inout WorkingSet, RequestID, _ isDryRun: Bool) throws -> Outcome

        init<C: DecidableCommand>(_ description: String, _ command: @autoclosure () throws -> C) rethrows {
            testDescription = description
            let command = try command()
            perform = { facts, request, isDryRun in
                let envelope = Envelope(request: request, command: command, actor: "tester", isDryRun: isDryRun)
                let outcome = try facts.perform(command, envelope)
                return Outcome(
                    answer: AnyHashable(outcome.answer), position: outcome.position, isRepeated: outcome.isRepeated)
            }
        }
    }

    /// A batch that holds acme's draft, and its entitlement to one case.
    private static func facts() throws -> WorkingSet {
        var world = World()
        try world.sell("live", EntitlementTerms([.cases(1)], to: "2026-12-31"))
        try world.perform(AddEntitlement(id: "draft", terms: EntitlementTerms([.cases(1)])))
        return world.batch(locked: ["draft", "live", "next", "e"])
    }

    private static func open(_ id: CaseID) -> OpenCase { OpenCase(id: id, Inquiry("acme")) }

    static let rows = [
        Row("customer.add", AddCustomer(Customer(id: "beta", kind: .account))),
        Row("product.add", AddProduct(Product(id: "laser"))),
        Row("product.update", UpdateRecord(Product(id: "mouse", name: "Maus", version: 1))),
        Row("settings.update", UpdateSettings(Settings(closingDays: 5))),
        Row("channel.add", AddChannel(id: "fax")),
        Row("entitlement.add", AddEntitlement(id: "e", terms: EntitlementTerms())),
        Row("entitlement.update", UpdateEntitlement(id: "draft", terms: EntitlementTerms())),
        Row("entitlement.activate", ActivateEntitlement(id: "draft")),
        Row("entitlement.delete", DeleteEntitlement(id: "draft")),
        Row("entitlement.suspend", SuspendEntitlement(id: "live", reason: "unpaid")),
        Row("entitlement.cancel", CancelEntitlement(id: "live", reason: "sold")),
        Row("entitlement.amend", AmendEntitlement(id: "live", Amendment(quantity: 2))),
        Row("entitlement.renew", RenewEntitlement(id: "live", successor: "next")),
        Row("grant.add", AddGrant(entitlement: "live", quantity: 1)),
        Row("case.open, covered", open("C-1")),
        Row("case.open, refused", OpenCase(id: "C-1", Inquiry("acme", entitlement: "draft"))),
    ]

    @Test("the answer is the real one, nothing is written or remembered", arguments: rows)
    func leavesNothing(row: Row) throws {
        var facts = try Self.facts()
        let request = RequestID()
        let imagined = try row.perform(&facts, request, true)
        #expect(imagined.position == nil && !imagined.isRepeated)
        #expect(facts.changes.isEmpty && facts.changes.decisions.isEmpty && facts.decision(of: request) == nil)
        // The id is free, and the command is decided afresh.
        let real = try row.perform(&facts, request, false)
        #expect(real.answer == imagined.answer && real.position != nil && !real.isRepeated)
        #expect(facts.changes.decisions.map(\.request) == [request])
    }

    @Test("in one batch it sees what came before, and those behind it don't see it")
    func standsBetweenRealOnes() throws {
        var facts = try Self.facts()
        func open(_ id: CaseID, isDryRun: Bool) throws -> CaseDecision {
            let command = Self.open(id)
            return try facts.perform(
                command, Envelope(request: RequestID(), command: command, actor: "tester", isDryRun: isDryRun)
            ).answer
        }
        for _ in 1...2 {
            guard case .opened = try open("C-1", isDryRun: true) else {
                Issue.record("nothing is taken yet")
                return
            }
        }
        guard case .opened = try open("C-1", isDryRun: false), case .exists = try open("C-1", isDryRun: true),
            case .refused(let refusal) = try open("C-2", isDryRun: true)
        else {
            Issue.record("the only case is taken now")
            return
        }
        #expect(refusal.reason == .exhausted)
        #expect(facts.changes.cases.map(\.id.text) == ["C-1"])
        #expect(facts.changes.entries.map(\.event) == [.caseOpened])
    }

    @Test("an id that was decided before gets its first answer, or is a conflict")
    func knowsEarlierDecisions() throws {
        var facts = try Self.facts()
        let request = RequestID()
        let command = AddChannel(id: "fax")
        _ = try facts.perform(command, Envelope(request: request, command: command, actor: "tester"))
        let again = try facts.perform(
            command, Envelope(request: request, command: command, actor: "tester", isDryRun: true))
        #expect(again.isRepeated && again.position == .offset(0))
        let other = AddChannel(id: "telex")
        let error = #expect(throws: EntitledError.self) {
            try facts.perform(other, Envelope(request: request, command: other, actor: "tester", isDryRun: true))
        }
        #expect(error?.reason == .requestIDConflict)
    }

    @Test("what can't be answered can't be answered in a dry run either")
    func failsAlike() throws {
        var facts = try Self.facts()
        let command = AddCustomer(Customer(id: "acme", kind: .account))
        let error = #expect(throws: EntitledError.self) {
            try facts.perform(
                command, Envelope(request: RequestID(), command: command, actor: "tester", isDryRun: true))
        }
        #expect(error?.reason == .alreadyExists)
    }
}
