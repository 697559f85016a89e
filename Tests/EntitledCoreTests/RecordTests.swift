import EntitledCore
import Testing

/// The catalogue: records are added, replaced as a whole by whoever read them last, and form trees.
@Suite struct RecordTests {
    private func update<Record: StoredRecord>(
        _ record: Record?, in world: inout World, _ edit: (inout Record) -> Void
    ) throws -> Record {
        var record = try #require(record)
        edit(&record)
        return try world.perform(UpdateRecord(record))
    }

    @Test("a record's version is 1 at first, one more with each update, and an update needs the one that was read")
    func versions() throws {
        var world = World()
        let added = try world.perform(AddProduct(Product(id: "new", name: "New")))
        #expect(added.version == 1)
        var read = added
        read.name = "Newer"
        #expect(try world.perform(UpdateRecord(read)).version == 2)
        #expect(world.facts.products["new"]?.name == "Newer")
        #expect(reason { try world.perform(UpdateRecord(read)) } == "version_conflict version")
        #expect(reason { try world.perform(AddProduct(added)) } == "already_exists id")
        #expect(reason { try world.perform(UpdateRecord(Product(id: "none"))) } == "not_found id")
    }

    @Test("settings are replaced by version too, and their closing days are 0 to 366")
    func settings() throws {
        var world = World()
        #expect(try world.perform(UpdateSettings(Settings(fallsThrough: false))).version == 1)
        #expect(reason { try world.perform(UpdateSettings(Settings())) } == "version_conflict version")
        for (days, expected) in [(-1, "invalid_field closing_days"), (367, "invalid_field closing_days"), (366, nil)] {
            var settings = world.facts.settings
            settings.closingDays = Int32(days)
            #expect(reason { try world.perform(UpdateSettings(settings)) } == expected)
        }
    }

    @Test(
        "customers that can't be are refused",
        arguments: [
            (Customer(id: "new", kind: .account), nil), (Customer(id: "new", kind: .account, parent: "acme"), nil),
            (Customer(id: "new", kind: .contact, parent: "acme"), nil),
            (Customer(id: "new", kind: .contact), "invalid_field parent"),
            (Customer(id: "new", kind: .account, parent: "anna"), "invalid_field parent"),
            (Customer(id: "new", kind: .account, parent: "new"), "not_found parent"),
            (Customer(id: "new", kind: .account, parent: "none"), "not_found parent"),
            (Customer(id: "new", kind: .account, name: " "), "invalid_field name"),
            (Customer(id: "new", kind: .account, defaultEntitlement: "none"), "not_found default_entitlement"),
        ] as [(Customer, String?)])
    func customers(customer: Customer, expected: String?) {
        var world = World()
        #expect(reason { try world.perform(AddCustomer(customer)) } == expected)
    }

    @Test(
        "an account can't stand below itself, nor below one that stands below it",
        arguments: ["world", "europe", "acme"] as [CustomerID])
    func cycles(parent: CustomerID) throws {
        var world = World()
        let record = world.facts.customers["world"]
        #expect(reason { _ = try update(record, in: &world) { $0.parent = parent } } == "invalid_field parent")
        #expect(try update(record, in: &world) { $0.parent = "stranger" }.parent == "stranger")
    }

    @Test("a family can't stand below itself, nor below one of its products")
    func productCycles() throws {
        var world = World()
        let suite = world.facts.products["suite"]
        #expect(reason { _ = try update(suite, in: &world) { $0.family = "suite" } } == "invalid_field family")
        #expect(reason { _ = try update(suite, in: &world) { $0.family = "laser-x" } } == "invalid_field family")
        #expect(try update(suite, in: &world) { $0.family = "mouse" }.family == "mouse")
    }

    @Test("a customer's kind and a contract's customer can't be changed")
    func fixed() throws {
        var world = World()
        let account = Customer(id: "anna", kind: .account, version: 1)
        #expect(reason { try world.perform(UpdateRecord(account)) } == "invalid_field kind")
        let contract = try world.perform(AddContract(Contract(id: "K-1", customer: "acme", manager: "m-7")))
        #expect(
            reason {
                try world.perform(UpdateRecord(Contract(id: "K-1", customer: "world", version: contract.version)))
            }
                == "invalid_field customer")
    }

    @Test("trees have at most 32 levels")
    func depth() throws {
        var world = World()
        var above: ProductID?
        for level in 1...32 {
            let id = ProductID(stringLiteral: "level \(level)")
            try world.perform(AddProduct(Product(id: id, family: above)))
            above = id
        }
        #expect(
            reason { try world.perform(AddProduct(Product(id: "deeper", family: above))) } == "invalid_field family")
    }

    @Test("a tree moved below another decides by where it stands now")
    func moved() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(for: "stranger") { $0.servesDescendants = true })
        #expect(try world.open(1, Inquiry("anna")).taker == nil)
        _ = try update(world.facts.customers["europe"], in: &world) { $0.parent = "stranger" }
        #expect(try world.open(1, Inquiry("anna")).taker == "e")
    }

    @Test("what records refer to must exist")
    func references() {
        var world = World()
        #expect(reason { try world.perform(AddAsset(Asset(id: "SN-9", product: "none"))) } == "not_found product")
        #expect(
            reason { try world.perform(AddAsset(Asset(id: "SN-9", product: "mouse", customer: "none"))) }
                == "not_found customer")
        #expect(reason { try world.perform(AddContract(Contract(id: "K", customer: "none"))) } == "not_found customer")
        let level = ServiceLevel(id: "s", targets: [.init(name: "resolution", seconds: 1)], calendar: "none")
        #expect(reason { try world.perform(AddServiceLevel(level)) } == "not_found calendar")
    }

    @Test(
        "a service level has 1 to 100 targets, one of a name for each priority, of 1 second to ten years",
        arguments: [
            ([], "invalid_field targets"),
            ([.init(name: "resolution", seconds: 0)], "invalid_field targets.seconds"),
            ([.init(name: "resolution", seconds: 315_576_001)], "invalid_field targets.seconds"),
            ([.init(name: "", seconds: 1)], "invalid_field targets.name"),
            ([.init(name: "a", seconds: 1), .init(name: "a", seconds: 2)], "invalid_field targets"),
            ([.init(name: "a", seconds: 1), .init(name: "a", priority: 1, seconds: 2)], nil),
            ([.init(name: "a", seconds: 315_576_000)], nil),
        ] as [([ServiceLevel.Target], String?)])
    func targets(targets: [ServiceLevel.Target], expected: String?) {
        var world = World()
        #expect(reason { try world.perform(AddServiceLevel(ServiceLevel(id: "s", targets: targets))) } == expected)
    }

    @Test("a channel is added once, and the standard ones are there already")
    func channels() throws {
        var world = World()
        #expect(reason { try world.perform(AddChannel(id: "phone")) } == "already_exists id")
        try world.perform(AddChannel(id: "smoke"))
        #expect(reason { try world.perform(AddChannel(id: "smoke")) } == "already_exists id")
        try world.sell("e", EntitlementTerms { $0.service.channels = ["smoke"] })
        #expect(try world.open(1, Inquiry("acme", channel: "smoke")).taker == "e")
    }
}
