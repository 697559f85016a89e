import Synchronization

/// Begins calls when they are due, whatever is in flight, up to a limit.
struct OpenLoop: Sendable {
    let schedule: OpenLoopSchedule
    /// The most that are in flight; what is due then begins later.
    let limit: Int
    /// Where calls are made, in turn.
    let executors: [any TaskExecutor]

    /// Begins what is due, at the earliest every two milliseconds: to wake up for each call would cost more than the
    /// call.
    /// - Parameter call: gets the call's number, from 0, and when it is due.
    /// - Throws: what a call throws; then the others are cancelled.
    func run(
        _ call: @escaping @Sendable (_ number: Int, _ due: ContinuousClock.Instant) async throws -> Void
    ) async throws {
        let pauses = Duration.milliseconds(2)
        let unanswered = Counter()
        let idle = IdleCallers()
        try await withThrowingDiscardingTaskGroup { callers in
            defer { idle.end() }
            var number = 0
            while let due = schedule.instant(of: number) {
                let now = ContinuousClock.now
                if due > now || unanswered.value >= limit {
                    try await Task.sleep(until: max(due, now + pauses), tolerance: .zero, clock: .continuous)
                    continue
                }
                unanswered.add(1)
                let first = IdleCallers.Due(number: number, at: due)
                if !idle.give(first) {
                    callers.addTask(executorPreference: executors[number % executors.count]) {
                        var next: IdleCallers.Due? = first
                        while let due = next {
                            try await call(due.number, due.at)
                            unanswered.add(-1)
                            next = await idle.next()
                        }
                    }
                }
                number += 1
            }
        }
    }
}

/// Tasks that have made a call and wait for the next. Were there one for each call, thousands at a time, their group
/// would look through all of them whenever one ends, which takes longer than the calls.
private final class IdleCallers: Sendable {
    struct Due: Sendable {
        let number: Int
        let at: ContinuousClock.Instant
    }

    private struct State {
        var waiting: [CheckedContinuation<Due?, Never>] = []
        var isOver = false
    }

    private let state = Mutex(State())

    /// - Returns: whether somebody was idle and makes it.
    func give(_ due: Due) -> Bool {
        let caller = state.withLock { $0.waiting.popLast() }
        caller?.resume(returning: due)
        return caller != nil
    }

    /// - Returns: the next call; nil after the end.
    func next() async -> Due? {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isOver { state.waiting.append(continuation) }
                return state.isOver
            }
            if isOver { continuation.resume(returning: nil) }
        }
    }

    /// There are no more calls.
    func end() {
        let waiting = state.withLock { state in
            state.isOver = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for caller in waiting { caller.resume(returning: nil) }
    }
}

/// When the calls of an open loop are due: evenly, from the start until the end.
struct OpenLoopSchedule: Sendable {
    let start: ContinuousClock.Instant
    let callsPerSecond: Double
    let end: ContinuousClock.Instant

    /// - Returns: nil once the end is reached.
    func instant(of number: Int) -> ContinuousClock.Instant? {
        // From the number, not from the call before it, so that roundings don't add up.
        let due = start + .nanoseconds(Int64(Double(number) / callsPerSecond * 1e9))
        return due < end ? due : nil
    }
}
