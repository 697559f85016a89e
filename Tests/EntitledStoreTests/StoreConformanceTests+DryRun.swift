import EntitledCore
import EntitledService
import EntitledTestKit
import Testing

extension StoreConformanceTests {
    @Test("a dry run is answered and leaves nothing, not even its request id", arguments: StoreKind.allCases)
    func dryRunsWriteNothing(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("acme")
        try await clerk.entitlement("e", EntitlementTerms(for: "acme", cases: 1))
        let before = try await clerk.store.list(ListJournal(), after: 0, of: clerk.tenant)
        let id = RequestID()
        let command = OpenCase(id: try CaseID("C-1"), try Inquiry("acme"))
        for _ in 1...2 {
            let reply = try await clerk.perform(command, id: id, isDryRun: true)
            #expect(reply.journalNumber == nil && !reply.isRepeated)
            guard case .opened(let opening) = reply.answer else {
                Issue.record("the case would be covered")
                return
            }
            #expect(opening.debits.map(\.available) == [0])
        }
        #expect(try await clerk.store.list(ListJournal(), after: 0, of: clerk.tenant) == before)
        await #expect(throws: EntitledError.self) { try await clerk.ask(GetCase(id: command.id)) }

        let real = try await clerk.perform(command, id: id)
        #expect(real.journalNumber == 4 && !real.isRepeated)
        let again = try await clerk.perform(command, id: id, isDryRun: true)
        #expect(again == Reply(answer: real.answer, journalNumber: 4, isRepeated: true))
        #expect(try await clerk.store.reconcile(clerk.tenant).differences == [])
    }
}
