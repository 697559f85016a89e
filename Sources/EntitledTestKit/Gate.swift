import Synchronization

/// Holds up whoever passes while it is closed.
package final class Gate: Sendable {
    private struct State {
        var isOpen: Bool
        var held: [CheckedContinuation<Void, Never>] = []
        var watchers: [CheckedContinuation<Void, Never>] = []
    }
    private let state: Mutex<State>

    package init(isOpen: Bool = true) {
        state = Mutex(State(isOpen: isOpen))
    }

    package func close() { state.withLock { $0.isOpen = false } }

    package func pass() async {
        await withCheckedContinuation { continuation in
            typealias Watchers = [CheckedContinuation<Void, Never>]
            let (passes, watchers) = state.withLock { state -> (Bool, Watchers) in
                if state.isOpen { return (true, []) }
                state.held.append(continuation)
                defer { state.watchers = [] }
                return (false, state.watchers)
            }
            if passes { continuation.resume() }
            for watcher in watchers { watcher.resume() }
        }
    }

    package var holdsSomeone: Bool { state.withLock { !$0.held.isEmpty } }

    /// Returns when somebody is held up.
    package func someoneWaits() async {
        await withCheckedContinuation { continuation in
            let waits = state.withLock { state in
                if state.held.isEmpty { state.watchers.append(continuation) }
                return !state.held.isEmpty
            }
            if waits { continuation.resume() }
        }
    }

    package func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }
}
