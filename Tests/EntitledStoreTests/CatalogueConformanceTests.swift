import EntitledCore
import EntitledService
import EntitledTestKit
import Testing

/// Records of every kind are added, read, listed and replaced alike.
@Suite struct CatalogueConformanceTests {
    @Test("customers", arguments: StoreKind.allCases)
    func customers(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("above")
        try await clerk.entitlement("gold", EntitlementTerms(for: "above", cases: 1))
        let record = Customer(
            id: try CustomerID("acme"), kind: .account, name: "Ärzte & Co", parent: try CustomerID("above"),
            defaultEntitlement: try EntitlementID("gold"))
        try await Self.check(record, clerk) {
            $0.name = "Acme"
            $0.parent = nil
            $0.defaultEntitlement = nil
        }
    }

    @Test("products", arguments: StoreKind.allCases)
    func products(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.product("suite")
        let record = Product(id: try ProductID("laser"), name: "Laser 'x'", family: try ProductID("suite"))
        try await Self.check(record, clerk) { $0.family = nil }
    }

    @Test("assets", arguments: StoreKind.allCases)
    func assets(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.product("laser")
        try await clerk.product("maser")
        try await clerk.customer("acme")
        let record = Asset(
            id: try AssetID("SN-1"), name: "The first", product: try ProductID("laser"),
            customer: try CustomerID("acme"))
        try await Self.check(record, clerk) {
            $0.product = ProductID(stored: "maser")
            $0.customer = nil
        }
    }

    @Test("calendars", arguments: StoreKind.allCases)
    func calendars(kind: StoreKind) async throws {
        let record = BusinessCalendar(
            id: try CalendarID("office"), name: "Büro", timeZone: try Zone("Europe/Berlin"),
            hours: [
                WeeklyHours(weekday: 1, fromMinute: 480, toMinute: 720),
                WeeklyHours(weekday: 1, fromMinute: 780, toMinute: 1_440),
            ], holidays: try [#require(CalendarDay("2026-12-25")), #require(CalendarDay("2024-02-29"))])
        try await Self.check(record, try await kind.clerk()) {
            $0.hours = []
            $0.holidays = []
        }
    }

    @Test("service levels", arguments: StoreKind.allCases)
    func serviceLevels(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.calendar("office")
        let record = ServiceLevel(
            id: try ServiceLevelID("gold"), name: "Gold",
            targets: [
                .init(name: "first_response", priority: try CasePriority(1), seconds: 900),
                .init(name: "Rückruf \"heute\"", seconds: 86_400),
            ], calendar: try CalendarID("office"))
        try await Self.check(record, clerk) {
            $0.targets.removeLast()
            $0.calendar = nil
        }
    }

    @Test("plans", arguments: StoreKind.allCases)
    func plans(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await FullTerms.addReferences(with: clerk)
        let record = Plan(id: try PlanID("platinum"), name: "Platinum", service: try FullTerms.service(), months: 12)
        try await Self.check(record, clerk) {
            $0.service = ServiceTerms()
            $0.months = nil
        }
    }

    @Test("contracts", arguments: StoreKind.allCases)
    func contracts(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("acme")
        let record = Contract(
            id: try ContractID("S-4711/2026"), name: "Rahmenvertrag", customer: try CustomerID("acme"),
            manager: "M. Noll")
        try await Self.check(record, clerk) { $0.manager = nil }
    }

    /// Adds, reads, lists and replaces a record, each of it with its repetition and what must fail.
    private static func check<Record: StoredRecord>(
        _ record: Record, _ clerk: Clerk, change: (inout Record) -> Void
    ) async throws {
        var expected = record
        expected.version = 1
        let (adding, updating) = (RequestID(), RequestID())
        let added = try await clerk.perform(AddRecord(record), id: adding)
        #expect(added.answer == expected)
        #expect(try await clerk.ask(GetRecord<Record>(id: record.id)) == expected)
        #expect(await reason { try await clerk.add(record) } == .alreadyExists)

        change(&expected)
        let update = UpdateRecord(expected)
        expected.version = 2
        let updated = try await clerk.perform(update, id: updating)
        #expect(updated.answer == expected)
        #expect(try await clerk.ask(GetRecord<Record>(id: record.id)) == expected)
        #expect(await reason { try await clerk.perform(update) } == .versionConflict)
        #expect(try await clerk.ask(GetRecord<Record>(id: record.id)) == expected)

        let page = try await clerk.store.list(ListRecords<Record>(), of: clerk.tenant)
        #expect(page.items.filter { $0.id == record.id } == [expected] && page.next == nil)
        #expect(page.items.map(\.id) == page.items.map(\.id).sorted())
        #expect(try await clerk.perform(AddRecord(record), id: adding).answer == added.answer)
        #expect(try await clerk.perform(update, id: updating).answer == updated.answer)
        let absent = Identifier<Record>(stored: "absent")
        #expect(await reason { _ = try await clerk.ask(GetRecord<Record>(id: absent)) } == .notFound)
    }

    private static func reason(_ body: () async throws -> Void) async -> ErrorReason? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? EntitledError)?.reason
        }
    }
}

/// What holds across kinds.
@Suite struct CatalogueRulesTests {
    @Test("a batch may add a record, what refers to it, and replace both", arguments: StoreKind.allCases)
    func oneBatch(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.product("old")
        let old = try await clerk.ask(GetProduct(id: ProductID("old")))
        let (tenant, store) = (clerk.tenant, clerk.store)
        var needs = Needs()
        needs.structure = true
        needs.products = try [ProductID("old"), ProductID("suite"), ProductID("laser")]
        needs.assets = try [AssetID("SN-1")]
        let result = try await store.transact(tenant, needs) { facts in
            Result {
                func perform(_ command: some DecidableCommand) throws {
                    let envelope = Envelope(request: RequestID(), command: command, actor: "a")
                    _ = try facts.perform(command, envelope)
                }
                try perform(AddProduct(Product(id: ProductID("suite"))))
                try perform(AddProduct(Product(id: ProductID("laser"), family: ProductID("suite"))))
                try perform(AddAsset(Asset(id: AssetID("SN-1"), product: ProductID("laser"))))
                var moved = old
                moved.family = try ProductID("suite")
                try perform(UpdateRecord(moved))
                var asset = Asset(id: try AssetID("SN-1"), product: try ProductID("old"))
                asset.version = 1
                try perform(UpdateRecord(asset))
            }
        }
        try result.value.get()
        #expect(try await clerk.ask(GetProduct(id: ProductID("old"))).family?.text == "suite")
        let asset = try await clerk.ask(GetAsset(id: AssetID("SN-1")))
        #expect(asset.product.text == "old" && asset.version == 2)
    }

    @Test("an asset brings its product and that one's families", arguments: StoreKind.allCases)
    func assetSuppliesProduct(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("acme")
        try await clerk.product("suite")
        try await clerk.product("laser", family: "suite")
        try await clerk.asset("SN-1", of: "laser")
        try await clerk.entitlement("e", EntitlementTerms(for: "acme", cases: 1, products: ["suite"]))
        let reply = try await clerk.perform(OpenCase(id: CaseID("C"), Inquiry("acme", asset: "SN-1")))
        guard case .opened(let opening) = reply.answer else {
            Issue.record("the asset's family is covered: \(reply.answer)")
            return
        }
        #expect(opening.case.product?.text == "laser" && opening.case.asset?.text == "SN-1")
    }

    @Test("settings hold until they are replaced", arguments: StoreKind.allCases)
    func settings(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        #expect(try await clerk.ask(GetSettings()) == Settings())
        try await clerk.customer("acme")
        try await clerk.entitlement("e", EntitlementTerms(for: "acme", cases: 1))
        let id = RequestID()
        let update = UpdateSettings(
            Settings(fallsThrough: false, defaultEntitlement: try EntitlementID("e"), closingDays: 30))
        let updated = try await clerk.perform(update, id: id).answer
        #expect(updated.version == 1 && !updated.fallsThrough && updated.closingDays == 30)
        #expect(try await clerk.ask(GetSettings()) == updated)
        let error = await #expect(throws: EntitledError.self) { try await clerk.perform(update) }
        #expect(error?.reason == .versionConflict)
        #expect(try await clerk.perform(update, id: id).answer == updated)
    }

    @Test("without falling through, the most specific entitlement decides alone", arguments: StoreKind.allCases)
    func appliesSettings(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("acme")
        try await clerk.entitlement("any", EntitlementTerms(for: "acme", cases: 1))
        try await clerk.entitlement("phone", EntitlementTerms(for: "acme", cases: 1, channels: ["phone"]))
        _ = try await clerk.open("C-1", customer: "acme", channel: "phone")
        try await clerk.perform(UpdateSettings(Settings(fallsThrough: false)))
        guard case .refused(let refusal) = try await clerk.open("C-2", customer: "acme", channel: "phone").answer
        else {
            Issue.record("the exhausted one should decide alone")
            return
        }
        #expect(refusal.reason == .exhausted && refusal.entitlement?.text == "phone")
    }
}
