import ArgumentParser
import EntitledCore
import EntitledStore

/// `entitlectl tenant`.
struct TenantCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenant", abstract: "The companies that run their support on this database.",
        subcommands: [Create.self, List.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a tenant: its role, its schema, its tables.",
            discussion: "Run it again after an interruption: it completes what is missing.")

        @Argument(help: "1 to 40 of a-z, 0-9 and '-', beginning with a letter.")
        var slug: String
        @Option(name: .long, help: "For people (default: the slug).")
        var name: String?
        @Option(name: .long, help: ArgumentHelp("Where its days begin and end.", valueName: "zone"))
        var timeZone = "UTC"
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let tenant = try TenantSlug(slug)
            let zone = try Zone(timeZone)
            let (report, record) = try await database.withProvisioning { provisioning in
                let report = try await provisioning.createTenant(tenant, name: name ?? slug, timeZone: zone)
                return (report, try await provisioning.tenants().first { $0.tenant == tenant.text })
            }
            guard let record else { throw EntitledError.notFound("tenant", tenant.text) }
            try output.show(record) {
                let done = report.applied.isEmpty ? "is complete" : "is ready"
                return "tenant \(tenant) \(done): schema \(record.schema), version \(report.version), \(zone.name)"
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all tenants.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let tenants = try await database.withProvisioning { try await $0.tenants() }
            try output.show(tenants) {
                var table = Table(["tenant", "name", "status", "time zone", "schema", "version"], rightAligned: [5])
                for tenant in tenants {
                    table.add([
                        tenant.tenant, tenant.name, tenant.status.name, tenant.timeZone.name, tenant.schema,
                        "\(tenant.schemaVersion)",
                    ])
                }
                return table.text
            }
        }
    }
}
