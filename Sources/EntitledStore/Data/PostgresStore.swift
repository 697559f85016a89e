package import EntitledCore
import EntitledPostgres
package import EntitledService

/// The store on PostgreSQL: each batch a transaction of two round trips, each read one snapshot.
package struct PostgresStore: Store {
    /// How many connections may deny a tenant's role before that is believed: sessions that make up their lists of
    /// roles at the same moment miss the same one.
    private static let connectionsTried = 4

    private let placements: Placements

    package init(_ placements: Placements) {
        self.placements = placements
    }

    package func transact<Value: Sendable, Result: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ decide: @escaping @Sendable (inout WorkingSet) -> Value,
        _ finish: @escaping @Sendable (Committed<Value>) -> Result
    ) async throws(StoreError) -> Result {
        try await load(tenant, needs, locks: true) { facts, transaction in
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
        try await load(tenant, needs, locks: false) { facts, _ in answer(facts) }
    }

    /// Runs `body` on the facts. They are asked for before the connection's thread is woken: the server looks for them
    /// meanwhile.
    private func load<Value: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, locks: Bool,
        _ body: @escaping @Sendable (inout WorkingSet, TenantTransaction) throws -> Value
    ) async throws(StoreError) -> Value {
        let home = try await placements.placement(of: tenant)
        let loader = FactLoader(needs: needs, locks: locks, hints: home.placement.hints)
        return try await run(locks ? .batch : .snapshot, tenant, home, ahead: loader.sendAhead) { transaction in
            var facts = try loader.load(transaction)
            return try body(&facts, transaction)
        }
    }

    /// Runs `body` in a transaction on a connection of the tenant's placement; what fails is rolled back.
    func run<Value: Sendable>(
        _ kind: TenantTransaction.Kind, _ tenant: TenantSlug,
        _ body: @escaping @Sendable (TenantTransaction) throws -> Value
    ) async throws(StoreError) -> Value {
        try await run(kind, tenant, try await placements.placement(of: tenant), ahead: { _ in }, body)
    }

    private func run<Value: Sendable>(
        _ kind: TenantTransaction.Kind, _ tenant: TenantSlug, _ home: (pool: PostgresPool, placement: Placement),
        ahead: @Sendable (TenantTransaction) -> Void,
        _ body: @escaping @Sendable (TenantTransaction) throws -> Value
    ) async throws(StoreError) -> Value {
        let (pool, placement) = home
        @Sendable func sendAhead(on session: PostgresSession) {
            ahead(TenantTransaction(kind, on: session, of: placement))
        }
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
            // Another connection knows of a tenant that has just been created; or not yet either, if it was made up at
            // the same time. A new one does.
            for _ in 1..<Self.connectionsTried {
                do {
                    return try await pool.withSession(affinity: placement.role, ahead: sendAhead, run)
                } catch let error as PostgresError where error.deniesRole {}
            }
            return try await pool.withSession(affinity: placement.role, ahead: sendAhead, run)
        } catch {
            let failure = StoreError(of: error)
            // The placement may be at fault: the next call looks it up again.
            if failure.failure == .tenantUnavailable { placements.forget(tenant) }
            throw failure
        }
    }
}
