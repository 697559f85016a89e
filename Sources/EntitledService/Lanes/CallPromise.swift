package import EntitledCore
import Synchronization

/// Takes a call's one answer. It comes from whatever thread, and must not be held up there.
package typealias Completion<Value: Sendable> = @Sendable (Result<Value, EntitledError>) -> Void

/// A call that has been started and isn't answered yet.
package protocol StartedCall: Sendable {
    /// Nobody waits for the call any more: it is answered `cancelled`, and dropped, if no batch has taken it yet.
    func cancel()
}

/// The one answer that a waiting call gets, whoever gives it first: the batch, its deadline, or its cancellation.
final class CallPromise<Value: Sendable>: StartedCall {
    private enum State {
        /// Waits in a lane; goes to `begun` or `done`.
        case waiting(Completion<Value>)
        /// A batch has taken it: cancelling no longer stops it; goes to `done`.
        case begun(Completion<Value>)
        case done
    }

    private let state: Mutex<State>

    init(_ completion: @escaping Completion<Value>) {
        state = Mutex(.waiting(completion))
    }

    /// Whether a batch may take the call: false if it was cancelled while it waited.
    func begin() -> Bool {
        state.withLock { state in
            switch state {
            case .waiting(let completion):
                state = .begun(completion)
                return true
            case .begun: return true
            case .done: return false
            }
        }
    }

    func succeed(_ value: Value) { finish()?(.success(value)) }

    func fail(_ error: EntitledError) { finish()?(.failure(error)) }

    package func cancel() {
        let completion: Completion<Value>? = state.withLock { state in
            switch state {
            case .waiting(let completion):
                state = .done
                return completion
            case .begun, .done: return nil
            }
        }
        completion?(
            .failure(
                EntitledError(.cancelled, "the call was cancelled before it was begun; nothing was changed")))
    }

    private func finish() -> Completion<Value>? {
        state.withLock { state in
            switch state {
            case .waiting(let completion), .begun(let completion):
                state = .done
                return completion
            case .done: return nil
            }
        }
    }
}
