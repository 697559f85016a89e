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
        async let one = ServerProcess.start(on: installation)
        async let other = ServerProcess.start(on: installation)
        let servers = try await [one, other]
        let configurations = servers.map { $0.configuration(key: key, connections: 2) }
        let counts = try await EntitledClient.withClient(configurations[0], logger: .quiet) { one in
            try await EntitledClient.withClient(configurations[1], logger: .quiet) { other in
                var run = try await TwoServersRun(
                    seed: seed, workload, actor: "workload", tenant: tenant, on: installation, [one, other])
                try await run.oneByOne(calls: 150)
                for _ in 0..<2 {
                    try await run.allAtOnce(calls: 300)
                    try await run.oneByOne(calls: 150)
                }
                return run.counts
            }
        }
        for server in servers { #expect(await server.terminate() == 0) }
        guard Workload.wantedSeed == nil else { return }
        for (name, least) in Self.minimums { #expect(counts[name, default: 0] >= least, "\(name)") }
    }

    /// What has to happen so often, so that a workload in which nothing happens isn't taken for a success.
    private static let minimums = [
        "repeated": 30, "repeated at once": 20, "wrong_state": 20, "case.opened at once": 80,
        "case.refused at once": 80, "entitlement.amended at once": 5, "grant.added at once": 3,
        "entitlement.activated": 20, "entitlement.suspended": 3, "entitlement.cancelled": 5, "entitlement.renewed": 5,
        "settings.updated": 3, "allocation.period_started by time": 10, "entitlement.amended by time": 1,
        "grant.carried by time": 1,
    ]
}
