import EntitledClient
import EntitledDevelopment
import Logging

/// The whole measurement: sets up, measures, reconciles.
struct Overload: Sendable {
    /// Who is called.
    private struct Tenants: Sendable {
        /// Its client holds calls back: it has one connection.
        let held: BenchTenant
        /// Its client sends more than the server lets wait.
        let flooding: BenchTenant
        let sharers: [BenchTenant]
        let late: BenchTenant

        /// Those that are loaded beyond what is possible.
        var loaded: [BenchTenant] { [held, flooding] }
        var all: [BenchTenant] { loaded + sharers + [late] }
    }

    private static let late = "late"

    let plan: OverloadPlan
    let stage: Stage

    func run() async throws -> OverloadReport {
        let surroundings = try await Surroundings.read(from: stage)
        for line in surroundings.lines { print(line) }
        print("plan: \(plan.name), \(plan.rounds) rounds, seed \(plan.seed)")
        let tenants = try await makeTenants()
        try await stage.execute("vacuum analyze")
        if plan.preparesLog { try await stage.prepareLog() }

        let tuning = try await Tuning.find("the peak", among: plan.inFlightCounts, passes: 1) { count in
            Sample(try await load(tenants.loaded, inFlight: count, for: plan.probeSeconds))
        }
        var rounds: [OverloadRound] = []
        for number in 1...plan.rounds {
            rounds.append(try await round(number, tenants, inFlight: tuning.best))
        }

        Progress.say("adding everything up")
        var differences: [String] = []
        for (number, tenant) in tenants.all.enumerated() {
            differences += try await tenant.differences(isAlone: true).map { "tenant \(number): \($0)" }
        }
        return OverloadReport(
            surroundings: surroundings, plan: plan, tuning: tuning, rounds: rounds, differences: differences)
    }

    private func makeTenants() async throws -> Tenants {
        Progress.say("setting up \(OverloadPlan.sharers + 3) tenants of \(plan.customers) customers")
        let held = try await makeTenant("held", connections: 1)
        let flooding = try await makeTenant("flooding", connections: OverloadPlan.floodingConnections)
        var sharers: [BenchTenant] = []
        for number in 0..<OverloadPlan.sharers { sharers.append(try await makeTenant("sharer-\(number)")) }
        // Its calls wait, they aren't refused.
        let late = try await makeTenant(Self.late, waitingPlaces: plan.lateCalls)
        return Tenants(held: held, flooding: flooding, sharers: sharers, late: late)
    }

    private func makeTenant(
        _ name: String, connections: Int = 2, waitingPlaces: Int = OverloadPlan.waitingPlaces
    ) async throws -> BenchTenant {
        var configuration = try await stage.makeTenant(name, connections: connections)
        configuration.retries = .never
        configuration.defaultDeadline = OverloadPlan.patience
        configuration.maximumWaitingCalls = waitingPlaces
        let tenant = try BenchTenant(
            client: EntitledClient(configuration, logger: .bench), prefix: "", customers: plan.customers)
        try await tenant.setUp()
        return tenant
    }

    private func load(_ tenants: [BenchTenant], inFlight: Int, for seconds: Double) async throws -> LoadResult {
        let load = Load(tenants: tenants, call: .open, pace: .closed(inFlight: inFlight), seed: plan.seed)
        return try await load.run(for: .seconds(seconds))
    }

    private func round(_ number: Int, _ tenants: Tenants, inFlight: Int) async throws -> OverloadRound {
        let capacity = try await load(tenants.loaded, inFlight: inFlight, for: plan.seconds).callsPerSecond
        say(number, "peak: \(Text.number(capacity))/s")
        let (flood, memory) = try await overload(tenants.loaded, capacity)
        say(number, "overload: \(Text.number(flood.answered))/s of \(Text.number(flood.offered))/s")
        let sharers = Fairness(tenants: tenants.sharers, seconds: plan.seconds, seed: plan.seed)
        let fairness = try await sharers.measure(capacity: capacity)
        say(number, "beside a noisy tenant: p99 \(Text.number(fairness.ratio)) times as long")
        let late = try await LateCalls(plan: plan, stage: stage, name: Self.late, tenant: tenants.late).measure()
        say(number, "expired: \(late.expired), of which \(late.begun) had begun")
        return OverloadRound(capacity: capacity, flood: flood, memory: memory, fairness: fairness, late: late)
    }

    private func say(_ round: Int, _ words: String) { Progress.say("round \(round)/\(plan.rounds)  \(words)") }

    private func overload(_ tenants: [BenchTenant], _ capacity: Double) async throws -> (FloodFigures, MemoryUse) {
        let wanted = capacity * OverloadPlan.overload
        let floods = tenants.enumerated().map { number, tenant in
            Flood(
                tenant: tenant, callsPerSecond: wanted / Double(tenants.count), seed: plan.seed &+ UInt64(number))
        }
        var tallies: [FloodTally] = []
        let memory = try await MemoryUse.of(stage.server.processID) {
            tallies = try await Flood.run(floods, for: .seconds(plan.seconds))
        }
        let tally = tallies.reduce(into: FloodTally()) { $0.add($1) }
        return (FloodFigures(tally, wanted: wanted, seconds: plan.seconds), memory)
    }
}
