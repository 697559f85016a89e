import EntitledTestKit
import Foundation
import Testing

@testable import EntitledPostgres

@Suite struct ConnectionLossTests {
    static let suicide = step("suicide", "select pg_terminate_backend(pg_backend_pid())")

    @Test func aKilledConnectionIsLost() async throws {
        try await withConnection { session throws in
            let error = #expect(throws: PostgresError.self) {
                try session.flush([.begin, step("one", "select 1"), Self.suicide, step("one", "select 1")])
            }
            #expect(error?.code == .connectionLost && error?.sqlState == "57P01")
            #expect(session.transactionStatus == .unknown)
            for _ in 0..<2 {
                let later = #expect(throws: PostgresError.self) { try session.query("select 1") }
                #expect(later?.code == .connectionLost)
            }
            let plain = #expect(throws: PostgresError.self) { try session.execute("select 1") }
            #expect(plain?.code == .connectionLost)
        }
    }

    @Test func aPlainStatementLosesItToo() async throws {
        try await withConnection { session throws in
            let error = #expect(throws: PostgresError.self) {
                try session.execute("select pg_terminate_backend(pg_backend_pid())")
            }
            #expect(error?.code == .connectionLost)
        }
    }

    @Test func anotherCanKillItInMidStatement() async throws {
        let victim = try await PostgresConnection.open(testConfiguration())
        let process = try await victim.run { $0.processID }
        async let error = #expect(throws: PostgresError.self) {
            try await victim.run { try $0.flush([.begin, step("sleep", "select pg_sleep(9)"), .commit]) }
        }
        try await withConnection { session throws in
            let kill = """
                select pg_terminate_backend(pid) from pg_stat_activity
                where pid = $1 and wait_event = 'PgSleep'
                """
            var isKilled = false
            while !isKilled {
                isKilled = try !session.query(kill, parameters { $0.append(int4: process) }).isEmpty
            }
        }
        // The server says so before it comes to the commit: nothing is in doubt.
        #expect(await error?.code == .connectionLost)
        await victim.close()
    }

    /// A server that ends while it commits may have committed.
    @Test(arguments: [
        ("perform pg_terminate_backend(pg_backend_pid())", "57P01"),
        ("raise warning 'late' using errcode = '57014'", "57014"),
    ])
    func anEndDuringTheCommitIsUnknown(_ action: String, _ sqlState: String) async throws {
        try await withConnection { session throws in
            try Self.atCommit(session, action)
            let error = #expect(throws: PostgresError.self) {
                try session.flush([.begin, step("fire", "insert into fuse values (1)"), .commit])
            }
            #expect(error?.code == .commitUnknown && error?.sqlState == sqlState && error?.statement == "commit")
        }
    }

    @Test func aCommitThatIsRefusedIsNotUnknown() async throws {
        try await withConnection { session throws in
            try Self.atCommit(session, "raise exception 'no' using errcode = '23514', detail = 'secret'")
            let error = #expect(throws: PostgresError.self) {
                try session.flush([.begin, step("fire", "insert into fuse values (1)"), .commit])
            }
            #expect(error?.code == .server && error?.sqlState == "23514" && error?.statement == "commit")
            #expect(error.map { "\($0)" }?.contains("secret") == false)
            #expect(session.transactionStatus == .idle)
        }
    }

    @Test func aCommitThatRollsBackIsAnError() async throws {
        try await withConnection { session throws in
            #expect(throws: PostgresError.self) { try session.flush([.begin, step("fail", "select 1 / 0")]) }
            let error = #expect(throws: PostgresError.self) { try session.flush([.commit]) }
            #expect(error?.code == .server && error?.message == "commit rolled back")
            #expect(session.transactionStatus == .idle)
        }
    }

    /// The commit takes place, its answer gets lost: from here that looks like one that never took place.
    @Test(arguments: [Relay.Fault.cut, .silence]) func aLostAnswerToTheCommitIsUnknown(_ fault: Relay.Fault)
        async throws
    {
        let table = "relay_\(UUID().uuidString.prefix(8).lowercased())"
        try await withConnection { try $0.execute("create table \(table) (n int8)") }
        let error = try await Self.throughRelay(marker: "commit", fault) { session in
            _ = try session.flush([.begin, step("insert", "insert into \(table) values (1)"), .commit])
        }
        #expect(error?.code == .commitUnknown && error?.sqlState == nil)
        let count = try await withConnection { try $0.query("select count(*) from \(table)").only().int8(0) }
        #expect(count == 1)
        try await withConnection { try $0.execute("drop table \(table)") }
    }

    @Test(arguments: [Relay.Fault.cut, .silence]) func aLostAnswerBeforeTheCommitIsALostConnection(_ fault: Relay.Fault)
        async throws
    {
        let error = try await Self.throughRelay(marker: "pg_sleep", fault) { session in
            _ = try session.flush([.begin, step("sleep", "select pg_sleep(0)")])
        }
        #expect(error?.code == .connectionLost && error?.sqlState == nil)
    }

    @Test func aStatementTimeoutIsTheServersWord() async throws {
        try await withConnection(statementTimeout: .milliseconds(50)) { session throws in
            let error = #expect(throws: PostgresError.self) { try session.query("select pg_sleep(9)") }
            #expect(error?.code == .server && error?.sqlState == "57014")
            #expect(try session.query("select 1").count == 1)
        }
    }

    @Test(arguments: [
        "host=/nonexistent-directory", "host=127.0.0.1 port=1", "host=127.0.0.1 port=1 sslmode=require",
    ])
    func nobodyThereIsAFailedConnection(_ conninfo: String) async throws {
        let error = await #expect(throws: PostgresError.self) {
            try await PostgresConnection.open(PostgresConfiguration(conninfo: conninfo))
        }
        #expect(error?.code == .connectionFailed && error?.message.isEmpty == false)
    }

    @Test func secretsStayOutOfDescriptions() async throws {
        let configuration = PostgresConfiguration(conninfo: "host=h password=hush", password: "hush")
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!"\(configuration) \(String(reflecting: configuration)) \(dumped)".contains("hush"))
        let error = await #expect(throws: PostgresError.self) {
            try await PostgresConnection.open(PostgresConfiguration(conninfo: "password hush"))
        }
        #expect(error?.code == .invalidArgument && error.map { "\($0)" }?.contains("hush") == false)
    }

    /// Lets `action`, in PL/pgSQL, happen at the commit of an insert into `fuse`.
    private static func atCommit(_ session: PostgresSession, _ action: String) throws {
        try session.execute("create temp table fuse (n int8)")
        try session.execute(
            "create function pg_temp.burn() returns trigger language plpgsql as $$ begin \(action); return null; end $$"
        )
        try session.execute(
            """
            create constraint trigger burn after insert on fuse deferrable initially deferred
            for each row execute function pg_temp.burn()
            """)
    }

    private static func throughRelay(
        marker: String, _ fault: Relay.Fault, _ body: @escaping @Sendable (PostgresSession) throws -> Void
    ) async throws -> PostgresError? {
        var configuration = try await testConfiguration()
        let keywords = try configuration.keywords()
        let relay = try Relay(
            serverDirectory: #require(keywords["host"]), port: keywords["port"] ?? "5432", marker: marker, fault: fault)
        configuration.conninfo += " \(relay.keywords)"
        configuration.replyTimeout = .milliseconds(300)
        let connection = try await PostgresConnection.open(configuration)
        let error = await #expect(throws: PostgresError.self) { try await connection.run(body) }
        await connection.close()
        return error
    }
}
