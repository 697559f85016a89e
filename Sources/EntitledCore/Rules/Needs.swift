/// What a batch of calls has to lock and load before it can be decided.
///
/// Everything is named by id; the store adds what hangs on it: ancestors, families, allocations, grants, an
/// entitlement's calendar and the predecessor from which it still carries over, an asset's product.
package struct Needs: Hashable, Sendable {
    /// A tree of records is edited, or a record or the settings are replaced: their one root is locked.
    package var structure = false
    /// Earlier calls of these ids, whatever they were.
    package var requests: Set<RequestID> = []
    /// Customers, with their lines of ancestors.
    package var customers: Set<CustomerID> = []
    /// Customers whose candidates are needed, with their lines: the entitlements of the whole line, the live ones
    /// locked, and the default entitlements that may cover when none of these does, unlocked.
    package var candidates: Set<CustomerID> = []
    /// Entitlements to lock by id, whatever their state.
    package var entitlements: Set<EntitlementID> = []
    /// Products, with their families.
    package var products: Set<ProductID> = []
    /// Assets, with their products and these's families.
    package var assets: Set<AssetID> = []
    package var calendars: Set<CalendarID> = []
    package var serviceLevels: Set<ServiceLevelID> = []
    package var plans: Set<PlanID> = []
    package var contracts: Set<ContractID> = []
    package var channels: Set<ChannelID> = []
    package var cases: Set<CaseID> = []

    package init() {}
}

/// Thrown by a decision that would rest on facts which aren't locked: the call goes into the next batch with them.
package struct UnlockedFacts: Error, Hashable {
    package let entitlements: Set<EntitlementID>
}
