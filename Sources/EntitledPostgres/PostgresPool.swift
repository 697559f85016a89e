package import Logging
internal import Synchronization

/// A bounded number of connections to one database, opened when they are needed.
///
/// A connection prefers whom it has served before (its plans and caches are warm for that affinity); between affinities
/// that wait the pool takes turns.
package final class PostgresPool: Sendable {
    package struct Limits: Sendable, Hashable {
        /// Open connections, at least 1.
        package var connections: Int
        /// Callers waiting for one; the next is refused with `poolExhausted`.
        package var waiters: Int
        /// A connection this old, or up to a fifth younger, is replaced once idle: the server's memory for it grows
        /// with every table it has seen.
        package var maximumAge: Duration
        /// The hint that a refused caller gets.
        package var retryAfter: Duration

        package init(
            connections: Int = 8, waiters: Int = 10_000, maximumAge: Duration = .seconds(3600),
            retryAfter: Duration = .milliseconds(100)
        ) {
            self.connections = connections
            self.waiters = waiters
            self.maximumAge = maximumAge
            self.retryAfter = retryAfter
        }
    }

    /// A look at the pool, for metrics.
    package struct Usage: Sendable, Hashable {
        /// Connections being opened, leased, idle or being closed.
        package var open: Int
        package var idle: Int
        package var waiting: Int
    }

    /// How a request was answered.
    private enum Grant {
        case lease(PoolState.ConnectionID, PostgresConnection)
        case open(PoolState.ConnectionID)
        case refused(PoolState.Refusal)
    }

    private struct Shared {
        var state: PoolState
        var connections: [PoolState.ConnectionID: PostgresConnection] = [:]
        var nextWaiter = 0
        /// Answers whose waiter is not parked yet.
        var grants: [PoolState.WaiterID: Grant] = [:]
        var parked: [PoolState.WaiterID: CheckedContinuation<Grant, Never>] = [:]
        var isDrained = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private let configuration: PostgresConfiguration
    private let limits: Limits
    private let logger: Logger
    private let shared: Mutex<Shared>

    package init(configuration: PostgresConfiguration, limits: Limits = Limits(), logger: Logger) {
        self.configuration = configuration
        self.limits = limits
        self.logger = logger
        shared = Mutex(Shared(state: PoolState(connections: limits.connections, waiters: limits.waiters)))
    }

    package var usage: Usage {
        shared.withLock { shared in
            let state = shared.state
            return Usage(open: state.connectionCount, idle: state.idleCount, waiting: state.waiterCount)
        }
    }

    /// Runs `body` on a connection, waiting for one if need be. A connection that comes back in a transaction or broken
    /// is replaced.
    ///
    /// - Parameter ahead: runs just before, on the thread of whoever calls, and must not block: what it sends
    ///   (``PostgresSession/sendAhead(_:)``), the server begins with while `body` still waits for its thread.
    /// - Throws: what `body` throws; `PostgresError` with `poolClosed`, `poolExhausted`, `connectionFailed` or
    ///   `connectionLost`; `CancellationError` if the task is cancelled before `body` runs (afterwards it is not
    ///   interrupted).
    package func withSession<Value: Sendable>(
        affinity: String, ahead: @Sendable (PostgresSession) -> Void = { _ in },
        _ body: @escaping @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        // Each dead connection found is discarded, so there are at most as many in a row as there are connections.
        for _ in 0...max(1, limits.connections) {
            let (id, connection) = try await acquire(affinity)
            switch await connection.lease(ahead: ahead, body) {
            case .dead:
                logger.debug("a connection ended while idle")
                await release(id, reusable: false)
            case .done(let result, let reusable):
                await release(id, reusable: reusable)
                return try result.get()
            }
        }
        throw PostgresError(.connectionLost, "every idle connection had ended")
    }

    /// Refuses whoever waits or comes, and returns when the last lease is over and every connection is closed.
    package func close() async {
        await perform(.shutdown)
        await withCheckedContinuation { continuation in
            let isDrained = shared.withLock { shared in
                if !shared.isDrained { shared.closers.append(continuation) }
                return shared.isDrained
            }
            if isDrained { continuation.resume() }
        }
    }

    private func acquire(_ affinity: String) async throws -> (PoolState.ConnectionID, PostgresConnection) {
        try Task.checkCancellation()
        let waiter = shared.withLock { shared in
            shared.nextWaiter += 1
            return PoolState.WaiterID(number: shared.nextWaiter)
        }
        await perform(.wanted(waiter, affinity: affinity, now: .now))
        let grant = await withTaskCancellationHandler {
            await park(waiter)
        } onCancel: {
            // A cancellation closes nothing, so there is nothing to carry out.
            _ = apply(.cancelled(waiter))
        }
        switch grant {
        case .lease(let id, let connection): return (id, connection)
        case .open(let id): return (id, try await open(id))
        case .refused(.exhausted):
            throw PostgresError(.poolExhausted(retryAfter: limits.retryAfter), "too many wait for a connection")
        case .refused(.closed): throw PostgresError(.poolClosed, "the pool is closed")
        case .refused(.cancelled): throw CancellationError()
        }
    }

    private func park(_ waiter: PoolState.WaiterID) async -> Grant {
        await withCheckedContinuation { continuation in
            let grant = shared.withLock { shared in
                let grant = shared.grants.removeValue(forKey: waiter)
                if grant == nil { shared.parked[waiter] = continuation }
                return grant
            }
            if let grant { continuation.resume(returning: grant) }
        }
    }

    private func open(_ id: PoolState.ConnectionID) async throws -> PostgresConnection {
        do {
            let connection = try await PostgresConnection.open(configuration)
            shared.withLock { $0.connections[id] = connection }
            await perform(.opened(id, expires: .now + limits.maximumAge * Double.random(in: 0.8...1)))
            logger.debug("opened a connection")
            return connection
        } catch {
            logger.warning("could not open a connection", metadata: ["error": "\(error)"])
            await perform(.openFailed(id))
            throw error
        }
    }

    private func release(_ id: PoolState.ConnectionID, reusable: Bool) async {
        await perform(.returned(id, reusable: reusable, now: .now))
    }

    /// Tells the state, and closes what it wants closed. A slot is free only when its connection is gone, so there are
    /// never more of them than the limit.
    private func perform(_ event: PoolState.Event) async {
        var doomed = apply(event)
        while let id = doomed.popLast() {
            let connection = shared.withLock { $0.connections.removeValue(forKey: id) }
            await connection?.close()
            logger.debug("closed a connection")
            doomed += apply(.closed(id))
        }
    }

    /// Tells the state, wakes whom it serves, and returns the connections to close.
    private func apply(_ event: PoolState.Event) -> [PoolState.ConnectionID] {
        var doomed: [PoolState.ConnectionID] = []
        var woken: [(CheckedContinuation<Grant, Never>, Grant)] = []
        var closers: [CheckedContinuation<Void, Never>] = []
        shared.withLock { shared in
            for action in shared.state.handle(event) {
                let answer: (PoolState.WaiterID, Grant)?
                switch action {
                case .lease(let id, let waiter): answer = shared.connections[id].map { (waiter, .lease(id, $0)) }
                case .open(let id, let waiter): answer = (waiter, .open(id))
                case .refuse(let waiter, let refusal): answer = (waiter, .refused(refusal))
                case .close(let id):
                    answer = nil
                    doomed.append(id)
                case .drained:
                    answer = nil
                    shared.isDrained = true
                    closers = shared.closers
                    shared.closers = []
                }
                guard let (waiter, grant) = answer else { continue }
                if let continuation = shared.parked.removeValue(forKey: waiter) {
                    woken.append((continuation, grant))
                } else {
                    shared.grants[waiter] = grant
                }
            }
        }
        for (continuation, grant) in woken { continuation.resume(returning: grant) }
        for continuation in closers { continuation.resume() }
        return doomed
    }
}
