import EntitledPostgres

/// Every statement of the data path, by the name of its file under `SQL/`. All are static; every value is a parameter.
enum Statements {
    static let enterTenant = make("enter_tenant", PackageResources.enter_tenant_sql)
    /// Stated, because the locks are only worth something if each later statement sees what they waited for.
    static let beginBatch = Statement(
        name: "begin_batch", sql: "begin isolation level read committed, read write")
    static let beginSnapshot = Statement(
        name: "begin_snapshot", sql: "begin isolation level repeatable read, read only")
    /// Ends a transaction that changed nothing: losing its answer loses nothing.
    static let endSnapshot = Statement(name: "end_snapshot", sql: "commit")

    static let allowLongReading = make("allow_long_reading", PackageResources.allow_long_reading_sql)

    static let lockStructure = make("lock_structure", PackageResources.lock_structure_sql)
    static let lockEntitlements = make("lock_entitlements", PackageResources.lock_entitlements_sql)

    static let loadClock = make("load_clock", PackageResources.load_clock_sql)
    static let loadDecided = make("load_decided", PackageResources.load_decided_sql)
    static let loadCustomers = make("load_customers", PackageResources.load_customers_sql)
    static let loadProducts = make("load_products", PackageResources.load_products_sql)
    static let loadChannels = make("load_channels", PackageResources.load_channels_sql)
    static let loadEntitlements = make("load_entitlements", PackageResources.load_entitlements_sql)
    static let loadCases = make("load_cases", PackageResources.load_cases_sql)

    static let insertCustomers = make("insert_customers", PackageResources.insert_customers_sql)
    static let insertProducts = make("insert_products", PackageResources.insert_products_sql)
    static let insertChannels = make("insert_channels", PackageResources.insert_channels_sql)
    static let insertEntitlement = make("insert_entitlement", PackageResources.insert_entitlement_sql)
    static let insertAllocations = make("insert_allocations", PackageResources.insert_allocations_sql)
    static let updateStates = make("update_states", PackageResources.update_states_sql)
    static let insertGrants = make("insert_grants", PackageResources.insert_grants_sql)
    static let updateGrants = make("update_grants", PackageResources.update_grants_sql)
    static let insertCases = make("insert_cases", PackageResources.insert_cases_sql)
    static let insertCharges = make("insert_charges", PackageResources.insert_charges_sql)
    static let insertJournal = make("insert_journal", PackageResources.insert_journal_sql)

    static let listCustomers = make("list_customers", PackageResources.list_customers_sql)
    static let listProducts = make("list_products", PackageResources.list_products_sql)
    static let listChannels = make("list_channels", PackageResources.list_channels_sql)
    static let listEntitlements = make("list_entitlements", PackageResources.list_entitlements_sql)
    static let listJournal = make("list_journal", PackageResources.list_journal_sql)
    static let reconcileCounts = make("reconcile_counts", PackageResources.reconcile_counts_sql)
    static let reconcileGrants = make("reconcile_grants", PackageResources.reconcile_grants_sql)
    static let reconcileBalances = make("reconcile_balances", PackageResources.reconcile_balances_sql)

    static let enterDirectory = make("enter_directory", PackageResources.enter_directory_sql)
    static let findKey = make("find_key", PackageResources.find_key_sql)
    static let validKeys = make("valid_keys", PackageResources.valid_keys_sql)
    static let findPlacement = make("find_placement", PackageResources.find_placement_sql)

    private static func make(_ name: String, _ bytes: [UInt8]) -> Statement {
        Statement(name: name, sql: String(decoding: bytes, as: UTF8.self))
    }
}
