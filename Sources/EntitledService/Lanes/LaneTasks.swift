import Synchronization

/// The tasks in which lanes are worked through and replies given. They belong to the service, which ends when the last
/// of them has.
final class LaneTasks: Sendable {
    private struct State {
        var running = 0
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let executor: (any TaskExecutor)?
    private let state = Mutex(State())

    /// - Parameter executor: where lanes go on after they waited; nil is the usual one.
    init(executor: (any TaskExecutor)?) { self.executor = executor }

    /// Begins at once, on the thread of whoever calls, and goes on elsewhere when it first waits: a call that comes to
    /// an idle lane loses no time to changes of threads.
    /// - Returns: false if none is begun any more.
    func begin(_ work: @escaping @Sendable () async -> Void) -> Bool {
        guard enter() else { return false }
        Task.immediate(executorPreference: executor) {
            await work()
            leave()
        }
        return true
    }

    /// Lets another thread do it.
    /// - Returns: as ``begin(_:)``.
    func beginBeside(_ work: @escaping @Sendable () -> Void) -> Bool {
        guard enter() else { return false }
        Task {
            work()
            leave()
        }
        return true
    }

    /// From now on none is begun.
    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            return state.running == 0 ? state.waiter.take() : nil
        }
        waiter?.resume()
    }

    /// Returns when they are closed and the last has ended. For one caller.
    func ended() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                let hasEnded = state.isClosed && state.running == 0
                if !hasEnded { state.waiter = continuation }
                return hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    private func enter() -> Bool {
        state.withLock { state in
            if !state.isClosed { state.running += 1 }
            return !state.isClosed
        }
    }

    private func leave() {
        let waiter = state.withLock { state in
            state.running -= 1
            return state.isClosed && state.running == 0 ? state.waiter.take() : nil
        }
        waiter?.resume()
    }
}
