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
        try await clerk.add(Secret.asset())
        try await clerk.add(Secret.calendar())
        try await clerk.add(Secret.serviceLevel())
        try await clerk.add(Secret.plan())
        try await clerk.add(Secret.contract())
        try await clerk.entitlement("unpaid", EntitlementTerms(for: "secret", cases: 5, until: "2099-12-31"))
        try await clerk.perform(SuspendEntitlement(id: EntitlementID("unpaid"), reason: "unpaid"))
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
            // Without the instant at which they are looked at.
            AnyHashable(try await store.list(ListEntitlements(), of: tenant).items.map(\.entitlement)),
            AnyHashable(try await store.list(ListCustomers(), of: tenant)),
            AnyHashable(try await store.list(ListProducts(), of: tenant)),
            AnyHashable(try await store.list(ListChannels(), of: tenant)),
            AnyHashable(try await store.list(ListAssets(), of: tenant)),
            AnyHashable(try await store.list(ListCalendars(), of: tenant)),
            AnyHashable(try await store.list(ListServiceLevels(), of: tenant)),
            AnyHashable(try await store.list(ListPlans(), of: tenant)),
            AnyHashable(try await store.list(ListContracts(), of: tenant)),
            AnyHashable(try await Clerk(store, tenant: tenant).ask(GetSettings())),
        ]
    }

    /// A record of each kind that the victim has.
    private enum Secret {
        static func customer() throws -> Customer { Customer(id: try CustomerID("secret"), kind: .account) }
        static func product() throws -> Product { Product(id: try ProductID("secret")) }
        static func asset() throws -> Asset { Asset(id: try AssetID("secret"), product: try ProductID("secret")) }
        static func calendar() throws -> BusinessCalendar {
            BusinessCalendar(id: try CalendarID("secret"), timeZone: .utc, hours: [])
        }
        static func serviceLevel() throws -> ServiceLevel {
            ServiceLevel(
                id: try ServiceLevelID("secret"), targets: [ServiceLevel.Target(name: "resolution", seconds: 60)])
        }
        static func plan() throws -> Plan { Plan(id: try PlanID("secret"), service: ServiceTerms()) }
        static func contract() throws -> Contract {
            Contract(id: try ContractID("secret"), customer: try CustomerID("secret"))
        }
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
        /// One of the four methods of a kind of record.
        func expectRecord<Record: CatalogueRecord>(
            _ records: Records<Record>, _ secret: Record, refersToSecrets: Bool = false
        ) async throws {
            let methods = Record.methods
            switch method {
            case methods.add:
                if refersToSecrets {
                    await expect(.notFound) { try await records.add(secret) }
                } else {
                    // What exists there doesn't stand in the way here.
                    #expect(try await records.add(secret).answer.version == 1)
                }
            case methods.get: await expect(.notFound) { _ = try await records.record(secret.id) }
            case methods.list: #expect(try await records.page().items.isEmpty)
            case methods.update: await expect(.notFound) { try await records.update(secret) }
            default: Issue.record("\(method.name) is no method of a record")
            }
        }
        let entitlement = try EntitlementID("secret")
        let draft = try EntitlementID("draft")
        switch method {
        case .addCustomer, .getCustomer, .listCustomers, .updateCustomer:
            try await expectRecord(client.customers, Secret.customer())
        case .addProduct, .getProduct, .listProducts, .updateProduct:
            try await expectRecord(client.products, Secret.product())
        case .addAsset, .getAsset, .listAssets, .updateAsset:
            try await expectRecord(client.assets, Secret.asset(), refersToSecrets: true)
        case .addCalendar, .getCalendar, .listCalendars, .updateCalendar:
            try await expectRecord(client.calendars, Secret.calendar())
        case .addServiceLevel, .getServiceLevel, .listServiceLevels, .updateServiceLevel:
            try await expectRecord(client.serviceLevels, Secret.serviceLevel())
        case .addPlan, .getPlan, .listPlans, .updatePlan:
            try await expectRecord(client.plans, Secret.plan())
        case .addContract, .getContract, .listContracts, .updateContract:
            try await expectRecord(client.contracts, Secret.contract(), refersToSecrets: true)
        case .addChannel: _ = try await client.addChannel(ChannelID("secret"))
        case .listChannels: #expect(try await client.channels().items.isEmpty)
        case .addEntitlement:
            await expect(.notFound) {
                _ = try await client.addEntitlement(
                    EntitlementID("mine"), EntitlementTerms(for: "secret", cases: 1))
            }
        case .updateEntitlement:
            let terms = try EntitlementTerms(for: "mine", cases: 1)
            await expect(.notFound) { _ = try await client.updateEntitlement(draft, terms) }
        case .deleteEntitlement: await expect(.notFound) { _ = try await client.deleteEntitlement(draft) }
        case .activateEntitlement: await expect(.notFound) { _ = try await client.activateEntitlement(draft) }
        case .suspendEntitlement:
            await expect(.notFound) { _ = try await client.suspendEntitlement(entitlement, reason: "mine") }
        case .resumeEntitlement:
            await expect(.notFound) { _ = try await client.resumeEntitlement(EntitlementID("unpaid")) }
        case .cancelEntitlement:
            await expect(.notFound) { _ = try await client.cancelEntitlement(entitlement, reason: "mine") }
        case .renewEntitlement:
            await expect(.notFound) {
                _ = try await client.renewEntitlement(EntitlementID("unpaid"), as: EntitlementID("mine"))
            }
        case .amendEntitlement:
            await expect(.notFound) { _ = try await client.amendEntitlement(entitlement, Amendment(quantity: 2)) }
        case .addGrant:
            await expect(.notFound) { _ = try await client.addGrant(AddGrant(entitlement: entitlement, quantity: 1)) }
        case .getEntitlement: await expect(.notFound) { _ = try await client.entitlement(entitlement) }
        case .listEntitlements:
            #expect(try await client.entitlements().items.isEmpty)
            #expect(try await client.entitlements(of: CustomerID("secret")).items.isEmpty)
        case .openCase:
            await expect(.notFound) { _ = try await client.openCase(CaseID("mine"), Inquiry("secret")) }
            _ = try await client.addCustomer(CustomerID("mine"), kind: .account)
            await expect(.notFound) {
                _ = try await client.openCase(CaseID("mine"), Inquiry("mine", entitlement: "secret"))
            }
        case .checkCase: await expect(.notFound) { _ = try await client.checkCase(Inquiry("secret")) }
        case .getCase: await expect(.notFound) { _ = try await client.case(CaseID("secret")) }
        case .getSettings: #expect(try await client.settings() == Settings())
        case .updateSettings:
            await expect(.notFound) {
                _ = try await client.updateSettings(Settings(defaultEntitlement: entitlement))
            }
        case .listJournal:
            #expect(try await client.journal().items.isEmpty)
            #expect(try await client.journal(entitlement: entitlement).items.isEmpty)
        case .reconcile:
            let reconciliation = try await client.reconcile()
            #expect(reconciliation.journalLines == 0 && reconciliation.cases == 0 && reconciliation.grants == 0)
        case .performBatch:
            let opens = try (1...2).map { OpenCase(id: try CaseID("mine-\($0)"), try Inquiry("secret")) }
            for result in try await client.performAll(opens) {
                await expect(.notFound) { _ = try result.get() }
            }
        }
    }
}
