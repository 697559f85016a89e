import EntitledCore
import EntitledPostgres
import EntitledService
import EntitledTestKit
import Testing

@testable import EntitledStore

/// The statements of a batch must cost what the batch costs, however large the tenant has grown.
@Suite struct PlanTests {
    /// Rows that one statement may read for a batch: a few for each call. The tables below have many times as many.
    private static let rows = 5_000

    @Test("a batch reads no whole table of a large tenant, not even by plans that were made when it was small")
    func readsFewRows() async throws {
        let installation = try await TestInstallation.make()
        let slug = try await installation.makeTenant()
        let connection = try await PostgresConnection.open(
            PostgresConfiguration(
                conninfo: installation.adminConninfo, statementTimeout: .seconds(60),
                settings: Placements.planning))
        let batch = try Self.batch
        let read = try await connection.run { session in
            try session.execute("set search_path = \"tenant_\(slug)\"")
            var read: [String: Int] = [:]
            for statement in Self.fill(1...1) + ["vacuum analyze"] { try session.execute(statement) }
            for (place, step) in batch.enumerated() {
                try session.execute("prepare probe_\(place) as \(step.statement.sql)")
                _ = try Self.explain("probe_\(place)", step.arguments, session)
            }
            for statement in Self.fill(2...30_000) { try session.execute(statement) }
            for mode in ["force_generic_plan", "force_custom_plan"] {
                try session.execute("set plan_cache_mode = \(mode)")
                for (place, step) in batch.enumerated() {
                    let plan = try Self.explain("probe_\(place)", step.arguments, session, options: "analyze")
                    read["\(step.statement.name) \(place), \(mode)"] = Self.rows(in: plan)
                }
                try session.execute("analyze")
            }
            return read
        }
        await connection.close()
        #expect(read.count == 2 * batch.count)
        for (statement, rows) in read { #expect(rows < Self.rows, "\(statement) read \(rows) rows") }
    }

    /// How a prepared statement is executed; nothing of it is left behind.
    /// - Parameters:
    ///   - arguments: SQL that makes them.
    ///   - options: `analyze` executes it indeed.
    private static func explain(
        _ statement: String, _ arguments: [String], _ session: PostgresSession, options: String = ""
    ) throws -> [String] {
        let values = try arguments.map { try session.query("select quote_nullable((\($0))::text)").only().text(0) }
        try session.execute("begin")
        defer { try? session.execute("rollback") }
        // What the first statement keeps for the others.
        _ = try session.query("select set_config('entitled.owners', (\(ids("c")))::text, true)")
        return try session.query("explain \(options) execute \(statement)(\(values.joined(separator: ", ")))").map {
            try $0.text(0)
        }
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

    private typealias Step = (statement: Statement, arguments: [String])

    /// The statements that load a batch and write its balances, with SQL that makes their arguments.
    private static var batch: [Step] {
        get throws { loading + (try writing) }
    }

    private static var loading: [Step] {
        let requests = "array(select md5(n::text)::uuid from generate_series(-500, 11) as n)"
        var statements = [
            (CatalogueTables.loadLines, [ids("c")]),
            (Statements.loadClock, [requests, ids("k"), ids("c")]), (Statements.loadDecided, [requests]),
            (Statements.lockEntitlements, ["'{}'", "'2026-01-01'"]),
            (Statements.lockOwnEntitlements, [ids("c"), "'2026-01-01'"]),
            (EntitlementTables.load, ["'{}'"]), (EntitlementTables.load, [ids("e")]),
            (EntitlementTables.loadOwn, [ids("c")]),
            (CaseTables.load, [ids("k")]),
        ]
        var needs = Needs()
        needs.customers = [CustomerID(stored: "any")]
        needs.products = [ProductID(stored: "any")]
        needs.assets = [AssetID(stored: "any")]
        needs.calendars = [CalendarID(stored: "any")]
        for statement in CatalogueTables.all.compactMap({ $0.loading(needs)?.statement }) {
            switch statement.name {
            case "load_product": statements.append((statement, [ids("p"), ids("a")]))
            case "load_asset": statements.append((statement, [ids("a")]))
            default: statements.append((statement, [ids("c")]))
            }
        }
        return statements
    }

    private static var writing: [Step] {
        get throws {
            let grant = Grant(
                number: 1, origin: .purchase, quantity: 100, charged: 1, held: 0, from: nil, until: nil, priority: 0,
                changedAt: .systemNow)
            let key = GrantKey(entitlement: EntitlementID(stored: "any"), allocation: "main", grant: 1)
            let row = EntitlementTables.GrantRow(key: key, grant: grant)
            func each(_ value: String) -> String { "array(select \(value) from generate_series(1, 64))" }
            let values = ["'main'", "1", "1", "100", "1", "0", "null::text", "null::text", "0", "'2026-01-01'"]
            return try EntitlementTables.grant.updating([row, row]).map {
                ($0.statement, [ids("e")] + values.map(each))
            }
                + EntitlementTables.grant.updating([row]).map { ($0.statement, ["'e300'"] + values) }
        }
    }

    private static func ids(_ prefix: String) -> String {
        "array(select '\(prefix)' || n * 300 from generate_series(1, 64) as n)"
    }

    private static func fill(_ numbers: ClosedRange<Int>) -> [String] {
        let series = "from generate_series(\(numbers.lowerBound), \(numbers.upperBound)) as n"
        return [
            "insert into setting (time_zone) values ('UTC') on conflict do nothing",
            "insert into customer select 'a' || n, 1, 'a', null, null, 1 \(series)",
            "insert into customer select 'c' || n, 1, 'c', 'a' || n, null, 1 \(series)",
            "insert into product select 'p' || n, 'p', null, 1 \(series)",
            "insert into asset select 'a' || n, 'a', 'p' || n, null, 1 \(series)",
            "insert into calendar select 'c' || n, 'c', 'UTC', '[]', '[]', 1 \(series)",
            """
            insert into entitlement (
                id, state, customer_id, serves_descendants, start_day, quantity, calendar_id, is_hours_only,
                exhaustion_policy, carries_from_id, version
            )
            select
                'e' || n, 2, 'c' || n, false, '2020-01-01', 1, 'c' || n, false, 1,
                case when n % 300 = 0 then 'e' || n - 1 end, 1
            \(series)
            """,
            """
            insert into allocation (
                entitlement_id, name, position, kind, unit, quantity, rollover_maximum, carry_maximum, hold_seconds
            )
            select 'e' || n, 'main', 0, 1, 1, 100, 0, 0, 0 \(series)
            """,
            """
            insert into allocation_grant (
                entitlement_id, allocation, number, origin, quantity, charged, held, burn_priority, changed_at
            )
            select 'e' || n, 'main', 1, 1, 100, 0, 0, 0, '2026-01-01' \(series)
            """,
            """
            insert into support_case (id, customer_id, entitlement_id, opened_at)
            select 'k' || n, 'c1', 'e1', '2026-01-01' \(series)
            """,
            "insert into charge select 'k' || n, 2, 'e1', 'main', 1, 1, false \(series)",
            """
            insert into journal (
                number, request_id, method, fingerprint, row_count, event, actor, occurred_at, recorded_at
            )
            select n, md5(n::text)::uuid, 50, decode(repeat('00', 32), 'hex'), 1, 30, 'a', '2026-01-01', '2026-01-01'
            \(series)
            """,
        ]
    }
}
