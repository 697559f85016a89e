import EntitledCore
import EntitledPostgres
import EntitledService
import EntitledTestKit
import Testing

@testable import EntitledStore

/// The terms that travel as one value are those of the columns.
@Suite struct PackedTermsTests {
    @Test(
        "an entitlement is whole, packed or not, in whatever order its rows lie",
        arguments: [nil, "packed_version = null", "packed_form = 0", "packed_version = version - 1, packed = '\\x00'"])
    func whole(change: String?) async throws {
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant()
        let clerk = Clerk(installation.store, tenant: tenant)
        try await FullTerms.addReferences(with: clerk)
        // The allocation that is named first comes last by its name.
        let terms = try FullTerms.terms()
        try await clerk.entitlement("e", terms)
        let isPacked = try await installation.withSuperuser { session in
            try session.execute("set search_path = \(try session.quoteIdentifier("tenant_\(tenant)"))")
            try session.execute("cluster allocation using allocation_pkey")
            if let change { try session.execute("update entitlement set \(change)") }
            return try session.query("select packed_version = version and packed_form = 1 from entitlement")
                .only().optionalBool(0)
        }
        #expect(isPacked == (change == nil ? true : change == "packed_version = null" ? nil : false))
        #expect(try await clerk.view("e").entitlement.terms == terms)
        #expect(try await installation.store.reconcile(tenant).differences == [])
    }

    @Test("what was changed without packing it counts, as long as the version says so")
    func olderServers() async throws {
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant()
        let clerk = Clerk(installation.store, tenant: tenant)
        try await clerk.customer("acme")
        try await clerk.entitlement("e", EntitlementTerms(for: "acme", cases: 10))
        try await installation.withSuperuser { session in
            try session.execute("set search_path = \(try session.quoteIdentifier("tenant_\(tenant)"))")
            try session.execute("update entitlement set priority = 7, version = version + 1")
        }
        #expect(try await clerk.view("e").entitlement.terms.priority == 7)
        #expect(try await installation.store.reconcile(tenant).differences == [])
    }

    @Test("entitlements with the same terms are told apart by all that is their own")
    func alike() async throws {
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant()
        let clerk = Clerk(installation.store, tenant: tenant)
        for name in ["a", "b", "c"] { try await clerk.customer(name) }
        for name in ["a", "b"] {
            try await clerk.entitlement(name, EntitlementTerms(for: name, cases: 10))
        }
        try await clerk.entitlement("c", EntitlementTerms(for: "c", cases: 20))
        _ = try await clerk.open("C", customer: "b")
        var needs = Needs()
        needs.candidates = try Set(["a", "b", "c"].map { try CustomerID($0) })
        let facts = try await installation.store.read(tenant, needs) { $0 }
        for (name, quantity, charged) in [("a", 10, 0), ("b", 10, 1), ("c", 20, 0)] as [(String, Int64, Int64)] {
            let entitlement = try #require(facts.entitlements[EntitlementID(stored: name)])
            #expect(entitlement.id.text == name)
            #expect(entitlement.terms.customer.text == name)
            #expect(entitlement.allocations.map { $0.grants.map(\.quantity) } == [[quantity]])
            #expect(entitlement.allocations.map { $0.grants.map(\.charged) } == [[charged]])
        }
    }
}
