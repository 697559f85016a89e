import EntitledClient
import EntitledCore
import EntitledService
import EntitledStore
import EntitledTestKit
import Logging
import Testing

/// The seeded workload again, through real servers. `ENTITLED_SEED=N` runs another one.
@Suite struct WorkloadTests {
    /// The first of 2076: late enough that no server's clock is ahead of the workload's, for servers lock by their own
    /// what may still be live.
    private static let earliest = CalendarDay(daysSince1970: 38_716)

    @Test("the same calls through two servers, one by one and all at once, come to the same as in memory")
    func agreesWithMemory() async throws {
        let seed = Workload.wantedSeed ?? 1
        let workload = Workload(seed: seed, from: Self.earliest)
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant(zone: workload.world.zone)
        let key = try await installation.provisioning.createKey(
            tenant: tenant, name: "workload", role: .manager, pepper: installation.pepper)
        let servers = [
            try await ServerProcess.start(on: installation), try await ServerProcess.start(on: installation),
        ]
        let configurations = servers.map { $0.configuration(key: key, connections: 2) }
        let counts = try await EntitledClient.withClient(configurations[0], logger: .quiet) { first in
            try await EntitledClient.withClient(configurations[1], logger: .quiet) { second in
                var run = try await TwoServersRun(
                    seed: seed, workload, actor: "workload", tenant: tenant, on: installation, [first, second])
                try await run.oneByOne(calls: 200)
                for _ in 0..<2 {
                    try await run.allAtOnce(calls: 300)
                    try await run.oneByOne(calls: 200)
                }
                return run.counts
            }
        }
        for server in servers { #expect(await server.terminate() == 0) }
        print(counts.sorted { $0.key < $1.key })
    }
}
