import EntitledPostgres
import Foundation
import Testing

/// What waits for ever fails by the clock.
@Suite("Tasks that go on on a connection's thread", .timeLimit(.minutes(1)))
struct ThreadFollowerTests {
    private static func thread() -> ObjectIdentifier { ObjectIdentifier(Thread.current) }

    @Test("after their turn they are where the connection is, and can close it from there")
    func follows() async throws {
        let connection = try await PostgresConnection.open(try await testConfiguration())
        let (there, after, wasClosed) = try await Task(executorPreference: ThreadFollower()) {
            let there = try await connection.run { _ in Self.thread() }
            let after = Self.thread()
            await connection.close()
            let isClosed = await #expect(throws: PostgresError.self) { try await connection.run { _ in } }
            return (there, after, isClosed?.code == .connectionLost)
        }.value
        #expect(after == there)
        #expect(wasClosed)
    }

    @Test("they don't wait for what is queued there already")
    func waitsForNothing() async throws {
        let connection = try await PostgresConnection.open(try await testConfiguration())
        let (begun, ended) = (Gate(), Gate())
        let (entered, entry) = AsyncStream<Void>.makeStream()
        let first = Task(executorPreference: ThreadFollower()) {
            try await connection.run { _ in
                entry.finish()
                begun.wait()
            }
            return Self.thread()
        }
        // Otherwise the second might be the first.
        for await _ in entered {}
        let second = Task { try await connection.run { _ in ended.wait() } }
        // It is queued by then.
        try await Task.sleep(for: .milliseconds(100))
        let clock = ContinuousClock()
        let waited = try await clock.measure {
            begun.open()
            _ = try await first.value
        }
        // The gate would open by itself after ten seconds.
        #expect(waited < .seconds(5))
        ended.open()
        try await second.value
        await connection.close()
    }
}
