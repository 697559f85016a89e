package import EntitledCore
import Synchronization

/// Takes a call's one answer. It comes from whatever thread, and must not be held up there.
package typealias Completion<Value: Sendable> = @Sendable (Result<Value, EntitledError>) -> Void

/// A call that has been started and isn't answered yet.
package protocol StartedCall: Sendable {
    /// Nobody waits for the call any more: it is answered `cancelled`, and dropped, if no batch has taken it yet.
    func cancel()
}

/// Sees to it that a waiting call gets one answer, whoever gives it first: the batch, its deadline, or its
/// cancellation.
package final class CallPromise: StartedCall {
    private enum State: UInt8, AtomicRepresentable {
        /// It waits in a lane; goes to `begun` or `done`.
        case waiting
        /// A batch has taken it: cancelling no longer stops it; goes to `done`.
        case begun
        case done
    }

    private let state = Atomic(State.waiting)
    private let refuse: @Sendable (EntitledError) -> Void

    /// - Parameter refuse: tells the caller why there is no other answer.
    package init(_ refuse: @escaping @Sendable (EntitledError) -> Void) {
        self.refuse = refuse
    }

    /// Whether a batch may take the call: false if it was cancelled while it waited.
    func begin() -> Bool {
        let (isFirst, before) = state.compareExchange(
            expected: .waiting, desired: .begun, ordering: .acquiringAndReleasing)
        return isFirst || before == .begun
    }

    /// - Parameter give: gives the answer, unless there was one.
    package func keep(_ give: () -> Void) {
        if state.exchange(.done, ordering: .acquiringAndReleasing) != .done { give() }
    }

    package func fail(_ error: EntitledError) {
        keep { refuse(error) }
    }

    package func cancel() {
        let (isFirst, _) = state.compareExchange(
            expected: .waiting, desired: .done, ordering: .acquiringAndReleasing)
        guard isFirst else { return }
        refuse(EntitledError(.cancelled, "the call was cancelled before it was begun; nothing was changed"))
    }
}
