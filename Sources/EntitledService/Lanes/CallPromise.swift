import EntitledCore
import Synchronization

/// The one answer that a waiting call gets, whoever gives it first: the batch, its deadline, or its cancellation.
final class CallPromise<Value: Sendable>: Sendable {
    private enum State {
        /// Goes to `waiting`, or straight to `done` if it is cancelled first.
        case new
        /// Waits in a lane; goes to `begun` or `done`.
        case waiting(CheckedContinuation<Value, any Error>)
        /// A batch has taken it: cancelling no longer stops it; goes to `done`.
        case begun(CheckedContinuation<Value, any Error>)
        case done
    }

    private let state = Mutex(State.new)

    /// Waits for the answer; `enqueue` puts the call into its lane.
    func wait(enqueue: () throws(EntitledError) -> Void) async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    guard case .new = state else { return true }
                    state = .waiting(continuation)
                    return false
                }
                if isCancelled {
                    continuation.resume(throwing: Self.cancelled)
                    return
                }
                do throws(EntitledError) { try enqueue() } catch { fail(error) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Whether a batch may take the call: false if it was cancelled while it waited.
    func begin() -> Bool {
        state.withLock { state in
            switch state {
            case .waiting(let continuation):
                state = .begun(continuation)
                return true
            case .begun: return true
            case .new, .done: return false
            }
        }
    }

    func succeed(_ value: Value) { finish()?.resume(returning: value) }

    func fail(_ error: EntitledError) { finish()?.resume(throwing: error) }

    private func cancel() {
        let continuation: CheckedContinuation<Value, any Error>? = state.withLock { state in
            switch state {
            case .waiting(let continuation):
                state = .done
                return continuation
            case .new:
                state = .done
                return nil
            case .begun, .done: return nil
            }
        }
        continuation?.resume(throwing: Self.cancelled)
    }

    private func finish() -> CheckedContinuation<Value, any Error>? {
        state.withLock { state in
            switch state {
            case .waiting(let continuation), .begun(let continuation):
                state = .done
                return continuation
            case .new, .done: return nil
            }
        }
    }

    private static var cancelled: EntitledError {
        EntitledError(.cancelled, "the call was cancelled before it was begun; nothing was changed")
    }
}
