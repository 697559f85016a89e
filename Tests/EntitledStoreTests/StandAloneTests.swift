import EntitledPostgres
import EntitledService
import EntitledTestKit
import Testing

@testable import EntitledCore
@testable import EntitledStore

@Suite("Customers that are taken to stand alone")
struct StandAloneTests {
    /// What a customer of the name `acme` has; `group` stands above it in one of them.
    enum Company: String, CaseIterable, Sendable {
        case alone, accountAbove, ownDefault, tenantDefault, noEntitlement, unknown

        /// The entitlements that may cover its cases; only a default isn't locked.
        var expected: (entitlements: Set<String>, locked: Set<String>) {
            switch self {
            case .alone: (["own"], ["own"])
            case .accountAbove: (["above", "own"], ["above", "own"])
            case .ownDefault, .tenantDefault: (["above", "own"], ["own"])
            case .noEntitlement, .unknown: ([], [])
            }
        }

        /// - Returns: what a batch needs that opens its cases.
        func found(with clerk: Clerk) async throws -> Needs {
            let acme = try CustomerID("acme")
            let above = try EntitlementID("above")
            try await clerk.customer("group")
            try await clerk.entitlement("above", EntitlementTerms(for: "group", cases: 10, descendants: true))
            if self != .unknown { try await clerk.customer("acme") }
            if self != .unknown, self != .noEntitlement {
                try await clerk.entitlement("own", EntitlementTerms(for: "acme", cases: 10))
            }
            switch self {
            case .accountAbove, .ownDefault:
                var record = try await clerk.ask(GetCustomer(id: acme))
                if self == .accountAbove {
                    record.parent = try CustomerID("group")
                } else {
                    record.defaultEntitlement = above
                }
                try await clerk.perform(UpdateRecord(record))
            case .tenantDefault:
                var settings = try await clerk.ask(GetSettings())
                settings.defaultEntitlement = above
                try await clerk.perform(UpdateSettings(settings))
            case .alone, .noEntitlement, .unknown: break
            }
            var needs = Needs()
            needs.candidates = [acme]
            return needs
        }
    }

    @Test("whatever else may cover their cases is found", arguments: Company.allCases, [true, false])
    func finds(company: Company, locks: Bool) async throws {
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant()
        let needs = try await company.found(with: Clerk(installation.store, tenant: tenant))
        let hints = LoadingHints()
        // What was learnt of a batch holds for the next one.
        for isPresumed in [true, company == .alone, company == .alone] {
            if isPresumed { hints.learn(haveStoodAlone: true) }
            let facts = try await installation.store.run(locks ? .batch : .snapshot, tenant) { transaction in
                let facts = try FactLoader(needs: needs, locks: locks, hints: hints).load(transaction)
                if locks { try transaction.commit() }
                return facts
            }
            let entitlements = facts.entitlements.ids
            #expect(Set(entitlements.map { $0.text }) == company.expected.entitlements)
            let locked = entitlements.filter { facts.isLocked($0) }
            #expect(Set(locked.map { $0.text }) == (locks ? company.expected.locked : []))
            let line = facts.line(of: try CustomerID("acme"))
            #expect(line.map(\.id.text) == Self.line(of: company))
            #expect(facts.customers.isEmpty == (company == .alone || company == .unknown))
            #expect(hints.haveCustomersStoodAlone == (company == .alone))
        }
    }

    private static func line(of company: Company) -> [String] {
        switch company {
        case .accountAbove: ["acme", "group"]
        case .unknown: []
        default: ["acme"]
        }
    }

    @Test("a batch learns of them that walked their lines", arguments: Company.allCases)
    func learns(company: Company) async throws {
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant()
        let needs = try await company.found(with: Clerk(installation.store, tenant: tenant))
        let hints = LoadingHints()
        _ = try await installation.store.run(.snapshot, tenant) { transaction in
            try FactLoader(needs: needs, locks: false, hints: hints).load(transaction)
        }
        #expect(hints.haveCustomersStoodAlone == (company == .alone))
    }

    @Test("a record is read once: with its line, or by itself", arguments: [true, false])
    func readsOnce(isAlone: Bool) throws {
        var needs = Needs()
        needs.candidates = [try CustomerID("acme")]
        needs.customers = needs.candidates
        let hints = LoadingHints()
        hints.learn(haveStoodAlone: isAlone)
        let names = FactLoader(needs: needs, locks: true, hints: hints).steps.map(\.statement.statement.name)
        #expect(
            names.filter { ["load_lines", "load_customer"].contains($0) } == [isAlone ? "load_customer" : "load_lines"])
    }

    @Test("nothing is locked out of its order when they don't")
    func locksInOrder() async throws {
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant()
        let needs = try await Company.accountAbove.found(with: Clerk(installation.store, tenant: tenant))
        let admin = try await PostgresConnection.open(PostgresConfiguration(conninfo: installation.adminConninfo))
        try await admin.run { session in
            try session.execute("set search_path = \"tenant_\(tenant)\"")
            try session.execute("begin")
            try session.execute("select from entitlement where id = 'above' for update")
        }
        let hints = LoadingHints()
        hints.learn(haveStoodAlone: true)
        async let facts = installation.store.run(.batch, tenant) { transaction in
            let facts = try FactLoader(needs: needs, locks: true, hints: hints).load(transaction)
            try transaction.commit()
            return facts
        }
        try await admin.run { session in
            let waiting = "select from pg_locks where not granted and pg_blocking_pids(pid) @> array[pg_backend_pid()]"
            while try session.query(waiting).isEmpty { try session.execute("select pg_sleep(0.01)") }
            // It would wait for ever if the batch still held what it had locked first.
            try session.execute("set local lock_timeout = '5s'")
            try session.execute("select from entitlement where id = 'own' for update")
            try session.execute("rollback")
        }
        #expect(try await facts.isLocked(EntitlementID("own")))
        await admin.close()
    }
}
