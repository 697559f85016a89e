import EntitledPostgres
import Testing

@Suite(.timeLimit(.minutes(5))) struct PipelineTests {
    @Test func answersComeInOrder() async throws {
        try await withConnection { session throws in
            let answers = try session.flush([
                step("one", "select 1::int8"), step("", "select 'two'"), step("table", "create temp table t (n int8)"),
                step("fill", "insert into t select generate_series(1, 12)"), step("read", "select n from t order by n"),
            ])
            #expect(try answers[0].only().int8(0) == 1 && answers[1].only().text(0) == "two")
            #expect(answers[2].commandTag == "CREATE TABLE" && answers[2].isEmpty && answers[3].rowsAffected == 12)
            #expect(try answers[4].map { try $0.int8(0) } == Array(1...12))
            #expect(try session.flush([]).isEmpty)
            #expect(session.transactionStatus == .idle && session.serverVersion >= 150_000)
        }
    }

    /// Both directions are far beyond what sockets hold, and answers larger than questions: the server waits to be read
    /// from before it reads on. A client that only sends would hang.
    @Test func thousandsOfLargeStepsDoNotDeadlock() async throws {
        try await withConnection(replyTimeout: .seconds(5)) { session throws in
            let text = String(repeating: "0123456789abcdef", count: 400)
            let steps = (0..<2_000 as Range<Int64>).map { number in
                step(
                    "echo", "select repeat($1::text, 8), $2::int8",
                    parameters {
                        $0.append(text: text)
                        $0.append(int8: number)
                    })
            }
            let answers = try session.flush(steps)
            #expect(answers.count == 2_000)
            for (number, rows) in zip((0 as Int64)..., answers) {
                let row = try rows.only()
                guard try row.int8(1) == number, try row.text(0).utf8.count == text.utf8.count * 8 else {
                    Issue.record("answer \(number) is another's")
                    break
                }
            }
        }
    }

    /// What is handed to libpq in portions is on its way when the socket has room, whenever that happens to be. A
    /// client that then waited for an answer would wait for ever: the server gives none before the whole is there.
    @Test func portionsNeverStall() async throws {
        try await withConnection(replyTimeout: .seconds(3)) { session throws in
            let text = String(repeating: "0123456789abcdef", count: 20_000)
            let values = parameters { $0.append(text: text) }
            let part = step("length", "select octet_length($1::text)", values)
            for _ in 0..<400 {
                let answers = try session.flush([part, part, part])
                #expect(answers.count == 3)
            }
        }
    }

    /// What is sent ahead is carried out before it is asked for, once, and answered like any other flush.
    @Test func whatIsSentAheadIsOnlyAnsweredLater() async throws {
        try await withConnection { session throws in
            _ = try session.query("create temp table t (n int8)")
            for number in 1...2 as ClosedRange<Int64> {
                let number = parameters { $0.append(int8: number) }
                let steps = [step("add", "insert into t select $1", number), step("read", "select n from t")]
                session.sendAhead(steps)
                #expect(session.transactionStatus == .unknown)
                _ = try session.flush(steps)
            }
            #expect(try session.query("select n from t order by n").map { try $0.int8(0) } == [1, 2])
            #expect(session.transactionStatus == .idle)
        }
    }

    /// The server reads no further until a lock is let go, which nobody would do who waited for it to read.
    @Test func sendingAheadNeverWaits() async throws {
        let (locked, sent) = (Gate(), Gate())
        async let holder: Void = withConnection { session throws in
            _ = try session.query("select pg_advisory_lock(7)")
            locked.open()
            sent.wait()
            _ = try session.query("select pg_advisory_unlock(7)")
        }
        try await withConnection(replyTimeout: .seconds(5)) { session throws in
            let text = String(repeating: "0123456789abcdef", count: 40_000)
            let echo = step("echo", "select repeat($1::text, 8)", parameters { $0.append(text: text) })
            let steps = [step("", "select pg_advisory_lock(7)")] + Array(repeating: echo, count: 20)
            locked.wait()
            session.sendAhead(steps)
            sent.open()
            let answers = try session.flush(steps).dropFirst()
            #expect(try answers.map { try $0.only().text(0).utf8.count } == answers.map { _ in 5_120_000 })
        }
        try await holder
    }

    @Test func whatGoesWrongAheadIsThrownByTheFlush() async throws {
        try await withConnection { session throws in
            let failing = [
                step("divide", "select 1 / $1::int4", parameters { $0.append(int4: 0) }), step("", "select 1"),
            ]
            session.sendAhead(failing)
            let error = #expect(throws: PostgresError.self) { try session.flush(failing) }
            #expect(error?.sqlState == "22012" && error?.statement == "divide")
            #expect(try session.query("select 1").count == 1)

            let twice = [step("same", "select 1"), step("same", "select 2")]
            session.sendAhead(twice)
            #expect(throws: PostgresError.self) { try session.flush(twice) }
            #expect(try session.query("select 1").count == 1)
        }
    }

    /// Answers must never be taken for those to other steps.
    @Test func otherStepsThanThoseSentAheadEndTheConnection() async throws {
        try await withConnection { session throws in
            session.sendAhead([step("one", "select 1"), step("two", "select 2")])
            let error = #expect(throws: PostgresError.self) { try session.flush([step("two", "select 2")]) }
            #expect(error?.code == .invalidArgument && session.transactionStatus == .unknown)
            #expect(throws: PostgresError.self) { try session.query("select 1") }
        }
    }

    /// A statement is prepared for each scope, and when there are too many of them everything anew.
    @Test func statementsBelongToScopes() async throws {
        try await withConnection { session throws in
            let count = step("", "select count(*) from pg_prepared_statements")
            let read = step("read", "select current_schema()::text")
            // PostgreSQL takes it only as a transaction's first.
            let begin = step("", "begin isolation level repeatable read")
            for round in 0..<2 {
                for number in 0..<40 {
                    session.enter(scope: "s\(number)")
                    let steps = [begin, read, read, .commit]
                    if round == 1 { session.sendAhead(steps) }
                    #expect(try session.flush(steps)[2].only().text(0) == "public")
                    let prepared = try session.flush([count])[0].only().int8(0)
                    // Two in each: the commit is one too.
                    #expect(prepared == Int64((round * 40 + number) % 32 + 1) * 2)
                }
            }
            #expect(throws: PostgresError.self) { try session.flush([step("read", "select 1")]) }
        }
    }

    @Test func anErrorEndsThePipelineNotTheConnection() async throws {
        try await withConnection { session throws in
            try session.execute("create temp table t (n int8 constraint positive check (n > 0))")
            let insert = Statement(name: "insert", sql: "insert into t values ($1)")
            func row(_ value: Int64) -> PipelineStep { PipelineStep(insert, parameters { $0.append(int8: value) }) }

            let error = try #require(throws: PostgresError.self) {
                try session.flush([.begin, row(1), row(-1), step("late", "select 1"), row(2), .commit])
            }
            #expect(error.code == .server && error.sqlState == "23514" && error.constraint == "positive")
            #expect(error.statement == "insert" && error.detail?.contains("-1") == true)
            #expect(!"\(error)".contains("-1"), "what was refused stays out of logs")
            #expect(session.transactionStatus == .failed)
            _ = try session.flush([.rollback])
            // Its preparation was skipped, so it has to be prepared now.
            #expect(try session.flush([step("late", "select 1")]).count == 1)
            #expect(try session.query("select count(*) from t").only().int8(0) == 0)
        }
    }

    @Test func withoutABeginAllOrNothing() async throws {
        try await withConnection { session throws in
            try session.execute("create temp table t (n int8)")
            #expect(throws: PostgresError.self) {
                try session.flush([step("insert", "insert into t values (1)"), step("fail", "select 1 / 0")])
            }
            #expect(try session.query("select count(*) from t").only().int8(0) == 0)
            #expect(session.transactionStatus == .idle)
        }
    }

    @Test func statementsArePreparedOnce() async throws {
        try await withConnection { session throws in
            let steps = Array(repeating: step("once", "select 1"), count: 5)
            for _ in 0..<3 { _ = try session.flush(steps) }
            let row = try session.query(
                "select count(*), sum(generic_plans + custom_plans)::int8 "
                    + "from pg_prepared_statements where name like '%once'"
            ).only()
            #expect(try row.int8(0) == 1 && row.int8(1) == 15)
        }
    }

    @Test func aStatementThatCouldNotBePreparedIsTriedAgain() async throws {
        try await withConnection { session throws in
            let steps = [step("later", "select n from later")]
            for _ in 0..<2 {
                let error = try #require(throws: PostgresError.self) { try session.flush(steps) }
                #expect(error.sqlState == "42P01" && error.statement == "later")
            }
            try session.execute("create temp table later (n int8)")
            #expect(try session.flush(steps)[0].isEmpty)
        }
    }

    @Test func twoStatementsOfOneNameAreRefused() async throws {
        try await withConnection { session throws in
            let error = #expect(throws: PostgresError.self) {
                try session.flush([step("same", "select 1"), step("same", "select 2")])
            }
            #expect(error?.code == .invalidArgument)
            _ = try session.flush([step("same", "select 1")])
            let again = #expect(throws: PostgresError.self) { try session.flush([step("same", "select 2")]) }
            #expect(again?.code == .invalidArgument)
        }
    }

    @Test func tooManyParametersAreRefusedBeforeAnythingIsSent() async throws {
        try await withConnection { session throws in
            let many = parameters { for _ in 0...65_535 { $0.appendNull() } }
            let error = #expect(throws: PostgresError.self) {
                try session.flush([step("", "select 1"), step("many", "select 1", many)])
            }
            #expect(error?.code == .invalidArgument)
            #expect(try session.query("select 1").count == 1)
        }
    }

    @Test func plainStatementsRunOutsideThePipeline() async throws {
        try await withConnection { session throws in
            _ = try session.query("select 1")
            try session.execute("create temp table t (n int8)")
            let error = #expect(throws: PostgresError.self) { try session.execute("create temp table t (n int8)") }
            #expect(error?.sqlState == "42P07")
            try session.execute("begin")
            #expect(session.transactionStatus == .inTransaction)
            try session.execute("rollback")
            #expect(try session.query("select count(*) from t").only().int8(0) == 0)
        }
    }

    @Test(arguments: [("plain", "\"plain\"", "'plain'"), ("a\"b'c\\", "\"a\"\"b'c\\\"", " E'a\"b''c\\\\'")])
    func quotes(_ text: String, _ identifier: String, _ literal: String) async throws {
        try await withConnection { session throws in
            #expect(try session.quoteIdentifier(text) == identifier)
            #expect(try session.quoteLiteral(text) == literal)
            #expect(try session.query("select \(session.quoteLiteral(text))::text").only().text(0) == text)
            #expect(throws: PostgresError.self) { try session.quoteIdentifier("a\0b") }
        }
    }

    @Test func theSessionHasItsTimeouts() async throws {
        var configuration = try await testConfiguration()
        configuration.conninfo += " options='-c statement_timeout=1 -c work_mem=5MB'"
        configuration.statementTimeout = .milliseconds(1_234)
        let connection = try await PostgresConnection.open(configuration)
        let settings = try await connection.run { session in
            try session.query(
                """
                select current_setting('statement_timeout'), current_setting('lock_timeout'),
                    current_setting('idle_in_transaction_session_timeout'), current_setting('work_mem'),
                    current_setting('application_name')
                """
            ).only()
        }
        await connection.close()
        #expect(try (0..<5).map { try settings.text($0) } == ["1234ms", "5s", "10s", "5MB", "postgres-tests"])
    }
}
