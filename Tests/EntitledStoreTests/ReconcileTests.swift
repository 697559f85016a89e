import EntitledCore
import EntitledPostgres
import EntitledStore
import EntitledTestKit
import Testing

@Suite struct ReconcileTests {
    @Test(
        "whatever disagrees with the journal is found",
        arguments: [
            "update allocation_grant set quantity = quantity + 1 where allocation = 'cases'",
            "update allocation_grant set charged = charged - 1 where allocation = 'cases'",
            "update allocation_grant set held = held - 1 where allocation = 'work'",
            "update allocation_grant set valid_until = '2000-01-01' where allocation = 'cases'",
            "update allocation_grant set valid_from = '2500-01-01' where allocation = 'work'",
            "update charge set is_held = not is_held where allocation = 'work'",
            "update support_case set is_held = not is_held where allocation = 'cases'",
            "update support_case set amount = amount + 1 where allocation = 'cases'",
            "delete from charge where allocation = 'work'", "delete from support_case",
            "update journal set remaining_after = 1 where allocation = 'cases' and charged > 0",
            "update journal set available_after = 1 where allocation = 'work' and held > 0",
            "update entitlement set priority = 7", "update allocation set carry_maximum = 1 where name = 'cases'",
            "delete from journal where number = (select max(number) from journal)",
        ])
    func findsDifferences(tampering: String) async throws {
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant()
        let clerk = Clerk(installation.store, tenant: tenant)
        try await clerk.customer("acme")
        let pools = [
            AllocationTerms(name: "cases", kind: .perIncident(cases: 5)),
            AllocationTerms(name: "work", kind: .hoursPerPeriod(seconds: 3_600, period: nil), holdSeconds: 60),
        ]
        try await clerk.entitlement("e", EntitlementTerms(for: "acme", pools))
        _ = try await clerk.open("C", customer: "acme")
        #expect(try await installation.store.reconcile(tenant).isReconciled)
        try await installation.withSuperuser { session in
            try session.execute("set search_path = \(try session.quoteIdentifier("tenant_\(tenant)"))")
            try session.execute(tampering)
        }
        #expect(try await !installation.store.reconcile(tenant).isReconciled)
    }
}
