import EntitledStore

/// Who is compared, and how each is measured.
struct Contenders: Sendable {
    /// The tenants: each writes into tables of its own.
    static let entitled = "entitled"
    private static let usual = "usual"
    private static let single = "single"
    private static let bound = "bound"

    /// Those whose sums must be right too, although nobody's product wrote them.
    static let checked = [usual, single]
    static let copies = [usual, single, bound]

    enum Name {
        static let usualHot = "usual way, hot"
        static let usualSpread = "usual way, spread"
        static let singleHot = "one statement, hot"
        static let singleSpread = "one statement, spread"
        static let entitledHot = "Entitled, hot"
        static let entitledSpread = "Entitled, spread"
        static let boundHot = "bound, hot"
        static let boundSpread = "bound, spread"
        static let checkHot = "Entitled, check, hot"
        static let checkSpread = "Entitled, check, spread"
        static let selectHot = "plain select, hot"
        static let selectSpread = "plain select, spread"
        static let halfLoad = "Entitled, half of peak"
        static let usualHalfLoad = "usual way, half of its peak"
        static let usualAlone = "usual way, one at a time"
        static let checkAlone = "Entitled check, one at a time"
        static let selectAlone = "plain select, one at a time"

        static func inFlight(_ count: Int) -> String { "Entitled, \(count) in flight" }
        static func tenants(_ count: Int) -> String { "Entitled, \(count) tenants" }
    }

    let plan: ComparePlan
    let pgbench: Pgbench
    /// Its first customer is the hot contract.
    let tenant: BenchTenant
    private let usualScript: PgbenchScript
    private let singleScript: PgbenchScript
    private let selectScript: PgbenchScript
    private let boundScript: PgbenchScript

    init(_ plan: ComparePlan, pgbench: Pgbench, tenant: BenchTenant) throws {
        self.plan = plan
        self.pgbench = pgbench
        self.tenant = tenant
        func script(_ name: String, _ text: [UInt8], _ tenant: String) -> PgbenchScript {
            PgbenchScript(
                name: name, text: String(decoding: text, as: UTF8.self), schema: Stage.schema(of: tenant),
                // The planner's mistakes over tables that are still small shall cost nobody anything.
                settings: BatchStatements.settings)
        }
        usualScript = script("usual_way", PackageResources.usual_way_sql, Self.usual)
        singleScript = script("one_statement", PackageResources.one_statement_sql, Self.single)
        selectScript = script("plain_select", PackageResources.plain_select_sql, Self.entitled)
        boundScript = try BoundScript.make(schema: Stage.schema(of: Self.bound))
    }

    /// One that pgbench plays, and what it tries.
    private struct Player {
        let name: String
        let script: PgbenchScript
        let isHot: Bool
        let counts: [Int]
        var casesPerTransaction = 1
    }

    private var players: [Player] {
        func pair(_ names: (String, String), _ script: PgbenchScript, _ counts: [Int], _ cases: Int = 1) -> [Player] {
            [
                Player(name: names.0, script: script, isHot: true, counts: counts, casesPerTransaction: cases),
                Player(name: names.1, script: script, isHot: false, counts: counts, casesPerTransaction: cases),
            ]
        }
        return pair((Name.usualHot, Name.usualSpread), usualScript, plan.clientCounts)
            + pair((Name.singleHot, Name.singleSpread), singleScript, plan.clientCounts)
            + pair((Name.boundHot, Name.boundSpread), boundScript, plan.batchClientCounts, BoundScript.cases)
            + pair((Name.selectHot, Name.selectSpread), selectScript, plan.clientCounts)
    }

    /// Tries how each does best.
    /// - Returns: the tunings, and the contenders that run with them: those that are compared next to each other.
    func tuned() async throws -> (tunings: [Tuning], contenders: [Contender]) {
        var tunings: [Tuning] = []
        var tuned: [String: Contender] = [:]
        func add(_ tuning: Tuning, _ measure: @escaping @Sendable (Double) async throws -> Sample) {
            tunings.append(tuning)
            tuned[tuning.name] = Contender(tuning.name, seconds: plan.seconds) { seconds, _ in
                try await measure(seconds)
            }
        }
        for player in players {
            let tuning = try await Tuning.find(player.name, among: player.counts, passes: plan.probePasses) { count in
                try await measure(player, clients: count, seconds: plan.probeSeconds)
            }
            add(tuning) { try await measure(player, clients: tuning.best, seconds: $0) }
        }
        for (name, call, isHot) in [
            (Name.entitledHot, BenchCall.open, true), (Name.entitledSpread, .open, false),
            (Name.checkHot, .check, true), (Name.checkSpread, .check, false),
        ] {
            let tuning = try await Tuning.find(name, among: plan.inFlightCounts, passes: plan.probePasses) { count in
                try await load(call, isHot: isHot, .closed(inFlight: count), plan.probeSeconds)
            }
            add(tuning) { try await load(call, isHot: isHot, .closed(inFlight: tuning.best), $0) }
        }
        let throughput = [
            Name.usualHot, Name.singleHot, Name.entitledHot, Name.boundHot, Name.usualSpread, Name.singleSpread,
            Name.entitledSpread, Name.boundSpread, Name.selectHot, Name.checkHot, Name.selectSpread, Name.checkSpread,
        ].compactMap { tuned[$0] }
        let clients = tunings.first { $0.name == Name.usualSpread }?.best ?? 1
        return (tunings, throughput + [usualHalfLoad(clients: clients), halfLoad] + alone + curve)
    }

    private func measure(_ player: Player, clients: Int, seconds: Double) async throws -> Sample {
        let job = Pgbench.Job(
            script: player.script, customers: player.isHot ? 1 : plan.customers, clients: clients, seconds: seconds)
        return try await pgbench.run(job).times(player.casesPerTransaction)
    }

    private func load(_ call: BenchCall, isHot: Bool = false, _ pace: Pace, _ seconds: Double) async throws -> Sample {
        let load = Load(tenants: [tenant], call: call, isHot: isHot, pace: pace, seed: plan.seed)
        return Sample(try await load.run(for: .seconds(seconds)))
    }

    /// Half of what the closed loop reached in the rounds so far.
    private var halfLoad: Contender {
        Contender(Name.halfLoad, seconds: plan.seconds) { seconds, before in
            let rate = Self.half(of: Name.entitledSpread, before)
            return try await load(.open, .open(callsPerSecond: rate, limit: 8192), seconds)
        }
    }

    private func usualHalfLoad(clients: Int) -> Contender {
        Contender(Name.usualHalfLoad, seconds: plan.seconds) { seconds, before in
            let rate = Self.half(of: Name.usualSpread, before)
            return try await pgbench.run(
                Pgbench.Job(
                    script: usualScript, customers: plan.customers, clients: clients, seconds: seconds,
                    keepsLatencies: true, transactionsPerSecond: rate))
        }
    }

    private static func half(of name: String, _ before: Measurements) -> Double {
        (before[name]?.perSecond.median ?? 100) / 2
    }

    /// Unloaded: a call at a time. The curve begins with Entitled's.
    private var alone: [Contender] {
        func player(_ name: String, _ script: PgbenchScript) -> Contender {
            Contender(name, seconds: plan.shortSeconds) { seconds, _ in
                try await pgbench.run(
                    Pgbench.Job(script: script, customers: plan.customers, seconds: seconds, keepsLatencies: true))
            }
        }
        return [
            player(Name.selectAlone, selectScript),
            Contender(Name.checkAlone, seconds: plan.shortSeconds) { seconds, _ in
                try await load(.check, .closed(inFlight: 1), seconds)
            },
            player(Name.usualAlone, usualScript),
        ]
    }

    private var curve: [Contender] {
        plan.inFlightCurve.map { count in
            Contender(Name.inFlight(count), seconds: plan.shortSeconds) { seconds, _ in
                try await load(.open, .closed(inFlight: count), seconds)
            }
        }
    }
}
