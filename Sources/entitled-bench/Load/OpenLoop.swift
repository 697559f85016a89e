/// Begins calls when they are due, whatever is in flight, up to a limit.
struct OpenLoop: Sendable {
    let schedule: OpenLoopSchedule
    /// The most that are in flight; what is due then begins later.
    let limit: Int

    /// Begins what is due, at the earliest every half millisecond: a timer for each call would cost more than the call.
    /// - Parameter call: gets the call's number, from 0, and when it is due.
    /// - Throws: what a call throws; then the others are cancelled.
    func run(
        _ call: @escaping @Sendable (_ number: Int, _ due: ContinuousClock.Instant) async throws -> Void
    ) async throws {
        let pauses = Duration.microseconds(500)
        let unanswered = Counter()
        try await withThrowingDiscardingTaskGroup { calls in
            var number = 0
            while let due = schedule.instant(of: number) {
                let now = ContinuousClock.now
                if due > now || unanswered.value >= limit {
                    try await Task.sleep(until: max(due, now + pauses), tolerance: .zero, clock: .continuous)
                    continue
                }
                unanswered.add(1)
                let place = number
                calls.addTask {
                    defer { unanswered.add(-1) }
                    try await call(place, due)
                }
                number += 1
            }
        }
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
