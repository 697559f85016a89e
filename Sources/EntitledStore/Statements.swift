import EntitledPostgres

/// The statements of the data path, by the names of their files under `SQL/`, but for those that are made of
/// ``Templates``. All are static; every value is a parameter.
enum Statements {
    static let enterTenant = make("enter_tenant", PackageResources.enter_tenant_sql)
    /// Stated, because the locks are only worth something if each later statement sees what they waited for.
    static let beginBatch = Statement(
        name: "begin_batch", sql: "begin isolation level read committed, read write")
    static let beginSnapshot = Statement(
        name: "begin_snapshot", sql: "begin isolation level repeatable read, read only")
    /// Ends a transaction that changed nothing: losing its answer loses nothing.
    static let endSnapshot = Statement(name: "end_snapshot", sql: "commit")

    static let planLists = make("plan_lists", PackageResources.plan_lists_sql)
    static let allowLongReading = make("allow_long_reading", PackageResources.allow_long_reading_sql)

    static let lockStructure = make("lock_structure", PackageResources.lock_structure_sql)
    static let lockEntitlements = make("lock_entitlements", PackageResources.lock_entitlements_sql)
    static let lockOwnEntitlements = make("lock_own_entitlements", PackageResources.lock_own_entitlements_sql)

    static let loadClock = make("load_clock", PackageResources.load_clock_sql)
    static let loadDecided = make("load_decided", PackageResources.load_decided_sql)
    static let loadChannels = make("load_channels", PackageResources.load_channels_sql)

    static let updateSetting = make("update_setting", PackageResources.update_setting_sql)
    static let deleteAllocations = make("delete_allocations", PackageResources.delete_allocations_sql)
    static let deleteEntitlements = make("delete_entitlements", PackageResources.delete_entitlements_sql)
    static let insertChannels = make("insert_channels", PackageResources.insert_channels_sql)

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

/// SQL with placeholders, by the names of its files under `SQL/`: the descriptions of tables fill them in
/// (`Data/Tables`).
enum Templates {
    static let loadRecords = PackageResources.load_records_sql
    static let loadCustomers = PackageResources.load_customers_sql
    static let loadLines = PackageResources.load_lines_sql
    static let loadProducts = PackageResources.load_products_sql
    static let loadEntitlements = PackageResources.load_entitlements_sql
    static let packEntitlements = PackageResources.pack_entitlements_sql
    static let reconcilePacked = PackageResources.reconcile_packed_sql
    /// Conditions of those that are loaded.
    static let ofLines = PackageResources.of_lines_sql
    static let ofCustomers = PackageResources.of_customers_sql
    static let loadCases = PackageResources.load_cases_sql
    static let insertRows = PackageResources.insert_rows_sql
    static let updateRows = PackageResources.update_rows_sql
    static let insertJournal = PackageResources.insert_journal_sql
    static let listRecords = PackageResources.list_records_sql
}
