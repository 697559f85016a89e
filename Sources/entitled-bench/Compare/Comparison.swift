import EntitledClient
import EntitledDevelopment
import Foundation
import Logging

/// The whole benchmark: sets up, measures, reconciles.
struct Comparison {
    let plan: ComparePlan
    let stage: Stage

    func run() async throws -> CompareReport {
        let surroundings = try await Surroundings.read(from: stage)
        for line in surroundings.lines { print(line) }
        print("plan: \(plan.name), \(plan.rounds) rounds, seed \(plan.seed)")

        Progress.say("setting up \(plan.customers) customers")
        let configuration = try await stage.makeTenant(Contenders.entitled)
        return try await EntitledClient.withClient(configuration, logger: .bench) { client in
            let tenant = try BenchTenant(client: client, prefix: "", customers: plan.customers)
            try await tenant.setUp()
            return try await measure(tenant, surroundings)
        }
    }

    private func measure(_ tenant: BenchTenant, _ surroundings: Surroundings) async throws -> CompareReport {
        for copy in Contenders.copies { try await stage.copyTenant(Contenders.entitled, to: copy) }
        try await stage.execute("vacuum analyze")
        if plan.preparesLog { try await stage.prepareLog() }
        let pgbench = Pgbench(
            cluster: stage.cluster, database: Stage.database, folder: stage.folder, seed: plan.seed)
        let contenders = try Contenders(plan, pgbench: pgbench, tenant: tenant)
        let (tunings, all) = try await contenders.tuned()
        var measurements = Measurements()
        try await Rounds.run(all, rounds: plan.rounds, into: &measurements)
        var memory = MemoryFigures(underLoadBytes: Surroundings.memoryBytes(of: stage.server.processID))

        Progress.say("adding everything up")
        var differences = try await tenant.differences(isAlone: true).map { "\(Contenders.entitled): \($0)" }
        for copy in Contenders.checked { differences += try await scriptDifferences(of: copy) }
        differences += try await TenantSweep(plan: plan, stage: stage).run(into: &measurements)
        memory.peakBytes = Surroundings.memoryBytes(of: stage.server.processID, "VmHWM")
        memory.idle = try await IdleConnections(count: plan.idleConnections, stage: stage).measure()
        return try CompareReport(
            surroundings: surroundings, plan: plan, tunings: tunings, measurements: measurements, memory: memory,
            differences: differences)
    }

    /// What pgbench's scripts wrote must add up too, or they did less than they had to.
    private func scriptDifferences(of tenant: String) async throws -> [String] {
        let schema = Stage.schema(of: tenant)
        let rows = try await stage.rows(
            """
            select
                (select count(*) from \(schema).support_case)::text,
                (select sum(amount) from \(schema).support_case)::text,
                (select count(*) from \(schema).journal where event = 30)::text,
                (select sum(charged) from \(schema).allocation_grant)::text
            """, columns: 4)
        let sums = rows.flatMap(\.self)
        guard Set(sums).count != 1 || sums.contains("0") else { return [] }
        return ["\(tenant): cases, what they took, journal lines, charged balances: \(sums.joined(separator: ", "))"]
    }
}

extension Logger {
    /// Only what is wrong.
    static var bench: Logger {
        var logger = Logger(label: "entitled-bench")
        logger.logLevel = .error
        return logger
    }
}
