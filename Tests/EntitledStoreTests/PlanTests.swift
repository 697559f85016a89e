import EntitledCore
import EntitledPostgres
import EntitledTestKit
import Testing

@testable import EntitledStore

/// The statements of a batch must cost what the batch costs, however large the tenant has grown.
@Suite struct PlanTests {
    /// Rows that one statement may read for a batch: a few for each call. The tables below have many times as many.
    private static let rows = 5_000

    @Test("a batch reads no whole table of a large tenant, whether its plan is custom or generic")
    func readsFewRows() async throws {
        let installation = try await TestInstallation.make()
        let slug = try await installation.makeTenant()
        let connection = try await PostgresConnection.open(
            PostgresConfiguration(
                conninfo: installation.adminConninfo, statementTimeout: .seconds(60),
                settings: Placements.planning))
        let read = try await connection.run { session in
            try session.execute("set search_path = \"tenant_\(slug)\"")
            for statement in Self.fill { try session.execute(statement) }
            var read: [String: Int] = [:]
            for (mode, batch) in ["force_custom_plan", "force_generic_plan"].flatMap({ mode in
                Self.batch.map { (mode, $0) }
            }) {
                try session.execute("set plan_cache_mode = \(mode)")
                try session.execute("begin")
                try session.execute("prepare probe as \(batch.statement.sql)")
                let array = try session.query("select quote_literal((\(batch.array))::text)").only().text(0)
                let lines = try session.query("explain analyze execute probe(\(array)\(batch.others))")
                    .map { try $0.text(0) }
                try session.execute("rollback")
                try session.execute("deallocate probe")
                read["\(batch.statement.name), \(mode)"] = Self.rows(in: lines)
            }
            return read
        }
        await connection.close()
        #expect(read.count == 2 * Self.batch.count)
        for (statement, rows) in read { #expect(rows < Self.rows, "\(statement) read \(rows) rows") }
    }

    /// Rows that the plan's scans of tables read, also those that a filter removed.
    private static func rows(in plan: [String]) -> Int {
        var sum = 0
        var loops = 0
        for line in plan {
            if let scan = line.firstMatch(of: /\ on [a-z_]+.*actual time=\S+ rows=(\d+) loops=(\d+)/) {
                loops = Int(scan.2) ?? 0
                sum += (Int(scan.1) ?? 0) * loops
            } else if let removed = line.firstMatch(of: /Rows Removed by (?:Join )?Filter: (\d+)/) {
                sum += (Int(removed.1) ?? 0) * loops
            }
        }
        return sum
    }

    /// The statements that load a batch, with SQL that makes their first argument, and the others.
    private static let batch: [(statement: Statement, array: String, others: String)] = [
        (Statements.loadDecided, "array(select md5(n::text)::uuid from generate_series(-500, 11) as n)", ""),
        (Statements.lockEntitlements, ids("c"), ", '{}', '2026-01-01'"),
        (Statements.loadEntitlements, ids("c"), ", '{}'"),
        (Statements.loadCustomers, ids("c"), ""),
        (Statements.loadCases, ids("k"), ""),
    ]

    private static func ids(_ prefix: String) -> String {
        "array(select '\(prefix)' || n * 300 from generate_series(1, 64) as n)"
    }

    private static let fill = [
        "insert into customer select 'c' || n, 1, 'c' from generate_series(1, 30000) as n",
        """
        insert into entitlement (id, customer_id, serves_descendants, start_day, exhaustion_policy, state)
        select 'e' || n, 'c' || n, false, '2020-01-01', 1, 2 from generate_series(1, 30000) as n
        """,
        "insert into allocation select 'e' || n, 'main', 0, 1, 100 from generate_series(1, 30000) as n",
        """
        insert into allocation_grant
        select 'e' || n, 'main', 1, 100, 0, 0, '2026-01-01' from generate_series(1, 30000) as n
        """,
        """
        insert into support_case
        select 'k' || n, 'c1', null, null, 'e1', '2026-01-01' from generate_series(1, 60000) as n
        """,
        "insert into charge select 'k' || n, 1, 'e1', 'main', 1, 1 from generate_series(1, 60000) as n",
        """
        insert into journal (
            number, request_id, method, fingerprint, row_count, event, actor, occurred_at, recorded_at
        )
        select n, md5(n::text)::uuid, 50, decode(repeat('00', 32), 'hex'), 1, 30, 'a', '2026-01-01', '2026-01-01'
        from generate_series(1, 120000) as n
        """,
        "analyze",
    ]
}
