import EntitledClient
import EntitledCore
import EntitledStore
import EntitledTestKit
import Testing

/// Thousands of commands through a real server, as an import sends them.
@Suite struct ImportTests {
    @Test("an import that runs again changes nothing, a dry run of it nothing at all")
    func runsTwice() async throws {
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant()
        let key = try await installation.provisioning.createKey(
            tenant: tenant, name: "import", role: .manager, pepper: installation.pepper)
        let server = try await ServerProcess.start(on: installation)
        let customers = try (0..<2_100).map { AddCustomer(Customer(id: try CustomerID("c-\($0)"), kind: .account)) }
        let ids = Dictionary(uniqueKeysWithValues: customers.map { ($0.record.id, RequestID()) })
        do {
            try await EntitledClient.withClient(server.configuration(key: key), logger: .quiet) { client in
                let dry = try await client.performAll(customers, isDryRun: true).map { try $0.get() }
                #expect(dry.map(\.answer.id) == customers.map(\.record.id))
                #expect(try await client.journal().items.isEmpty)

                let first = try await client.performAll(customers) { ids[$0.record.id] }.map { try $0.get() }
                #expect(first.map(\.answer) == dry.map(\.answer))
                #expect(first.allSatisfy { !$0.isRepeated })
                #expect(Set(first.map(\.journalNumber)) == Set((1...2_100).map(Optional.some)))

                let second = try await client.performAll(customers) { ids[$0.record.id] }.map { try $0.get() }
                #expect(second.map(\.answer) == first.map(\.answer))
                #expect(second.map(\.journalNumber) == first.map(\.journalNumber))
                #expect(second.allSatisfy { $0.isRepeated })
                #expect(try await client.reconcile().journalLines == 2_100)
            }
        } catch {
            await server.kill()
            throw error
        }
        #expect(await server.terminate() == 0)
    }
}
