import EntitledClient
import EntitledCore
import EntitledService
import EntitledStore
import EntitledTestKit
import Logging
import Testing

/// A tenant's key can neither read nor change anything of another tenant, whatever the method.
@Suite struct TenantIsolationTests {
    /// Tenant B with one of everything, and a client that bears a key of tenant A.
    private static func withIntruder(
        _ body: @escaping @Sendable (EntitledClient) async throws -> Void
    ) async throws {
        let installation = try await TestInstallation.shared
        let victim = try await installation.makeTenant()
        let clerk = Clerk(installation.store, tenant: victim)
        try await clerk.customer("secret")
        try await clerk.product("secret")
        try await clerk.perform(AddChannel(id: ChannelID("secret")))
        try await clerk.entitlement("secret", EntitlementTerms(for: "secret", cases: 5))
        try await clerk.perform(
            AddEntitlement(id: EntitlementID("draft"), terms: EntitlementTerms(for: "secret", cases: 5)))
        _ = try await clerk.open("secret", customer: "secret")
        let before = try await state(of: victim, installation)

        let intruder = try await installation.makeTenant()
        let key = try await installation.provisioning.createKey(
            tenant: intruder, name: "intruder", role: .manager, pepper: installation.pepper)
        let server = try await ServerProcess.start(on: installation)
        do {
            try await EntitledClient.withClient(server.configuration(key: key), logger: .quiet, body)
        } catch {
            await server.kill()
            throw error
        }
        #expect(await server.terminate() == 0)
        #expect(try await state(of: victim, installation) == before)
    }

    private static func state(of tenant: TenantSlug, _ installation: TestInstallation) async throws -> [AnyHashable] {
        let store = installation.store
        return [
            AnyHashable(try await store.list(ListJournal(), after: 0, of: tenant)),
            AnyHashable(try await store.list(ListEntitlements(), of: tenant)),
            AnyHashable(try await store.list(ListCustomers(), of: tenant)),
            AnyHashable(try await store.list(ListProducts(), of: tenant)),
            AnyHashable(try await store.list(ListChannels(), of: tenant)),
        ]
    }

    @Test("a key of one tenant reaches nothing of another", arguments: Method.allCases)
    func methodIsConfined(method: Method) async throws {
        try await Self.withIntruder { client in
            try await Self.intrude(by: method, client)
        }
    }

    /// Calls the method about tenant B's records; every answer must be as if they didn't exist.
    private static func intrude(by method: Method, _ client: EntitledClient) async throws {
        func expect(_ reason: ErrorReason, _ call: () async throws -> Void) async {
            do {
                try await call()
                Issue.record("\(method.name) should have failed with \(reason.name)")
            } catch {
                #expect((error as? EntitledError)?.reason == reason, "\(method.name): \(error)")
            }
        }
        let customer = try CustomerID("secret")
        let entitlement = try EntitlementID("secret")
        switch method {
        // What exists there doesn't stand in the way here.
        case .addCustomer: _ = try await client.addCustomer(customer, kind: .account)
        case .addProduct: _ = try await client.addProduct(ProductID("secret"))
        case .addChannel: _ = try await client.addChannel(ChannelID("secret"))
        case .addEntitlement:
            await expect(.notFound) {
                _ = try await client.addEntitlement(
                    EntitlementID("mine"), EntitlementTerms(for: "secret", cases: 1))
            }
        case .activateEntitlement:
            await expect(.notFound) { _ = try await client.activateEntitlement(EntitlementID("draft")) }
        case .openCase:
            await expect(.notFound) { _ = try await client.openCase(CaseID("mine"), Inquiry("secret")) }
            _ = try await client.addCustomer(CustomerID("mine"), kind: .account)
            await expect(.notFound) {
                _ = try await client.openCase(CaseID("mine"), Inquiry("mine", entitlement: "secret"))
            }
        case .checkCase: await expect(.notFound) { _ = try await client.checkCase(Inquiry("secret")) }
        case .getCustomer: await expect(.notFound) { _ = try await client.customer(customer) }
        case .getProduct: await expect(.notFound) { _ = try await client.product(ProductID("secret")) }
        case .getEntitlement: await expect(.notFound) { _ = try await client.entitlement(entitlement) }
        case .getCase: await expect(.notFound) { _ = try await client.case(CaseID("secret")) }
        case .listCustomers: #expect(try await client.customers().items.isEmpty)
        case .listProducts: #expect(try await client.products().items.isEmpty)
        case .listChannels: #expect(try await client.channels().items.isEmpty)
        case .listEntitlements:
            #expect(try await client.entitlements().items.isEmpty)
            #expect(try await client.entitlements(of: customer).items.isEmpty)
        case .listJournal:
            #expect(try await client.journal().items.isEmpty)
            #expect(try await client.journal(entitlement: entitlement).items.isEmpty)
        case .reconcile:
            let reconciliation = try await client.reconcile()
            #expect(reconciliation.journalLines == 0 && reconciliation.cases == 0 && reconciliation.grants == 0)
        }
    }
}
