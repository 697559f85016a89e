import EntitledCore
import EntitledPostgres
import EntitledService
import EntitledTestKit
import Testing

@testable import EntitledStore

/// A simple contract costs no more because others are complicated.
@Suite struct StatementTests {
    @Test("an opened case reads and writes a row of each kind, and nothing else")
    func simpleCase() async throws {
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant()
        let clerk = Clerk(installation.store, tenant: tenant)
        try await clerk.customer("acme")
        try await clerk.entitlement("e", EntitlementTerms(for: "acme", cases: 10))
        let open = OpenCase(id: try CaseID("C"), try Inquiry("acme", channel: "phone"))
        let request = RequestID()
        var needs = Needs()
        open.add(to: &needs)
        needs.requests = [request]
        let wanted = needs

        let hints = LoadingHints()
        for expected in [
            ["load_lines 1", "lock_entitlements 1", "load_clock 1", "load_entitlements 1"],
            ["lock_own_entitlements 1", "load_clock 1", "load_own_entitlements 1"],
        ] {
            let loader = FactLoader(needs: wanted, locks: true, hints: hints)
            let loaded = try await installation.store.run(.batch, tenant) { transaction in
                let steps = loader.steps.map(\.statement)
                let answers = zip(steps, try transaction.flush(steps)).map { "\($0.statement.name) \($1.count)" }
                transaction.abandon()
                _ = try loader.load(transaction)
                return answers
            }
            #expect(loaded == expected)
        }
        let loader = FactLoader(needs: wanted, locks: true, hints: hints)
        let written = try await installation.store.run(.batch, tenant) { transaction in
            var facts = try loader.load(transaction)
            _ = try facts.perform(open, Envelope(request: request, command: open, actor: "a"))
            let steps = try ChangeWriter(facts: facts).steps()
            return zip(steps, try transaction.commit(steps)).map { "\($0.statement.name) \($1.rowsAffected)" }
        }
        #expect(
            written == [
                "update_allocation_grant_row 1", "insert_support_case_row 1", "insert_journal_row 1",
            ])
        #expect(try await installation.store.reconcile(tenant).differences == [])
    }

    @Test("a calendar that nobody thought of is loaded all the same", arguments: [true, false])
    func calendars(locks: Bool) async throws {
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant()
        let clerk = Clerk(installation.store, tenant: tenant)
        try await clerk.customer("acme")
        try await clerk.calendar("office")
        var terms = try EntitlementTerms(for: "acme", cases: 10)
        let office = try CalendarID("office")
        terms.service.calendar = office
        try await clerk.entitlement("e", terms)
        var needs = Needs()
        needs.candidates = [try CustomerID("acme")]
        let wanted = needs

        for isThoughtOf in [false, true] {
            let loaded = try await installation.store.run(locks ? .batch : .snapshot, tenant) { transaction in
                if !isThoughtOf {
                    transaction.hints.learn(
                        missed: Set((0...LoadingHints.limit).map { CalendarID(stored: "calendar-\($0)") }))
                }
                let wasThoughtOf = transaction.hints.calendars == [office]
                let facts = try FactLoader(needs: wanted, locks: locks, hints: transaction.hints).load(transaction)
                if locks { try transaction.commit() }
                return (wasThoughtOf, Array(facts.catalogue.calendars.keys))
            }
            #expect(loaded.0 == isThoughtOf)
            #expect(loaded.1 == [office])
        }
    }
}
