/// A connection on a thread of its own. Whoever runs something on it waits without blocking a thread of the pool.
package actor PostgresConnection {
    private let executor: ThreadExecutor
    private var session: PostgresSession?

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
        session = try PostgresSession.connect(configuration)
    }

    /// Runs `body` on the connection's thread. Nothing else gets at the session meanwhile.
    ///
    /// - Throws: what `body` throws; `connectionLost` once the connection is closed.
    package func run<Result: Sendable>(_ body: @Sendable (PostgresSession) throws -> Result) throws -> Result {
        guard let session else { throw PostgresError(.connectionLost, "the connection is closed") }
        return try body(session)
    }

    /// Says goodbye to the server. An open transaction is rolled back.
    package func close() { session = nil }

    /// What became of a lease.
    enum Lease<Value: Sendable>: Sendable {
        /// The connection had ended while idle; `body` was not called.
        case dead
        case done(Result<Value, any Error>, reusable: Bool)
    }

    /// Runs `body` unless the connection has ended, and finds out whether the next one may have it.
    func lease<Value: Sendable>(_ body: @Sendable (PostgresSession) throws -> Value) -> Lease<Value> {
        guard let session, session.isAlive() else { return .dead }
        let result = Result { try body(session) }
        return .done(result, reusable: session.isReusable)
    }
}
