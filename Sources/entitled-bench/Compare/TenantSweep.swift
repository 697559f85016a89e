import EntitledClient
import EntitledDevelopment
import EntitledPostgres
import EntitledStore

/// The same load over more and more tenants, each with a key and a connection of its own.
struct TenantSweep {
    /// Tenants that are set up at once.
    private static let builders = 4

    let plan: ComparePlan
    let stage: Stage

    /// - Returns: what doesn't add up.
    func run(into measurements: inout Measurements) async throws -> [String] {
        let count = plan.tenantCurve.max() ?? 0
        Progress.say("setting up \(count) tenants")
        let tenants = try await makeTenants(count)
        try await stage.execute("checkpoint")
        let contenders = plan.tenantCurve.map { count in
            Contender(Contenders.Name.tenants(count), seconds: plan.shortSeconds) { seconds, _ in
                let load = Load(
                    tenants: Array(tenants.prefix(count)), call: .open, pace: .closed(inFlight: plan.tenantsInFlight),
                    seed: plan.seed)
                return Sample(try await load.run(for: .seconds(seconds)))
            }
        }
        try await Rounds.run(contenders, rounds: plan.rounds, into: &measurements)
        Progress.say("adding up \(count) tenants")
        return try await differences(of: tenants)
    }

    private func makeTenants(_ count: Int) async throws -> [BenchTenant] {
        try await withThrowingTaskGroup(of: [BenchTenant].self) { group in
            for builder in 0..<Self.builders {
                group.addTask {
                    let login = stage.cluster.conninfo(user: "postgres", database: Stage.database)
                    let provisioning = try await Provisioning(PostgresConfiguration(conninfo: login))
                    var tenants: [BenchTenant] = []
                    for number in stride(from: builder, to: count, by: Self.builders) {
                        let configuration = try await stage.makeTenant(
                            "many-\(number)", by: provisioning, connections: 1)
                        let tenant = try BenchTenant(
                            client: EntitledClient(configuration, logger: .bench), prefix: "",
                            customers: plan.customersPerTenant)
                        try await tenant.setUp()
                        tenants.append(tenant)
                    }
                    await provisioning.close()
                    return tenants
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func differences(of tenants: [BenchTenant]) async throws -> [String] {
        var differences: [String] = []
        for (number, tenant) in tenants.enumerated() {
            differences += try await tenant.differences(isAlone: true).map { "tenant \(number): \($0)" }
        }
        return differences
    }
}
