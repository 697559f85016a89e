import EntitledCore

/// Anything that waits in a lane.
protocol PendingCall: Sendable {
    var deadline: ContinuousClock.Instant { get }
    /// Whether it is still wanted; from then on it can't be cancelled.
    func begin() -> Bool
    func fail(_ error: EntitledError)
}

extension PendingCall {
    /// Begins it, unless nobody waits for it any more.
    func begin(at now: ContinuousClock.Instant) -> Bool {
        guard now < deadline else {
            fail(
                EntitledError(.deadlineExceeded, "the deadline passed before the call was begun; nothing was changed"))
            return false
        }
        return begin()
    }
}
