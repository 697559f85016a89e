internal import Synchronization

/// A connection on a thread of its own. Whoever runs something on it waits without blocking a thread of the pool.
package actor PostgresConnection {
    private let executor: ThreadExecutor
    /// Nobody waits for it: there is one user at a time, on the connection's thread, or just before on the user's own.
    private let session = Mutex<PostgresSession?>(nil)

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init(executor: ThreadExecutor) { self.executor = executor }

    // No job of this actor can come after its end, so the thread may go.
    deinit { executor.stop() }

    /// Connects; see `PostgresConfiguration` for how long that may take.
    ///
    /// - Throws: `PostgresError`: `invalidArgument`, `connectionFailed`.
    package static func open(_ configuration: PostgresConfiguration) async throws -> PostgresConnection {
        let connection = PostgresConnection(executor: .start(name: "postgres"))
        try await connection.connect(configuration)
        return connection
    }

    private func connect(_ configuration: PostgresConfiguration) throws {
        try session.withLock { $0 = try PostgresSession.connect(configuration) }
    }

    /// Runs `body` on the connection's thread. Nothing else gets at the session meanwhile.
    ///
    /// - Throws: what `body` throws; `connectionLost` once the connection is closed.
    package func run<Result: Sendable>(_ body: @Sendable (PostgresSession) throws -> Result) throws -> Result {
        try session.withLock { session in
            guard let session else { throw PostgresError(.connectionLost, "the connection is closed") }
            return try body(session)
        }
    }

    /// Says goodbye to the server. An open transaction is rolled back.
    package func close() { session.withLock { $0 = nil } }

    /// What became of a lease.
    enum Lease<Value: Sendable>: Sendable {
        /// The connection had ended while idle; `body` was not called.
        case dead
        case done(Result<Value, any Error>, reusable: Bool)
    }

    /// Runs `body` unless the connection has ended, and finds out whether the next one may have it.
    /// - Parameter ahead: runs at once, on the thread of whoever calls, and must not block.
    nonisolated func lease<Value: Sendable>(
        ahead: @Sendable (PostgresSession) -> Void, _ body: @Sendable (PostgresSession) throws -> Value
    ) async -> Lease<Value> {
        let isAlive = session.withLock { session in
            guard let session, session.isAlive() else { return false }
            ahead(session)
            return true
        }
        return isAlive ? await carryOut(body) : .dead
    }

    private func carryOut<Value: Sendable>(_ body: @Sendable (PostgresSession) throws -> Value) -> Lease<Value> {
        session.withLock { session in
            guard let session else { return .dead }
            let result = Result { try body(session) }
            return .done(result, reusable: session.isReusable)
        }
    }
}
