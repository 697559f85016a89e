import EntitledCore
import EntitledPostgres
import EntitledSchema
import EntitledTestKit
import Testing

@testable import EntitledStore

/// Each step of the schema with data in place: what the step before left.
@Suite struct SchemaStepTests {
    @Test("cases that were opened before their first charge stood in their row keep their charges")
    func leanCases() async throws {
        let (applied, cases) = try await withSchema(atStep: 1) { session, migrate in
            try session.execute(
                """
                insert into support_case (id, customer_id, entitlement_id, opened_at)
                values ('with', 'acme', 'e', '2026-01-01'), ('without', 'acme', 'e', '2026-01-01')
                """)
            try session.execute(
                """
                insert into charge (case_id, number, entitlement_id, allocation, grant_number, amount, is_held)
                values ('with', 1, 'e', 'main', 1, 3, false), ('with', 2, 'e', 'work', 2, 60, true)
                """)
            let applied = try migrate(2)
            try session.execute(
                """
                insert into support_case (
                    id, customer_id, entitlement_id, opened_at, allocation, grant_number, amount, is_held
                )
                values ('younger', 'acme', 'e', '2026-01-01', 'main', 1, 3, false)
                """)
            try session.execute("insert into charge values ('younger', 2, 'e', 'work', 2, 60, true)")
            var parameters = Parameters()
            parameters.append(texts: ["with", "without", "younger"])
            return (applied, try CaseTables.read(try session.query(CaseTables.load.sql, parameters)))
        }
        #expect(applied == ["2 lean_cases"])
        let charges = [
            Charge(allocation: "main", grant: 1, amount: 3, isHeld: false),
            Charge(allocation: "work", grant: 2, amount: 60, isHeld: true),
        ]
        #expect(cases.map(\.id.text) == ["with", "without", "younger"])
        #expect(cases.map(\.charges) == [charges, [], charges])
    }

    @Test("a balance stays guarded when other checks go")
    func leanChecks() async throws {
        let (applied, refused) = try await withSchema(atStep: 2) { session, migrate in
            for statement in [
                "insert into customer values ('acme', 1, 'Acme', null, null, 1)",
                """
                insert into entitlement (
                    id, state, customer_id, serves_descendants, start_day, quantity, is_hours_only, exhaustion_policy,
                    version
                )
                values ('e', 2, 'acme', false, '2026-01-01', 1, false, 1, 1)
                """,
                """
                insert into allocation (
                    entitlement_id, name, position, kind, unit, quantity, rollover_maximum, carry_maximum, hold_seconds
                )
                values ('e', 'main', 0, 1, 1, 3, 0, 0, 0)
                """,
                "insert into allocation_grant values ('e', 'main', 1, 1, 3, 2, 1, null, null, 0, '2026-01-01')",
            ] {
                try session.execute(statement)
            }
            let applied = try migrate(3)
            let refused = ["charged = 3", "held = 2", "charged = -1", "held = -1", "quantity = 2"].map { change in
                do throws(PostgresError) {
                    try session.execute("update allocation_grant set \(change)")
                    return ""
                } catch {
                    return error.constraint ?? ""
                }
            }
            return (applied, refused)
        }
        #expect(applied == ["3 lean_checks"])
        let (overdrawn, charged, held) = ("not_overdrawn", "charged_natural", "held_natural")
        #expect(
            refused == [overdrawn, overdrawn, charged, held, overdrawn].map { "allocation_grant_\($0)" })
    }

    @Test("entitlements that were there before are packed as new ones are")
    func packedTerms() async throws {
        let (applied, packed, wrong) = try await withSchema(atStep: 3) { session, migrate in
            for statement in [
                "insert into customer values ('acme', 1, 'Acme', null, null, 1)",
                """
                insert into entitlement (
                    id, state, customer_id, serves_descendants, assets, start_day, quantity, routing, is_hours_only,
                    exhaustion_policy, version
                )
                values ('e', 2, 'acme', false, '{"a b",c}', '2026-01-01', 1, '{"queue": "q"}', false, 1, 5)
                """,
                """
                insert into allocation (
                    entitlement_id, name, position, kind, unit, quantity, rollover_maximum, carry_maximum, hold_seconds
                )
                values ('e', 'second', 1, 3, 2, 60, 0, 0, 0), ('e', 'first', 0, 1, 1, 3, 0, 0, 0)
                """,
            ] {
                try session.execute(statement)
            }
            let applied = try migrate(4)
            let packed = try session.query(
                "select count(*) from entitlement where packed_version = 5 and packed_form = 1 and packed is not null")
            return (
                applied, try packed.only().int8(0), try session.query(EntitlementTables.reconcilePacked.sql).count
            )
        }
        #expect(applied == ["4 packed_terms"])
        #expect(packed == 1)
        #expect(wrong == 0)
    }

    @Test("customers that don't stand alone are found in an index that has no others")
    func customersInTree() async throws {
        let (applied, plan, indexed) = try await withSchema(atStep: 4) { session, migrate in
            try session.execute(
                """
                insert into customer
                values ('acme', 1, 'Acme', null, null, 1), ('north', 1, 'North', 'acme', null, 1)
                """)
            let applied = try migrate(5)
            try session.execute("set enable_seqscan = off")
            let plan = try session.query(
                """
                explain (costs off)
                select from customer where parent_id is not null or default_entitlement_id is not null
                """)
            try session.execute("analyze customer")
            let indexed = try session.query(
                "select reltuples::bigint from pg_class where oid = 'customer_in_tree'::regclass")
            return (applied, try plan.map { try $0.text(0) }, try indexed.only().int8(0))
        }
        #expect(applied == ["5 customers_in_tree"])
        #expect(plan.first?.contains("customer_in_tree") == true, "\(plan)")
        #expect(indexed == 1)
    }

    /// Runs `body` as the operator in a tenant's schema of its own, to which the first steps were applied. What it gets
    /// applies the steps up to a number, and says which were missing.
    private func withSchema<Value: Sendable>(
        atStep step: Int,
        _ body: @escaping @Sendable (PostgresSession, (Int) throws -> [String]) throws -> Value
    ) async throws -> Value {
        let installation = try await TestInstallation.make()
        let connection = try await PostgresConnection.open(
            PostgresConfiguration(conninfo: installation.adminConninfo))
        let value = try await connection.run { session in
            try session.execute("create schema old authorization entitled_owner")
            try session.execute("set search_path = old")
            func migrate(to step: Int) throws -> [String] {
                try Migrator(schema: "old", role: "entitled_owner", migrations: Array(Migration.tenant.prefix(step)))
                    .migrate(session).applied
            }
            _ = try migrate(to: step)
            return try body(session, migrate)
        }
        await connection.close()
        return value
    }
}
