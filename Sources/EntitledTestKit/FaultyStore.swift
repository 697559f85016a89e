package import EntitledCore
package import EntitledService
import Synchronization

/// A store in memory that fails as it is told, can be held up, and counts what reaches it.
package final class FaultyStore: Store {
    package enum Fault: Sendable {
        /// Nothing was done.
        case before(StoreError.Failure)
        /// It was done, but the caller is told that nobody knows.
        case after(StoreError.Failure)
    }

    package let inner: MemoryStore
    private let faults: Mutex<[Fault]>
    /// Fails every batch that holds a case of this id, as something that the database refuses would.
    private let poison: (case: CaseID, failure: StoreError.Failure)?
    package let gate: Gate
    private let counts = Mutex<[Int]>([])

    /// - Parameter gate: holds up every transaction and read, but no list.
    package init(
        _ faults: [Fault] = [], poison: (case: CaseID, failure: StoreError.Failure)? = nil, gate: Gate = Gate(),
        locks: MemoryStore.Locks = .all
    ) {
        inner = MemoryStore(locks: locks)
        self.faults = Mutex(faults)
        self.poison = poison
        self.gate = gate
    }

    /// How many requests each transaction had that was begun.
    package var batches: [Int] { counts.withLock { $0 } }

    package func transact<Value: Sendable, Result: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ decide: @escaping @Sendable (inout WorkingSet) -> Value,
        _ finish: @escaping @Sendable (Committed<Value>) -> Result
    ) async throws(StoreError) -> Result {
        counts.withLock { $0.append(needs.requests.count) }
        await gate.pass()
        if let poison, needs.cases.contains(poison.case) { throw StoreError(poison.failure, "poison") }
        let fault = faults.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if case .before(let failure) = fault { throw StoreError(failure, "told to") }
        let committed = try await inner.transact(tenant, needs, decide)
        if case .after(let failure) = fault { throw StoreError(failure, "told to") }
        return finish(committed)
    }

    package func read<Value: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ answer: @escaping @Sendable (WorkingSet) -> Value
    ) async throws(StoreError) -> Value {
        await gate.pass()
        return try await inner.read(tenant, needs, answer)
    }

    package func list<Record: StoredRecord>(
        _ query: ListRecords<Record>, of tenant: TenantSlug
    ) async throws(StoreError) -> Page<Record> {
        try await inner.list(query, of: tenant)
    }
    package func list(_ query: ListChannels, of tenant: TenantSlug) async throws(StoreError) -> Page<Channel> {
        try await inner.list(query, of: tenant)
    }
    package func list(_ query: ListEntitlements, of tenant: TenantSlug) async throws(StoreError) -> Page<
        EntitlementView
    > {
        try await inner.list(query, of: tenant)
    }
    package func list(_ query: ListJournal, after: Int64, of tenant: TenantSlug) async throws(StoreError) -> Page<
        JournalLine
    > {
        try await inner.list(query, after: after, of: tenant)
    }
    package func reconcile(_ tenant: TenantSlug) async throws(StoreError) -> Reconciliation {
        try await inner.reconcile(tenant)
    }
}
