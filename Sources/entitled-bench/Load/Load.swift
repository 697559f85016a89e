import EntitledClient
import EntitledDevelopment

/// How calls follow each other.
enum Pace: Hashable, Sendable {
    /// So many callers, each of which calls again as soon as it is answered.
    case closed(inFlight: Int)
    /// So many calls a second, begun on time whatever is in flight, up to a limit. A call's latency counts from the
    /// instant at which it should have begun: a server that stalls can't hide how many would have waited.
    case open(callsPerSecond: Double, limit: Int)
}

/// What came of a load.
struct LoadResult: Sendable {
    /// Those that were answered while it was measured.
    let calls: Int
    let seconds: Double
    let latencies: Latencies
    /// In an open loop: by how much calls were begun after they were due, which is the generator's own doing. It is a
    /// part of their latencies.
    let lateness: Latencies

    var callsPerSecond: Double { Double(calls) / seconds }
}

/// Calls through the SDK to one or more tenants, in turn, for customers drawn at random. Every reply is checked.
struct Load: Sendable {
    let tenants: [BenchTenant]
    let call: BenchCall
    /// Whether all calls are for one customer of each tenant, the first.
    var isHot = false
    let pace: Pace
    var seed: UInt64 = 1

    /// Warms up for a fifth of the time, then measures.
    /// - Throws: `EntitledError`, or ``WrongAnswer`` if a reply isn't what it must be; then nothing is measured.
    func run(for time: Duration) async throws -> LoadResult {
        let window = MeasuredWindow(from: .now + time / 5, for: time)
        let recorder = LatencyRecorder(window)
        let lateness = LatencyRecorder(window)
        switch pace {
        case .closed(let inFlight): try await close(inFlight, recorder)
        case .open(let rate, let limit):
            let schedule = OpenLoopSchedule(start: .now, callsPerSecond: rate, end: window.end)
            try await open(schedule, limit, recorder, lateness)
        }
        let latencies = recorder.merged()
        return LoadResult(
            calls: latencies.count, seconds: time / .seconds(1), latencies: latencies, lateness: lateness.merged())
    }

    /// Callers run where their tenant's connections are served.
    private func executor(_ number: Int) -> any TaskExecutor {
        let executors = tenants[number % tenants.count].client.executors
        return executors[number / tenants.count % executors.count]
    }

    private func close(_ inFlight: Int, _ recorder: LatencyRecorder) async throws {
        try await withThrowingTaskGroup(of: Void.self) { callers in
            for number in 0..<inFlight {
                callers.addTask(executorPreference: executor(number)) {
                    var draw = SeededRandom(seed: seed, stream: UInt64(number))
                    var turn = number
                    var began = ContinuousClock.now
                    while began < recorder.window.end {
                        let tenant = tenants[turn % tenants.count]
                        try await tenant.make(call, isHot: isHot, &draw)
                        let ended = ContinuousClock.now
                        // By the answers, not the beginnings: all callers begin together.
                        if recorder.window.contains(ended) { recorder.record(ended - began, shard: number) }
                        began = ended
                        turn &+= inFlight
                    }
                }
            }
            try await callers.waitForAll()
        }
    }

    private func open(
        _ schedule: OpenLoopSchedule, _ limit: Int, _ recorder: LatencyRecorder, _ lateness: LatencyRecorder
    ) async throws {
        let loop = OpenLoop(schedule: schedule, limit: limit, executors: tenants[0].client.executors)
        try await loop.run { number, due in
            if recorder.window.contains(due) { lateness.record(.now - due, shard: number) }
            var draw = SeededRandom(seed: seed, stream: UInt64(number))
            try await tenants[number % tenants.count].make(call, isHot: isHot, &draw)
            // However late its answer came, else the slowest would drop out.
            if recorder.window.contains(due) { recorder.record(.now - due, shard: number) }
        }
    }
}
