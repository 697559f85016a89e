import EntitledCore

/// The tables of the catalogue: for each kind of record the one place that says how it is kept.
enum CatalogueTables {
    /// In the order in which they refer to each other.
    static let all: [any CatalogueTable] = [customers, products, assets, calendars, serviceLevels, plans, contracts]

    /// The table of one kind.
    static func table<Record: StoredRecord>(of kind: Record.Type) -> RecordTable<Record> {
        guard let table = all.lazy.compactMap({ $0 as? RecordTable<Record> }).first else {
            preconditionFailure("there is no table for \(kind)")
        }
        return table
    }

    /// Reads customers as ``customers`` does, and keeps what follows from their lines for later statements.
    static let loadLines = customers.statement("load_lines", Templates.loadLines)

    static let customers = RecordTable<Customer>(
        "customer",
        [
            .int2("kind") { $0.kind.rawValue },
            .text("name") { $0.name },
            .text("parent_id") { $0.parent?.text },
            .text("default_entitlement_id") { $0.defaultEntitlement?.text },
        ], load: Templates.loadCustomers
    ) { row in
        Customer(
            id: try row.id(), kind: try row.named(), name: try row.text(), parent: try row.optionalID(),
            defaultEntitlement: try row.optionalID(), version: try row.int8())
    }

    private static let products = RecordTable<Product>(
        "product",
        [
            .text("name") { $0.name },
            .text("family_id") { $0.family?.text },
        ], load: Templates.loadProducts,
        keys: [{ $0.products.map(\.text) }, { $0.assets.map(\.text) }]
    ) { row in
        Product(id: try row.id(), name: try row.text(), family: try row.optionalID(), version: try row.int8())
    }

    private static let assets = RecordTable<Asset>(
        "asset",
        [
            .text("name") { $0.name },
            .text("product_id") { $0.product.text },
            .text("customer_id") { $0.customer?.text },
        ]
    ) { row in
        Asset(
            id: try row.id(), name: try row.text(), product: try row.id(), customer: try row.optionalID(),
            version: try row.int8())
    }

    private static let calendars = RecordTable<BusinessCalendar>(
        "calendar",
        [
            .text("name") { $0.name },
            .text("time_zone") { $0.timeZone.name },
            .json("hours") { $0.hours },
            .json("holidays") { $0.holidays },
        ]
    ) { row in
        BusinessCalendar(
            id: try row.id(), name: try row.text(), timeZone: Zone(stored: try row.text()), hours: try row.json(),
            holidays: try row.json(), version: try row.int8())
    }

    private static let serviceLevels = RecordTable<ServiceLevel>(
        "sla",
        [
            .text("name") { $0.name },
            .json("targets") { $0.targets },
            .text("calendar_id") { $0.calendar?.text },
        ]
    ) { row in
        ServiceLevel(
            id: try row.id(), name: try row.text(), targets: try row.json(), calendar: try row.optionalID(),
            version: try row.int8())
    }

    private static let plans = RecordTable<Plan>(
        "plan",
        [
            .text("name") { $0.name },
            .json("service") { $0.service },
            .int4("months") { $0.months },
        ]
    ) { row in
        Plan(
            id: try row.id(), name: try row.text(), service: try row.json(), months: try row.optionalInt4(),
            version: try row.int8())
    }

    private static let contracts = RecordTable<Contract>(
        "contract",
        [
            .text("name") { $0.name },
            .text("customer_id") { $0.customer.text },
            .text("manager") { $0.manager },
        ]
    ) { row in
        Contract(
            id: try row.id(), name: try row.text(), customer: try row.id(), manager: try row.optionalText(),
            version: try row.int8())
    }
}
