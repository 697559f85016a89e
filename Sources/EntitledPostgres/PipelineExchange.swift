/// What one round trip has sent and what has come back: the bookkeeping of a pipeline, without any I/O.
///
/// The server answers in order, one answer to a command, and after a failure skips everything up to the
/// synchronisation.
struct PipelineExchange {
    enum Command: Equatable {
        case prepare(step: Int)
        case execute(step: Int)
        case synchronise
    }

    /// What the session has to do about an answer.
    enum Reaction {
        case none
        /// From now on the statement is known to be prepared.
        case prepared(Statement)
        /// A prepared statement no longer works on this connection.
        case stale
        /// The connection is of no more use.
        case lost(PostgresError)
    }

    let steps: [PipelineStep]
    private var sent: [Command] = []
    /// The first command without an answer.
    private var cursor = 0
    /// libpq ends the answer to each command (other than a synchronisation) with a nil; this one is due.
    private var awaitsEnd = false
    private var rows: [Rows] = []
    private var failure: PostgresError?

    init(_ steps: [PipelineStep]) {
        self.steps = steps
        sent.reserveCapacity(steps.count * 2 + 1)
        rows.reserveCapacity(steps.count)
    }

    mutating func didSend(_ command: Command) { sent.append(command) }

    /// Whether it is of these statements, whatever their parameters are.
    func isOf(_ others: [PipelineStep]) -> Bool {
        steps.elementsEqual(others) { $0.statement.name == $1.statement.name }
    }

    /// Whether something sent has no answer yet. Only then may libpq be asked for a result.
    var isAwaiting: Bool { cursor < sent.count }

    /// Whether the synchronisation was answered.
    var isFinished: Bool { sent.last == .synchronise && !isAwaiting }

    /// The answers, one a step, or the first failure. Called when finished.
    func answers() throws(PostgresError) -> [Rows] {
        if let failure { throw failure }
        guard rows.count == steps.count else {
            throw PostgresError(.protocolViolation, "\(rows.count) answers to \(steps.count) statements")
        }
        return rows
    }

    /// Takes libpq's nil.
    mutating func receivedEnd() -> Reaction {
        guard awaitsEnd else { return .lost(violation("no answer")) }
        awaitsEnd = false
        cursor += 1
        return .none
    }

    /// Takes an answer.
    ///
    /// - Parameter warning: what the server warned of since the answer before.
    mutating func received(_ outcome: QueryResult.Outcome, warning: ServerWarning?) -> Reaction {
        switch (sent[cursor], outcome) {
        case (.synchronise, .synchronised):
            cursor += 1
            return .none
        case (_, .failed(let error, endsConnection: true)):
            return .lost(loss(error))
        case (.prepare(let step), .rows) where !awaitsEnd:
            awaitsEnd = true
            return .prepared(steps[step].statement)
        case (.execute(let step), .rows(let answer)) where !awaitsEnd:
            awaitsEnd = true
            rows.append(answer)
            if steps[step].isCommit { failure = failure ?? Self.doubt(about: answer, warning, steps[step]) }
            return .none
        case (.prepare(let step), .failed(let error, endsConnection: false)) where !awaitsEnd,
            (.execute(let step), .failed(let error, endsConnection: false)) where !awaitsEnd:
            awaitsEnd = true
            if failure == nil {
                failure = error
                failure?.statement = steps[step].statement.name
            }
            return error.sqlState.map(StateClass.init) == .staleStatement ? .stale : .none
        case (.prepare, .skipped) where failure != nil && !awaitsEnd,
            (.execute, .skipped) where failure != nil && !awaitsEnd:
            awaitsEnd = true
            return .none
        case (.synchronise, .rows), (.synchronise, .skipped), (.synchronise, .failed(_, endsConnection: false)),
            (.prepare, _), (.execute, _), (_, .unexpected):
            return .lost(violation("an answer out of turn"))
        }
    }

    /// What losing the connection now means to the caller.
    ///
    /// Once a commit was answered with yes, losing the connection before the synchronisation is `commitUnknown` too:
    /// the other answers are lost, and asking again finds them.
    ///
    /// - Parameter error: code `connectionLost`; with an SQLSTATE if the server itself announced the end. Such an
    ///   announcement stands in the order of answers: it says that no later command was begun.
    func loss(_ error: PostgresError) -> PostgresError {
        // After a failure the server skips the rest, so a commit behind it was not executed: the failure is the news.
        if let failure { return failure }
        let reached = error.sqlState == nil ? sent[...] : sent.prefix(cursor + 1)
        var error = error
        for case .execute(let step) in reached where steps[step].isCommit {
            error.code = .commitUnknown
            error.statement = steps[step].statement.name
        }
        return error
    }

    private func violation(_ what: String) -> PostgresError {
        var error = loss(PostgresError(.connectionLost, what))
        if error.code == .connectionLost { error.code = .protocolViolation }
        return error
    }

    /// A commit that was answered, but not with a plain yes.
    private static func doubt(
        about answer: Rows, _ warning: ServerWarning?, _ step: PipelineStep
    ) -> PostgresError? {
        let name = step.statement.name
        guard answer.commandTag != "ROLLBACK" else {
            return PostgresError(.server, "commit rolled back", statement: name)
        }
        guard let warning else { return nil }
        // 25P01: there was no transaction. Any other: committed here, but not as durably as was asked for.
        return PostgresError(
            warning.sqlState == "25P01" ? .server : .commitUnknown, warning.message, sqlState: warning.sqlState,
            statement: name)
    }
}

/// A notice of severity WARNING.
struct ServerWarning: Equatable {
    var sqlState: String
    var message: String
}
