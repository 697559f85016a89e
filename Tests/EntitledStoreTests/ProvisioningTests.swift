import EntitledCore
import EntitledPostgres
import EntitledSchema
import EntitledService
import EntitledStore
import EntitledTestKit
import Testing

@Suite struct ProvisioningTests {
    /// Those of a tenant.
    private static let steps = [
        "1 entitlements", "2 lean_cases", "3 lean_checks", "4 packed_terms", "5 customers_in_tree",
    ]

    @Test("setting up again changes nothing and says so")
    func isIdempotent() async throws {
        let installation = try await TestInstallation.make()
        let slug = try TenantSlug("again")
        let first = try await installation.provisioning.createTenant(slug, name: "Again", timeZone: .utc)
        #expect(first.applied == Self.steps && first.version == 5)
        let second = try await installation.provisioning.createTenant(slug, name: "Again", timeZone: .utc)
        #expect(second.applied.isEmpty && second.version == 5)
        let reports = try await installation.provisioning.initialise()
        #expect(reports.map(\.schema) == ["entitled", "tenant_again"])
        #expect(reports.allSatisfy { $0.applied.isEmpty })
    }

    @Test("two that set up at once get along, and each step is applied once")
    func isSafeTogether() async throws {
        let database = try await TestDatabase.shared.makeDatabase()
        let conninfo = try await TestDatabase.shared.conninfo(user: "postgres", database: database)
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let provisioning = try await Provisioning(PostgresConfiguration(conninfo: conninfo))
                    let reports = try await provisioning.initialise()
                    let tenant = try await provisioning.createTenant(
                        TenantSlug("together"), name: "Together", timeZone: .utc)
                    await provisioning.close()
                    return reports.flatMap(\.applied) + tenant.applied
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied.sorted() == ["1 directory"] + Self.steps)
    }

    @Test("a run that was interrupted goes on where it stopped")
    func resumes() async throws {
        let installation = try await TestInstallation.make()
        let slug = try TenantSlug("halfway")
        _ = try await installation.provisioning.createTenant(slug, name: "Halfway", timeZone: .utc)
        // As if the process had died after the control plane's row and before the schema.
        try await asOwner(installation) { session in
            try session.execute("drop schema \"tenant_halfway\" cascade")
            try session.execute("update entitled.tenant set status = 1, schema_version = 0 where slug = 'halfway'")
        }
        let unfinished = await #expect(throws: StoreError.self) {
            try await installation.store.read(slug, Needs()) { _ in 1 }
        }
        #expect(unfinished?.failure == .tenantUnavailable)
        let report = try await installation.provisioning.createTenant(slug, name: "Halfway", timeZone: .utc)
        #expect(report.applied == Self.steps)
        #expect(try await installation.store.read(slug, Needs()) { $0.zone } == .utc)
    }

    @Test("a schema that is newer, or was made by other steps, is refused")
    func refusesOtherSchemas() async throws {
        let installation = try await TestInstallation.make()
        try await asOwner(installation) { try $0.execute("update entitled.migration set checksum = 'x'") }
        await #expect(throws: ProvisioningError.self) { try await installation.provisioning.initialise() }
        try await asOwner(installation) {
            try $0.execute("insert into entitled.migration values (99, 'future', 'x', now())")
        }
        let error = await #expect(throws: ProvisioningError.self) { try await installation.provisioning.initialise() }
        #expect(error?.description.contains("newer") == true)
    }

    @Test("a tenant that exists with another name or zone is refused")
    func refusesOtherTenant() async throws {
        let installation = try await TestInstallation.shared
        let slug = try await installation.makeTenant()
        let error = await #expect(throws: EntitledError.self) {
            try await installation.provisioning.createTenant(slug, name: "Other", timeZone: .utc)
        }
        #expect(error?.reason == .alreadyExists)
    }

    @Test("a key opens its tenant until it is revoked, and is never stored")
    func keys() async throws {
        let installation = try await TestInstallation.shared
        let slug = try await installation.makeTenant()
        let key = try await installation.provisioning.createKey(
            tenant: slug, name: "crm", role: .agent, pepper: installation.pepper)
        let principal = try #require(try await installation.directory.principal(for: key))
        #expect(principal.tenant == slug && principal.actor == "crm")
        #expect(principal.permissions == [.read, .openCases])
        #expect(try await installation.directory.valid(among: [principal.key]) == [principal.key])
        #expect(try await installation.directory.principal(for: APIKey()) == nil)
        let otherPepper = try #require(Pepper(Pepper.generate()))
        let elsewhere = PostgresDirectory(installation.placements, pepper: otherPepper)
        #expect(try await elsewhere.principal(for: key) == nil)

        await #expect(throws: EntitledError.self) {
            try await installation.provisioning.createKey(
                tenant: slug, name: "crm", role: .reader, pepper: installation.pepper)
        }
        try await installation.provisioning.revokeKey(tenant: slug, name: "crm")
        #expect(try await installation.directory.principal(for: key) == nil)
        #expect(try await installation.directory.valid(among: [principal.key]) == [])
        await #expect(throws: EntitledError.self) {
            try await installation.provisioning.revokeKey(tenant: slug, name: "crm")
        }
        #expect(try await installation.provisioning.keys(of: slug).map(\.isRevoked) == [true])
    }

    @Test("what operators did stands in their journal")
    func operatorJournal() async throws {
        let installation = try await TestInstallation.make()
        let slug = try TenantSlug("noted")
        _ = try await installation.provisioning.createTenant(slug, name: "Noted", timeZone: .utc)
        _ = try await installation.provisioning.createKey(
            tenant: slug, name: "crm", role: .reader, pepper: installation.pepper)
        try await installation.provisioning.revokeKey(tenant: slug, name: "crm")
        let actions = try await asOwner(installation) { session in
            try session.query("select action from entitled.operator_journal order by recorded_at, id").map {
                try $0.text(0)
            }
        }
        #expect(actions == ["tenant.created", "tenant.migrated", "key.created", "key.revoked"])
    }

    @discardableResult
    private func asOwner<Value: Sendable>(
        _ installation: TestInstallation, _ body: @escaping @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        let connection = try await PostgresConnection.open(
            PostgresConfiguration(conninfo: installation.adminConninfo))
        let value = try await connection.run(body)
        await connection.close()
        return value
    }
}

@Suite struct APIKeyTests {
    @Test("a key has its form, and a wrong letter is noticed")
    func form() throws {
        let key = APIKey()
        #expect(key.text.hasPrefix("ent_") && key.text.utf8.count == 52)
        #expect(APIKey(key.text)?.text == key.text)
        for index in key.text.indices {
            var mistyped = key.text
            let letter: Character = mistyped[index] == "A" ? "B" : "A"
            mistyped.replaceSubrange(index...index, with: [letter])
            #expect(APIKey(mistyped) == nil)
        }
        #expect(APIKey(String(key.text.dropLast())) == nil)
        #expect(APIKey("") == nil)
    }

    @Test("a pepper has at least 32 characters")
    func pepper() {
        #expect(Pepper(String(repeating: "x", count: 31)) == nil)
        #expect(Pepper(Pepper.generate()) != nil)
    }
}
