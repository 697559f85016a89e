package import EntitledCore
import EntitledPostgres
package import EntitledService

/// The store on PostgreSQL: each batch a transaction of two round trips, each read one snapshot.
package struct PostgresStore: Store {
    private let placements: Placements

    package init(_ placements: Placements) {
        self.placements = placements
    }

    package func transact<Value: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ decide: @escaping @Sendable (inout WorkingSet) -> Value
    ) async throws(StoreError) -> Committed<Value> {
        try await run(tenant) { session, placement in
            let loader = FactLoader(needs: needs, locks: true, today: Zone.utc.day(at: .systemNow))
            var facts = try loader.load(session, before: [.begin, placement.enter])
            let value = decide(&facts)
            guard !facts.changes.isEmpty else {
                try Self.end(session, [])
                return Committed(value: value, firstJournalNumber: 0)
            }
            let answers = try Self.end(session, ChangeWriter(facts: facts).steps())
            guard let journal = answers.last else { throw PostgresError(.protocolViolation, "no journal number") }
            return Committed(value: value, firstJournalNumber: try journal.only().int8(0))
        }
    }

    package func read<Value: Sendable>(
        _ tenant: TenantSlug, _ needs: Needs, _ answer: @escaping @Sendable (WorkingSet) -> Value
    ) async throws(StoreError) -> Value {
        try await snapshot(tenant) { session, begin in
            let loader = FactLoader(needs: needs, locks: false, today: Zone.utc.day(at: .systemNow))
            return answer(try loader.load(session, before: begin))
        }
    }

    /// Runs `body` in one read-only snapshot; it sends the given steps before its own.
    func snapshot<Value: Sendable>(
        _ tenant: TenantSlug, _ body: @escaping @Sendable (PostgresSession, [PipelineStep]) throws -> Value
    ) async throws(StoreError) -> Value {
        try await run(tenant) { session, placement in
            let value = try body(session, [PipelineStep(Statements.beginSnapshot), placement.enter])
            try Self.end(session, [])
            return value
        }
    }

    /// Runs `body` on a connection of the tenant's placement; what fails is rolled back.
    private func run<Value: Sendable>(
        _ tenant: TenantSlug, _ body: @escaping @Sendable (PostgresSession, Placement) throws -> Value
    ) async throws(StoreError) -> Value {
        let (pool, placement) = try await placements.placement(of: tenant)
        do {
            return try await pool.withSession(affinity: placement.role) { session in
                do {
                    return try body(session, placement)
                } catch {
                    // The pool discards what can't be rolled back.
                    if session.transactionStatus != .idle { _ = try? session.flush([.rollback]) }
                    throw error
                }
            }
        } catch {
            let failure = StoreError(of: error)
            // The placement may be at fault: the next call looks it up again.
            if failure.failure == .tenantUnavailable { placements.forget(tenant) }
            throw failure
        }
    }

    /// Persists and commits in one round trip, and makes sure that the connection is its login role again.
    @discardableResult
    private static func end(_ session: PostgresSession, _ steps: [PipelineStep]) throws -> ArraySlice<Rows> {
        let answers = try session.flush(steps + [.commit, PipelineStep(Statements.isOwnRole)])
        if let last = answers.last, try !last.only().bool(0) { session.retire() }
        return answers.dropLast(2)
    }
}
