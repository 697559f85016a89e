package import EntitledCore
package import EntitledService
import Synchronization

/// Waits for calls that are started with a completion; cancelling the task cancels the call.
package func waitForCall<Value: Sendable>(
    _ start: (@escaping @Sendable (Value) -> Void) throws -> (any StartedCall)?
) async throws -> Value {
    let call = Mutex<(started: (any StartedCall)?, isCancelled: Bool)>((nil, false))
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
            do {
                let started = try start { continuation.resume(returning: $0) }
                let isCancelled = call.withLock { call in
                    call.started = started
                    return call.isCancelled
                }
                if isCancelled { started?.cancel() }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    } onCancel: {
        let started = call.withLock { call in
            call.isCancelled = true
            return call.started
        }
        started?.cancel()
    }
}

extension EntitlementService {
    /// - Throws: ``EntitledError``.
    package func perform<C: DecidableCommand>(_ command: C, _ context: CallContext) async throws -> Reply<C.Answer> {
        try await waitForCall { try start(command, context, $0) }.get()
    }

    /// - Throws: ``EntitledError``.
    package func answer<Q: FactsQuery>(_ query: Q, _ context: CallContext) async throws -> Q.Answer {
        try await waitForCall { try start(query, context, $0) }.get()
    }

    /// - Throws: ``EntitledError``.
    package func answer<Q: StoreQuery>(_ query: Q, _ context: CallContext) async throws -> Q.Answer {
        try await waitForCall { try start(query, context, $0) }.get()
    }
}
