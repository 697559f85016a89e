internal import CLibPQ

/// A session with the server, used inside `PostgresConnection` and nowhere else: all but ``sendAhead(_:)`` blocks.
///
/// The one owner of a `PGconn`. Statements and transactions on it can't interleave, because it has one user at a time.
package final class PostgresSession {
    package enum TransactionStatus: Sendable, Hashable {
        case idle
        case inTransaction
        /// A statement failed; only a rollback helps.
        case failed
        /// The connection is lost.
        case unknown
    }

    let connection: OpaquePointer
    /// How long the server may say nothing.
    var replyTimeout: Duration
    let notices: NoticeBox
    /// The statements whose preparation was answered.
    var prepared = PreparedStatements()
    var scratch = ParameterScratch()
    /// What was sent ahead of the flush that asks for it.
    var ahead: Result<PipelineExchange, PostgresError>?
    /// Why the connection is of no more use.
    private(set) var loss: PostgresError?
    /// Set when a prepared statement has gone stale: the pool opens another connection instead.
    var isStale = false

    /// Takes over `connection`, which is connected and non-blocking and reports to `notices`.
    init(connection: OpaquePointer, notices: NoticeBox, replyTimeout: Duration) {
        self.connection = connection
        self.notices = notices
        self.replyTimeout = replyTimeout
    }

    deinit { PQfinish(connection) }

    package var transactionStatus: TransactionStatus {
        if loss != nil { return .unknown }
        switch PQtransactionStatus(connection) {
        case PQTRANS_IDLE: return .idle
        case PQTRANS_INTRANS: return .inTransaction
        case PQTRANS_INERROR: return .failed
        default: return .unknown
        }
    }

    /// What PostgreSQL stores instead of a role's password (SCRAM-SHA-256), made here so that the password itself isn't
    /// sent (PostgreSQL manual, `PQencryptPasswordConn`).
    ///
    /// - Throws: `invalidArgument` if libpq can't make it.
    package func encryptPassword(_ password: String, of role: String) throws(PostgresError) -> String {
        guard let text = PQencryptPasswordConn(connection, password, role, "scram-sha-256") else {
            throw PostgresError(.invalidArgument, "the password can't be encrypted")
        }
        defer { PQfreemem(text) }
        return String(cString: text)
    }

    /// Says for whom the next statements are prepared and executed, such as the schema that the path will name:
    /// statements of several schemas don't spoil each other's plans. Not inside a transaction.
    package func enter(scope: String) { prepared.enter(scope) }

    /// Tells the pool to open another connection instead of handing this one out again, because it came back in a state
    /// that its next user must not meet.
    package func retire() { isStale = true }

    /// 150003 is 15.3 (PostgreSQL manual, `PQserverVersion`).
    package var serverVersion: Int { Int(PQserverVersion(connection)) }

    /// The server process, as in `pg_stat_activity.pid`.
    package var processID: Int32 { PQbackendPID(connection) }

    /// `name` as an SQL identifier, in double quotes.
    ///
    /// - Throws: `invalidArgument` if it can't be quoted.
    package func quoteIdentifier(_ name: String) throws(PostgresError) -> String {
        try quote(name, PQescapeIdentifier)
    }

    /// `value` as an SQL string literal, in single quotes. For statements that take no parameters.
    ///
    /// - Throws: `invalidArgument` if it can't be quoted.
    package func quoteLiteral(_ value: String) throws(PostgresError) -> String {
        try quote(value, PQescapeLiteral)
    }

    private func quote(
        _ text: String, _ escape: (OpaquePointer?, UnsafePointer<CChar>?, Int) -> UnsafeMutablePointer<CChar>?
    ) throws(PostgresError) -> String {
        // libpq stops at a zero byte, which would quote another text than the one given.
        guard !text.utf8.contains(0), let quoted = escape(connection, text, text.utf8.count) else {
            throw PostgresError(.invalidArgument, "a text that can't be quoted")
        }
        defer { PQfreemem(quoted) }
        return String(cString: quoted)
    }

    /// Runs one statement by the simple protocol, in one round trip: for DDL and other work without parameters.
    ///
    /// - Throws: `server`; `connectionLost`, after which it is unknown whether the statement took effect.
    package func execute(_ sql: String) throws(PostgresError) {
        try requireUsable()
        guard !sql.utf8.contains(0) else { throw PostgresError(.invalidArgument, "a zero byte in a statement") }
        guard PQpipelineStatus(connection) == PQ_PIPELINE_OFF || PQexitPipelineMode(connection) == 1,
            PQsendQuery(connection, sql) == 1
        else { throw lose(PostgresError(.connectionLost, errorMessage)) }

        var failure: PostgresError?
        while true {
            while true {
                let unsent = PQflush(connection)
                guard unsent == 1 || PQisBusy(connection) == 1 else { break }
                if let error = awaitTraffic(hasUnsent: unsent == 1) { throw lose(error) }
            }
            guard let pointer = PQgetResult(connection) else { break }
            switch QueryResult(pointer).outcome {
            case .rows: break
            case .failed(let error, endsConnection: true): throw lose(error)
            case .failed(let error, endsConnection: false): failure = failure ?? error
            case .skipped, .synchronised, .unexpected:
                throw lose(PostgresError(.protocolViolation, "an answer that a plain statement does not have"))
            }
        }
        if let failure { throw failure }
    }
}

extension PostgresSession {
    /// Whether the next lease may have it.
    var isReusable: Bool { !isStale && transactionStatus == .idle }

    /// Whether an idle connection still stands, as far as can be told without a round trip.
    func isAlive() -> Bool {
        guard loss == nil else { return false }
        // The server's farewell and the end of the stream can arrive one after the other; few other messages come idle.
        for _ in 0..<8 {
            let readiness = waitForSocket(PQsocket(connection), reading: true, writing: false, until: .now)
            if readiness == .timedOut { return true }
            guard readiness == .ready, PQconsumeInput(connection) == 1, PQisBusy(connection) == 0,
                PQstatus(connection) == CONNECTION_OK, !notices.sawEnd
            else { return false }
        }
        return false
    }

    func requireUsable() throws(PostgresError) {
        if let loss { throw PostgresError(.connectionLost, loss.message, sqlState: loss.sqlState) }
    }

    /// Marks the connection as of no more use and returns `error`.
    func lose(_ error: PostgresError) -> PostgresError {
        if loss == nil { loss = error }
        return error
    }

    var errorMessage: String { tidy(PQerrorMessage(connection)) }

    /// Waits until something moves, and reads what can be read.
    ///
    /// Reading while sending is what keeps two full buffers from waiting for each other (PostgreSQL manual, "Pipeline
    /// Mode"). Returns an error if the connection is lost.
    ///
    /// - Parameter hasUnsent: what `PQflush` has just said. It is not asked again here: if it had become empty since,
    ///   this would wait for an answer that the server only gives to what is still to be sent.
    func awaitTraffic(hasUnsent: Bool) -> PostgresError? {
        switch waitForSocket(PQsocket(connection), reading: true, writing: hasUnsent, until: .now + replyTimeout) {
        case .ready: break
        case .timedOut: return PostgresError(.connectionLost, "no answer within \(replyTimeout)")
        case .failed: return PostgresError(.connectionLost, "the socket is gone")
        }
        guard PQconsumeInput(connection) == 1 else { return PostgresError(.connectionLost, errorMessage) }
        return nil
    }
}
