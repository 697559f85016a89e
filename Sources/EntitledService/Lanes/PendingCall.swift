import EntitledCore

/// Anything that waits in a lane.
///
/// Commands and queries are of many types. Those types are known only to the functions with which a pending one is
/// made: methods of generic classes would look them up at every step.
protocol PendingCall: Sendable {
    var promise: CallPromise { get }
    var deadline: ContinuousClock.Instant { get }
}

extension PendingCall {
    /// Begins it, unless nobody waits for it any more; from then on it can't be cancelled.
    func begin(at now: ContinuousClock.Instant) -> Bool {
        guard now < deadline else {
            fail(
                EntitledError(.deadlineExceeded, "the deadline passed before the call was begun; nothing was changed"))
            return false
        }
        return promise.begin()
    }

    func fail(_ error: EntitledError) { promise.fail(error) }
}
