import EntitledCore
import EntitledPostgres
import EntitledService
import EntitledStore
import EntitledTestKit
import Testing

@Suite struct IsolationTests {
    /// Runs a statement as the server's login, in a transaction that has taken on the role of `tenant` (or none).
    private static func sqlState(of sql: String, as role: String?, path: String? = nil) async throws -> String? {
        try await TestInstallation.shared.withServerLogin { session in
            do {
                try session.execute("begin")
                if let role { try session.execute("set local role \(try session.quoteIdentifier(role))") }
                if let path { try session.execute("set local search_path = \(try session.quoteIdentifier(path))") }
                _ = try session.query(sql)
                try session.execute("rollback")
                return nil
            } catch let error as PostgresError {
                return error.sqlState
            }
        }
    }

    @Test("the login role by itself may touch no tenant's table, nor the directory's")
    func loginHasNothing() async throws {
        let tenant = try await TestInstallation.shared.makeTenant()
        #expect(try await Self.sqlState(of: "select * from \"tenant_\(tenant)\".journal", as: nil) == "42501")
        #expect(try await Self.sqlState(of: "select * from entitled.api_key", as: nil) == "42501")
        #expect(try await Self.sqlState(of: "create table public.mine (a int)", as: nil) == "42501")
    }

    @Test("a tenant's role sees its own tables and no other's")
    func roleIsConfined() async throws {
        let mine = "tenant_\(try await TestInstallation.shared.makeTenant())"
        let other = "tenant_\(try await TestInstallation.shared.makeTenant())"
        #expect(try await Self.sqlState(of: "select * from journal", as: mine, path: mine) == nil)
        #expect(try await Self.sqlState(of: "select * from \"\(other)\".journal", as: mine, path: mine) == "42501")
        #expect(try await Self.sqlState(of: "select * from entitled.tenant", as: mine, path: mine) == "42501")
    }

    @Test(
        "a tenant's role may do with each table just what the code needs",
        arguments: [
            "update journal set actor = 'x'", "delete from journal", "truncate journal",
            "update support_case set id = id", "update charge set amount = 1", "delete from charge",
            "delete from allocation_grant", "delete from customer", "delete from product", "delete from asset",
            "delete from calendar", "delete from sla", "delete from plan", "delete from contract",
            "update channel set id = id", "delete from setting", "update setting set time_zone = 'x'",
            "insert into setting (time_zone) values ('x')", "insert into journal_head values (false, 0)",
            "drop table journal", "create table extra (a int)", "select * from migration",
        ])
    func grantsAreNarrow(sql: String) async throws {
        let mine = "tenant_\(try await TestInstallation.shared.makeTenant())"
        #expect(try await Self.sqlState(of: sql, as: mine, path: mine) == "42501")
    }

    @Test("what two tenants do under the same ids never meets")
    func sameIDsInTwoTenants() async throws {
        let first = try await StoreKind.postgres.clerk()
        let second = try await StoreKind.postgres.clerk()
        let request = RequestID()
        for (clerk, cases) in [(first, Int64(1)), (second, 5)] {
            try await clerk.customer("acme")
            try await clerk.entitlement("e", EntitlementTerms(for: "acme", cases: cases))
            let reply = try await clerk.open("C", customer: "acme", request: request)
            #expect(!reply.isRepeated)
            guard case .opened(let opening) = reply.answer else {
                Issue.record("the case should open in \(clerk.tenant)")
                return
            }
            #expect(opening.debits[0].remaining == cases - 1)
        }
    }

    @Test("an unknown tenant is unavailable, clearly said")
    func unknownTenant() async throws {
        let store = try await TestInstallation.shared.store
        let error = await #expect(throws: StoreError.self) {
            try await store.read(TenantSlug("nobody"), Needs()) { _ in 1 }
        }
        #expect(error?.failure == .tenantUnavailable)
    }
}

@Suite struct RaceTests {
    @Test("two servers' stores race for one allocation: no case too many, none lost")
    func twoStores() async throws {
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant()
        let clerks = [Clerk(installation.store, tenant: tenant), Clerk(try await other(), tenant: tenant)]
        try await clerks[0].customer("acme")
        try await clerks[0].entitlement("e", EntitlementTerms(for: "acme", cases: 40))
        let opened = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                let clerk = clerks[number % 2]
                group.addTask {
                    if case .opened = try await clerk.open("C-\(number)", customer: "acme").answer {
                        true
                    } else {
                        false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(opened == 40)
        #expect(try await installation.store.reconcile(tenant).differences == [])
        #expect(try await clerks[0].view("e").balances[0].remaining == 0)
    }

    @Test("one request through two servers at once is decided once")
    func sameRequestTwice() async throws {
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant()
        let clerks = [Clerk(installation.store, tenant: tenant), Clerk(try await other(), tenant: tenant)]
        try await clerks[0].customer("acme")
        // Not covered, so no entitlement's lock orders the two: only the request id's unique index does.
        for _ in 0..<20 {
            let request = RequestID()
            let outcomes = await withTaskGroup(of: Result<Reply<CaseDecision>, any Error>.self) { group in
                for clerk in clerks {
                    group.addTask {
                        do {
                            return .success(try await clerk.open("C", customer: "acme", request: request))
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            for outcome in outcomes {
                switch outcome {
                case .success: break
                case .failure(let error): #expect((error as? StoreError)?.failure == .conflict)
                }
            }
            let again = try await clerks[0].open("C", customer: "acme", request: request)
            #expect(again.isRepeated)
        }
        #expect(try await installation.store.reconcile(tenant).journalLines == 21)
    }

    /// A store with connections of its own, as another server has.
    private func other() async throws -> PostgresStore {
        let conninfo = try await TestInstallation.shared.serverConninfo
        return PostgresStore(
            Placements(
                control: PostgresConfiguration(conninfo: conninfo),
                clusters: [.main: PostgresConfiguration(conninfo: conninfo)], connections: 4,
                logger: .quiet))
    }
}
