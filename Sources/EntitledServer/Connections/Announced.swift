import Synchronization

/// A value that is known later, once, to anybody who waits for it.
final class Announced<Value: Sendable>: Sendable {
    private enum State {
        /// → known
        case awaited([CheckedContinuation<Value, any Error>])
        /// The end.
        case known(Result<Value, any Error>)
    }

    private let state = Mutex(State.awaited([]))

    /// Waits until it is announced.
    /// - Throws: what was announced instead.
    func value() async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let known: Result<Value, any Error>? = state.withLock { state in
                switch state {
                case .awaited(let waiting):
                    state = .awaited(waiting + [continuation])
                    return nil
                case .known(let result): return result
                }
            }
            if let known { continuation.resume(with: known) }
        }
    }

    /// The first announcement counts.
    func announce(_ result: Result<Value, any Error>) {
        let waiting: [CheckedContinuation<Value, any Error>] = state.withLock { state in
            switch state {
            case .awaited(let waiting):
                state = .known(result)
                return waiting
            case .known: return []
            }
        }
        for continuation in waiting { continuation.resume(with: result) }
    }
}
