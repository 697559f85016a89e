internal import CLibPQ

extension PostgresSession {
    /// How much is handed to libpq before its buffer is emptied, so that a large pipeline is not held in memory twice.
    private static let sendBytes = 256 * 1024
    /// With fewer bytes of parameters than that, a pipeline is put together sooner than a sleeping server wakes up.
    private static let smallBytes = 2048

    /// Runs all steps in one round trip, in order, preparing what this connection has not prepared yet; returns an
    /// answer for each.
    ///
    /// Without a `begin` among them and outside a transaction, the steps are one implicit transaction. After an error
    /// the rest is not executed, the connection goes on, and a transaction that was open is `failed`. What was sent
    /// ahead (``sendAhead(_:)``) is only waited for; other steps than those end the connection.
    ///
    /// - Parameter silence: how long the server may say nothing this time; nil is the configured `replyTimeout`.
    /// - Throws: the first error: `server` with the failing statement's name, `connectionLost`, `commitUnknown`,
    ///   `protocolViolation`, or `invalidArgument` (then nothing was sent).
    package func flush(_ steps: [PipelineStep], silence: Duration? = nil) throws(PostgresError) -> [Rows] {
        if steps.isEmpty { return [] }
        let usualTimeout = replyTimeout
        replyTimeout = silence ?? usualTimeout
        defer { replyTimeout = usualTimeout }
        var exchange: PipelineExchange
        if let sentAhead = ahead.take() {
            exchange = try sentAhead.get()
            guard exchange.isOf(steps) else {
                throw lose(PostgresError(.invalidArgument, "other steps than those that were sent ahead"))
            }
        } else {
            try requireUsable()
            try validate(steps)
            // Only now: what is sent is carried out, whatever becomes of the steps after it. By itself, because nothing
            // may come before a `begin` that says how it isolates.
            if let forgetting = prepared.forgetting() { _ = try flush([forgetting], silence: silence) }
            exchange = try send(steps, mayWait: true)
        }
        try pump(&exchange, isEnough: { exchange, _ in exchange.isFinished })
        return try exchange.answers()
    }

    /// Sends what the next ``flush(_:silence:)`` is going to ask for, without waiting for anything: the server begins
    /// with it while the flush is still to come to the connection's thread. What goes wrong, the flush throws.
    package func sendAhead(_ steps: [PipelineStep]) {
        // Forgetting takes a round trip.
        if steps.isEmpty || prepared.isForgetting { return }
        ahead = Result { () throws(PostgresError) -> PipelineExchange in
            try requireUsable()
            try validate(steps)
            return try send(steps, mayWait: false)
        }
    }

    /// Hands all steps to libpq, and as much as possible to the server.
    /// - Parameter mayWait: whether a large pipeline is carried on meanwhile, instead of being held in memory twice.
    private func send(_ steps: [PipelineStep], mayWait: Bool) throws(PostgresError) -> PipelineExchange {
        var exchange = PipelineExchange(steps)
        guard PQenterPipelineMode(connection) == 1 else { throw lose(PostgresError(.connectionLost, errorMessage)) }

        _ = notices.takeWarning()
        // What is worth a system call of its own: the server wakes up while the rest is put together.
        let isSmall = steps.reduce(0) { $0 + $1.parameters.storage.count } < Self.smallBytes
        var preparing: Set<String> = []
        var unflushed = 0
        for (index, step) in steps.enumerated() {
            let statement = step.statement
            let name = prepared.serverName(of: statement)
            let isNew = !statement.name.isEmpty && prepared.known(statement) == nil
            if isNew && preparing.insert(statement.name).inserted {
                try send(.prepare(step: index), PQsendPrepare(connection, name, statement.sql, 0, nil), &exchange)
                unflushed += statement.sql.utf8.count
            }
            try send(.execute(step: index), sendExecution(of: step, as: name), &exchange)
            unflushed += step.parameters.storage.count
            if index == 0 && isSmall { _ = PQflush(connection) }
            if mayWait && unflushed >= Self.sendBytes {
                try pump(&exchange, isEnough: { _, unsent in !unsent })
                unflushed = 0
            }
        }
        try send(.synchronise, PQpipelineSync(connection), &exchange)
        _ = PQflush(connection)
        return exchange
    }

    /// Runs one statement with parameters, unnamed, in one round trip: for work that is not repeated.
    ///
    /// - Throws: as `flush` does.
    package func query(_ sql: String, _ parameters: Parameters = Parameters()) throws(PostgresError) -> Rows {
        try flush([PipelineStep(Statement(name: "", sql: sql), parameters)])[0]
    }

    private func validate(_ steps: [PipelineStep]) throws(PostgresError) {
        var sql: [String: String] = [:]
        for step in steps {
            try step.parameters.validate(for: step.statement)
            let statement = step.statement
            guard !statement.name.isEmpty else { continue }
            guard let known = prepared.known(statement)?.sql ?? sql.updateValue(statement.sql, forKey: statement.name),
                known != statement.sql
            else { continue }
            throw PostgresError(.invalidArgument, "two statements of one name", statement: statement.name)
        }
    }

    private func sendExecution(of step: PipelineStep, as name: String) -> Int32 {
        scratch.withPointers(to: step.parameters) { count, values, lengths, formats in
            if step.statement.name.isEmpty {
                PQsendQueryParams(connection, step.statement.sql, count, nil, values, lengths, formats, 1)
            } else {
                PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1)
            }
        }
    }

    private func send(
        _ command: PipelineExchange.Command, _ status: Int32, _ exchange: inout PipelineExchange
    ) throws(PostgresError) {
        // What libpq failed to send may still have gone out in part: it counts as sent.
        exchange.didSend(command)
        if status != 1 { throw try lost(PostgresError(.connectionLost, errorMessage), &exchange) }
    }

    /// Carries bytes both ways until it is enough.
    private func pump(
        _ exchange: inout PipelineExchange, isEnough: (PipelineExchange, _ hasUnsent: Bool) -> Bool
    ) throws(PostgresError) {
        while true {
            let unsent = PQflush(connection)
            try collect(&exchange)
            guard unsent >= 0 else { throw try lost(PostgresError(.connectionLost, errorMessage), &exchange) }
            if isEnough(exchange, unsent == 1) { return }
            if let error = awaitTraffic(hasUnsent: unsent == 1) { throw try lost(error, &exchange) }
        }
    }

    /// Takes the answers that have arrived in full; never waits.
    private func collect(_ exchange: inout PipelineExchange) throws(PostgresError) {
        while exchange.isAwaiting, PQisBusy(connection) == 0 {
            let reaction: PipelineExchange.Reaction
            if let pointer = PQgetResult(connection) {
                reaction = exchange.received(QueryResult(pointer).outcome, warning: notices.takeWarning())
            } else {
                reaction = exchange.receivedEnd()
            }
            switch reaction {
            case .none: break
            case .prepared(let statement): prepared.add(statement)
            case .stale: isStale = true
            case .lost(let error): throw lose(error)
            }
        }
    }

    /// Reads what the server still had to say before the connection went, then tells what the loss means.
    private func lost(
        _ error: PostgresError, _ exchange: inout PipelineExchange
    ) throws(PostgresError) -> PostgresError {
        try collect(&exchange)
        return lose(exchange.loss(error))
    }
}
