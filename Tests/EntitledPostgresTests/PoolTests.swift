import EntitledPostgres
import Foundation
import Logging
import Testing

/// What waits for ever fails by the clock.
@Suite(.timeLimit(.minutes(5))) struct PoolTests {
    @Test func anAffinityFindsItsConnectionAgain() async throws {
        try await withPool(connections: 2) { pool in
            let gate = Gate()
            async let first = pool.withSession(affinity: "a") { session in
                gate.wait()
                return session.processID
            }
            try await until { pool.usage.open == 1 }
            let second = try await pool.withSession(affinity: "b") { $0.processID }
            gate.open()
            let processes = try await (a: first, b: second)
            #expect(processes.a != processes.b)
            for _ in 0..<5 {
                #expect(try await pool.withSession(affinity: "a") { $0.processID } == processes.a)
                #expect(try await pool.withSession(affinity: "b") { $0.processID } == processes.b)
            }
        }
    }

    @Test func theDatabaseNeverSeesMoreThanTheLimit() async throws {
        let name = "pool-limit-\(UUID().uuidString.prefix(8))"
        try await withPool(connections: 3, name: name) { pool in
            try await withThrowingTaskGroup { group in
                for number in 0..<200 {
                    group.addTask {
                        try await pool.withSession(affinity: "\(number % 7)") { session in
                            try session.query(
                                "select count(*) from pg_stat_activity where application_name = $1",
                                parameters { $0.append(text: name) }
                            ).only().int8(0)
                        }
                    }
                }
                for try await count in group { #expect(1...3 ~= count) }
            }
            #expect(pool.usage.waiting == 0 && pool.usage.open <= 3 && pool.usage.open == pool.usage.idle)
        }
    }

    @Test(arguments: ["begin", "select pg_terminate_backend(pg_backend_pid())"]) func aSpoiltConnectionIsReplaced(
        _ sql: String
    ) async throws {
        try await withPool(connections: 1) { pool in
            let first = try await pool.withSession(affinity: "a") { session in
                try? session.execute(sql)
                return session.processID
            }
            let second = try await pool.withSession(affinity: "a") { session in
                (session.processID, session.transactionStatus)
            }
            #expect(first != second.0 && second.1 == .idle && pool.usage.open == 1)
        }
    }

    @Test func aConnectionThatEndedWhileIdleIsNotHandedOut() async throws {
        try await withPool(connections: 1) { pool in
            let first = try await pool.withSession(affinity: "a") { $0.processID }
            try await withConnection { session throws in
                let process = parameters { $0.append(int4: first) }
                _ = try session.query("select pg_terminate_backend($1)", process)
                while try !session.query("select 1 from pg_stat_activity where pid = $1", process).isEmpty {}
            }
            // What is to be sent ahead is, on the connection that is handed out instead.
            let steps = [PipelineStep(Statement(name: "one", sql: "select 1"))]
            let ahead = Recorder<Int32>()
            let second = try await pool.withSession(
                affinity: "a",
                ahead: { session in
                    ahead.append(session.processID)
                    session.sendAhead(steps)
                },
                { session in
                    let isSent = session.transactionStatus == .unknown
                    return (session.processID, isSent, try session.flush(steps).count)
                })
            #expect(second.0 != first && second.1 && second.2 == 1 && ahead.elements == [second.0])
        }
    }

    @Test func whatItsUserRetiresIsReplaced() async throws {
        try await withPool(connections: 1) { pool in
            let first = try await pool.withSession(affinity: "a") { $0.processID }
            let second = try await pool.withSession(affinity: "a") { session in
                session.retire()
                return session.processID
            }
            let third = try await pool.withSession(affinity: "a") { $0.processID }
            #expect(first == second && second != third)
        }
    }

    @Test func oldConnectionsAreReplaced() async throws {
        try await withPool(connections: 1, maximumAge: .nanoseconds(1)) { pool in
            let first = try await pool.withSession(affinity: "a") { $0.processID }
            let second = try await pool.withSession(affinity: "a") { $0.processID }
            #expect(first != second && pool.usage.open == 0)
        }
    }

    @Test func aBusyAffinityWaitsOnItself() async throws {
        try await withPool(connections: 1) { pool in
            let gate = Gate()
            let served = Recorder<String>()
            try await withThrowingTaskGroup { group in
                group.addTask { try await pool.withSession(affinity: "noisy") { _ in gate.wait() } }
                try await until { pool.usage.open == 1 }
                for (number, affinity) in ["noisy", "noisy", "noisy", "noisy", "quiet"].enumerated() {
                    group.addTask { try await pool.withSession(affinity: affinity) { _ in served.append(affinity) } }
                    try await until { pool.usage.waiting == number + 1 }
                }
                gate.open()
                try await group.waitForAll()
            }
            #expect(served.elements == ["noisy", "quiet", "noisy", "noisy", "noisy"])
        }
    }

    @Test func aCancelledWaiterGivesUp() async throws {
        try await withPool(connections: 1) { pool in
            let gate = Gate()
            async let holder: Void = pool.withSession(affinity: "a") { _ in gate.wait() }
            try await until { pool.usage.open == 1 }
            let waiter = Task { try await pool.withSession(affinity: "a") { _ in Issue.record("served after all") } }
            try await until { pool.usage.waiting == 1 }
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
            #expect(pool.usage.waiting == 0)
            gate.open()
            try await holder
            #expect(try await pool.withSession(affinity: "a") { try $0.query("select 1").count } == 1)
        }
    }

    @Test func tooManyWaitersAreRefusedAtOnce() async throws {
        try await withPool(connections: 1, waiters: 1) { pool in
            let gate = Gate()
            async let holder: Void = pool.withSession(affinity: "a") { _ in gate.wait() }
            try await until { pool.usage.open == 1 }
            async let waiter: Void = pool.withSession(affinity: "a") { _ in }
            try await until { pool.usage.waiting == 1 }
            let error = await #expect(throws: PostgresError.self) { try await pool.withSession(affinity: "b") { _ in } }
            #expect(error?.code == .poolExhausted(retryAfter: .milliseconds(100)))
            gate.open()
            try await holder
            try await waiter
        }
    }

    @Test func closingAwaitsLeasesAndRefusesTheRest() async throws {
        let pool = try await makePool(connections: 1)
        let gate = Gate()
        let order = Recorder<String>()
        try await withThrowingTaskGroup { group in
            group.addTask {
                try await pool.withSession(affinity: "a") { session throws in
                    gate.wait()
                    #expect(try session.query("select 1").count == 1)
                    order.append("leased")
                }
            }
            try await until { pool.usage.open == 1 }
            group.addTask {
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.withSession(affinity: "a") { _ in }
                }
                #expect(error?.code == .poolClosed)
                gate.open()
            }
            try await until { pool.usage.waiting == 1 }
            for _ in 0..<2 {
                group.addTask {
                    await pool.close()
                    order.append("closed")
                }
            }
            try await group.waitForAll()
        }
        #expect(order.elements == ["leased", "closed", "closed"] && pool.usage.open == 0)
        let error = await #expect(throws: PostgresError.self) { try await pool.withSession(affinity: "a") { _ in } }
        #expect(error?.code == .poolClosed)
        await pool.close()
    }

    @Test func aFailedOpenIsToldToWhoAsked() async throws {
        let configuration = PostgresConfiguration(conninfo: "host=/nonexistent-directory")
        let pool = PostgresPool(configuration: configuration, limits: .init(connections: 1), logger: quiet)
        await withTaskGroup { group in
            for _ in 0..<20 {
                group.addTask {
                    let error = await #expect(throws: PostgresError.self) {
                        try await pool.withSession(affinity: "a") { _ in }
                    }
                    #expect(error?.code == .connectionFailed)
                }
            }
        }
        #expect(pool.usage.open == 0 && pool.usage.waiting == 0)
        await pool.close()
    }
}

private let quiet = Logger(label: "pool") { _ in SwiftLogNoOpLogHandler() }

private func makePool(
    connections: Int, waiters: Int = 1_000, maximumAge: Duration = .seconds(600), name: String = "postgres-tests"
) async throws -> PostgresPool {
    PostgresPool(
        configuration: try await testConfiguration(applicationName: name),
        limits: .init(connections: connections, waiters: waiters, maximumAge: maximumAge), logger: quiet)
}

private func withPool(
    connections: Int, waiters: Int = 1_000, maximumAge: Duration = .seconds(600), name: String = "postgres-tests",
    _ body: (PostgresPool) async throws -> Void
) async throws {
    let pool = try await makePool(
        connections: connections, waiters: waiters, maximumAge: maximumAge, name: name)
    do { try await body(pool) } catch {
        await pool.close()
        throw error
    }
    await pool.close()
}

/// The pool tells nobody when somebody has queued, so ask it, for a minute at most.
private func until(_ condition: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while !condition() {
        try #require(ContinuousClock.now < deadline)
        await Task.yield()
    }
}
