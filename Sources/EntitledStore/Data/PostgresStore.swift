package import EntitledCore
import EntitledPostgres
package import EntitledService

/// The store on PostgreSQL: each batch a transaction of two round trips, each read one snapshot.
package struct PostgresStore: Store {
    private let placements: Placements

    package init(_ placements: Placements) {
        self.placements = placements
    }

    package func transact<Value: Sendable, Result: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ decide: @escaping @Sendable (inout WorkingSet) -> Value,
        _ finish: @escaping @Sendable (Committed<Value>) -> Result
    ) async throws(StoreError) -> Result {
        try await run(.batch, tenant) { transaction in
            var facts = try FactLoader(needs: needs, locks: true).load(transaction)
            let value = decide(&facts)
            guard !facts.changes.isEmpty else {
                try transaction.commit()
                return finish(Committed(value: value, firstJournalNumber: 0))
            }
            let answers = try transaction.commit(try ChangeWriter(facts: facts).steps())
            guard let journal = answers.last else { throw PostgresError(.protocolViolation, "no journal number") }
            return finish(Committed(value: value, firstJournalNumber: try journal.only().int8(0)))
        }
    }

    package func read<Value: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ answer: @escaping @Sendable (WorkingSet) -> Value
    ) async throws(StoreError) -> Value {
        try await run(.snapshot, tenant) { transaction in
            answer(try FactLoader(needs: needs, locks: false).load(transaction))
        }
    }

    /// Runs `body` in a transaction on a connection of the tenant's placement; what fails is rolled back.
    func run<Value: Sendable>(
        _ kind: TenantTransaction.Kind, _ tenant: TenantSlug,
        _ body: @escaping @Sendable (TenantTransaction) throws -> Value
    ) async throws(StoreError) -> Value {
        let (pool, placement) = try await placements.placement(of: tenant)
        @Sendable func run(on session: PostgresSession) throws -> Value {
            let transaction = TenantTransaction(kind, on: session, of: placement)
            do {
                return try body(transaction)
            } catch {
                transaction.abandon()
                throw error
            }
        }
        do {
            do {
                return try await pool.withSession(affinity: placement.role, run)
            } catch let error as PostgresError where error.deniesRole {
                // Another connection knows of a tenant that has just been created.
                return try await pool.withSession(affinity: placement.role, run)
            }
        } catch {
            let failure = StoreError(of: error)
            // The placement may be at fault: the next call looks it up again.
            if failure.failure == .tenantUnavailable { placements.forget(tenant) }
            throw failure
        }
    }
}
