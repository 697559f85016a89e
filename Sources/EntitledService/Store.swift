package import EntitledCore

/// Where tenants' facts are kept. Implemented on PostgreSQL and, for tests, in memory; both pass one conformance suite.
package protocol Store: Sendable {
    /// Runs one batch as one transaction: locks and loads what `needs` names, lets `decide` run on it synchronously,
    /// and commits its changes.
    ///
    /// `decide` may run again if the transaction has to; only the last run counts.
    /// - Parameter finish: called on the same thread as `decide` as soon as the changes are committed, so that nobody
    ///   who waits for that also waits for a change of threads.
    /// - Throws: ``StoreError``. After ``StoreError/Failure/outcomeUnknown`` the changes may have been committed.
    func transact<Value: Sendable, Result: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ decide: @escaping @Sendable (inout WorkingSet) -> Value,
        _ finish: @escaping @Sendable (Committed<Value>) -> Result
    ) async throws(StoreError) -> Result

    /// Loads what `needs` names from one snapshot, without a lock.
    /// - Parameter answer: called when the snapshot is over.
    func read<Value: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ answer: @escaping @Sendable (WorkingSet) -> Value
    ) async throws(StoreError) -> Value

    func list<Record: StoredRecord>(
        _ query: ListRecords<Record>, of tenant: TenantSlug
    ) async throws(StoreError) -> Page<Record>
    func list(_ query: ListChannels, of tenant: TenantSlug) async throws(StoreError) -> Page<Channel>
    func list(_ query: ListEntitlements, of tenant: TenantSlug) async throws(StoreError) -> Page<EntitlementView>
    /// - Parameter after: the journal number after which the page begins.
    func list(
        _ query: ListJournal, after: Int64, of tenant: TenantSlug
    ) async throws(StoreError) -> Page<JournalLine>
    func reconcile(_ tenant: TenantSlug) async throws(StoreError) -> Reconciliation
}

/// What a committed batch came to.
package struct Committed<Value: Sendable>: Sendable {
    package let value: Value
    /// The journal number of the batch's first row; 0 if it wrote none.
    package let firstJournalNumber: Int64

    package init(value: Value, firstJournalNumber: Int64) {
        self.value = value
        self.firstJournalNumber = firstJournalNumber
    }
}

/// Why a transaction failed, told apart by what can be done about it.
package struct StoreError: Error, CustomStringConvertible {
    package enum Failure: Hashable, Sendable {
        /// Another transaction was faster (a unique key, a deadlock, a serialisation failure): run it again.
        case conflict
        /// A value that the database refuses: one call of the batch is at fault.
        case data
        /// The connection was lost, nothing was committed: wait, then run it again.
        case connection
        /// The connection was lost during the commit: run it again, the request ids tell what is decided already.
        case outcomeUnknown
        /// A lock or a statement took longer than allowed.
        case busy
        /// More wait for a connection than may.
        case overloaded
        /// The tenant doesn't exist, is suspended, or its schema isn't what this version needs.
        case tenantUnavailable
        /// Our own fault.
        case bug
    }

    package let failure: Failure
    /// For the log: names statements and SQLSTATEs, never values.
    package let message: String

    package init(_ failure: Failure, _ message: String) {
        self.failure = failure
        self.message = message
    }

    package var description: String { "\(failure): \(message)" }

    /// What a caller is told when nothing else can be tried.
    package var answer: EntitledError {
        switch failure {
        case .conflict, .busy, .connection:
            EntitledError(.unavailable, "the database could not answer now", retryAfter: .milliseconds(200))
        case .outcomeUnknown:
            EntitledError(
                .outcomeUnknown, "the database was lost during the commit; ask again with the same request id",
                retryAfter: .milliseconds(500))
        case .overloaded: Limits.overloaded("more calls wait for the database than may")
        case .tenantUnavailable: EntitledError(.tenantUnavailable, "the tenant can't be served now")
        case .data, .bug: EntitledError(.internalError, "the call could not be carried out")
        }
    }
}

/// The bounds of everything that waits in the service.
package enum Limits {
    /// Commands that one batch decides, at most.
    package static let batch = 512
    /// The same while several tenants are served: so many that their own work outweighs what a batch costs anyway.
    package static let sharedBatch = 64
    /// Queries that are answered from one snapshot, at most: they keep nothing locked, however many they are.
    package static let gatheredQueries = 1_024
    /// After that many turns in a row a tenant counts as served alone.
    package static let turnsAlone = 16
    /// Lanes for commands, and for reads, a tenant.
    package static let lanes = 2
    /// With so many calls waiting in a lane, the tenant's others are used too.
    package static let longQueue = 64
    /// Calls that may wait in one lane.
    package static let laneQueue = 4_096
    /// Lists that may wait in one lane, where they are answered one at a time: reports must not starve cases.
    package static let listQueue = 128
    /// Customers whose topmost account is remembered, a tenant.
    package static let laneHints = 10_000
    /// How often one batch is run again after a conflict or a lost connection.
    package static let attempts = 8
    /// How often a call may find that it needs more locks before it runs alone, and again before it is given up.
    package static let deferrals = 3
    /// The bytes of records that one page may hold, so that an answer stays within a frame of 1 MiB.
    package static let pageBytes = 512 * 1024

    /// - Parameter commands: that a turn allows.
    static func queries(in commands: Int) -> Int { commands == batch ? gatheredQueries : commands }

    static let laneIsFull = overloaded("more calls of the tenant wait than may")

    package static func overloaded(_ message: String) -> EntitledError {
        EntitledError(.overloaded, message, retryAfter: .milliseconds(100))
    }
}
