package import EntitledService
import Synchronization

/// An open connection, whatever door it came through.
package protocol OpenConnection: AnyObject, Sendable {
    /// The key that it was authenticated with; nil before that.
    var key: KeyID? { get }
    /// Ends it because its key is no longer valid.
    func revoke()
    /// Lets calls in flight finish, takes no others, then ends it.
    func drain()
    /// Looks at the clock: deadlines, silence, time-outs.
    func tick()
}

/// Every open connection of the server. Bounded; what is over the bound isn't served.
package final class OpenConnections: Sendable {
    /// What is to be done with a connection that has been accepted.
    package enum Admission: Hashable, Sendable {
        case serve
        /// There are too many: to be told so, and closed.
        case overloaded
        /// There are even too many to be told so: to be closed at once.
        case drop
        /// The server goes down.
        case draining
    }

    private struct State {
        var open: [ObjectIdentifier: any OpenConnection] = [:]
        var isDraining = false
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: how many may be open. A tenth more, one at least, is greeted only to be turned away.
    package init(limit: Int) {
        self.limit = limit
    }

    /// How many are open.
    package var count: Int { state.withLock { $0.open.count } }

    /// Adds a connection unless the answer is ``Admission/drop``.
    package func admit(_ make: (Admission) -> any OpenConnection) -> Admission {
        state.withLock { state in
            let count = state.open.count
            let admission: Admission =
                if count >= limit + max(1, limit / 10) {
                    .drop
                } else if state.isDraining {
                    .draining
                } else if count >= limit {
                    .overloaded
                } else {
                    .serve
                }
            guard admission != .drop else { return admission }
            let connection = make(admission)
            state.open[ObjectIdentifier(connection)] = connection
            return admission
        }
    }

    package func remove(_ connection: any OpenConnection) {
        state.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(connection)) }
    }

    /// Drains all, now and to come.
    package func drain() {
        state.withLock { $0.isDraining = true }
        for connection in all { connection.drain() }
    }

    package func tick() {
        for connection in all { connection.tick() }
    }

    /// The keys in use.
    package var keys: Set<KeyID> { Set(all.compactMap(\.key)) }

    /// Ends the connections of these keys.
    package func revoke(_ keys: Set<KeyID>) {
        for connection in all {
            if let key = connection.key, keys.contains(key) { connection.revoke() }
        }
    }

    var all: [any OpenConnection] { state.withLock { Array($0.open.values) } }
}
