import EntitledClient
import EntitledDevelopment

/// What came of the calls of a flood while it was measured.
struct FloodTally: Sendable {
    var begun = 0
    var answered = 0
    /// From the instants at which calls should have begun, in an open loop.
    var answers = Latencies()
    /// From the beginning of a call until it was refused.
    var refusals = Latencies()
    /// Those of them that the server refused; the others weren't even sent.
    var serverRefusals = Latencies()
    /// How often which refusal was heard.
    var refusalCounts: [String: Int] = [:]
    /// Refusals that don't say when to come back.
    var withoutHint = 0
    /// Whatever else went wrong.
    var failureCounts: [String: Int] = [:]

    /// How the client's own refusals end.
    private static let unsent = "nothing was sent"

    var failures: Int { failureCounts.values.reduce(0, +) }

    mutating func refuse(_ error: EntitledError, after time: Duration) {
        switch error.reason {
        case .overloaded, .tooManyCalls:
            refusals.record(time)
            if !error.message.hasSuffix(Self.unsent) { serverRefusals.record(time) }
            refusalCounts[error.message, default: 0] += 1
            if error.retryAfter == nil { withoutHint += 1 }
        case _: failureCounts["\(error)", default: 0] += 1
        }
    }

    mutating func add(_ other: FloodTally) {
        begun += other.begun
        answered += other.answered
        answers.add(other.answers)
        refusals.add(other.refusals)
        serverRefusals.add(other.serverRefusals)
        refusalCounts.merge(other.refusalCounts, uniquingKeysWith: +)
        withoutHint += other.withoutHint
        failureCounts.merge(other.failureCounts, uniquingKeysWith: +)
    }
}

/// Calls that go on at a constant rate although some are refused. Every answer is checked.
struct Flood: Sendable {
    /// Far more than clients let through.
    private static let limit = 100_000

    let tenant: BenchTenant
    let callsPerSecond: Double
    let seed: UInt64

    /// Warms up for a fifth of the time, then measures.
    /// - Returns: what came of each.
    /// - Throws: ``WrongAnswer`` if an answer isn't what it must be.
    static func run(_ floods: [Flood], for time: Duration) async throws -> [FloodTally] {
        let start = ContinuousClock.now
        let window = MeasuredWindow(from: start + time / 5, for: time)
        return try await withThrowingTaskGroup(of: (Int, FloodTally).self) { group in
            for (number, flood) in floods.enumerated() {
                group.addTask { (number, try await flood.run(from: start, window)) }
            }
            return try await group.reduce(into: Array(repeating: FloodTally(), count: floods.count)) { $0[$1.0] = $1.1 }
        }
    }

    private func run(from start: ContinuousClock.Instant, _ window: MeasuredWindow) async throws -> FloodTally {
        let tallies = Shards(of: FloodTally())
        let schedule = OpenLoopSchedule(start: start, callsPerSecond: callsPerSecond, end: window.end)
        let loop = OpenLoop(schedule: schedule, limit: Self.limit, executors: tenant.client.executors)
        try await loop.run { number, due in
            let began = ContinuousClock.now
            let counts = window.contains(began)
            var draw = SeededRandom(seed: seed, stream: UInt64(number))
            do {
                try await tenant.make(.open, isHot: false, &draw)
                let ended = ContinuousClock.now
                tallies.update(number) { tally in
                    if counts { tally.begun += 1 }
                    if window.contains(ended) { tally.answered += 1 }
                    if window.contains(due) { tally.answers.record(ended - due) }
                }
            } catch let error as EntitledError {
                let ended = ContinuousClock.now
                guard counts else { return }
                tallies.update(number) { tally in
                    tally.begun += 1
                    tally.refuse(error, after: ended - began)
                }
            }
        }
        return tallies.parts.reduce(into: FloodTally()) { $0.add($1) }
    }
}
