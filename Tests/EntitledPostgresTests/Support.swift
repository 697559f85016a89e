import EntitledPostgres
import EntitledTestKit
import Foundation
import Synchronization
import Testing

/// Runs `body` on a fresh connection to the test database.
func withConnection<Value: Sendable>(
    statementTimeout: Duration = .seconds(10), replyTimeout: Duration = .seconds(20),
    _ body: @escaping @Sendable (PostgresSession) throws -> Value
) async throws -> Value {
    var configuration = try await testConfiguration()
    configuration.statementTimeout = statementTimeout
    configuration.replyTimeout = replyTimeout
    let connection = try await PostgresConnection.open(configuration)
    do {
        let value = try await connection.run(body)
        await connection.close()
        return value
    } catch {
        await connection.close()
        throw error
    }
}

func testConfiguration(applicationName: String = "postgres-tests") async throws -> PostgresConfiguration {
    PostgresConfiguration(conninfo: try await TestDatabase.shared.conninfo, applicationName: applicationName)
}

func step(_ name: String, _ sql: String, _ parameters: Parameters = Parameters()) -> PipelineStep {
    PipelineStep(Statement(name: name, sql: sql), parameters)
}

func parameters(_ fill: (inout Parameters) -> Void) -> Parameters {
    var parameters = Parameters()
    fill(&parameters)
    return parameters
}

/// Holds up the thread of a connection until it is opened.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// Gives up after ten seconds, so that a failing test ends.
    func wait() { _ = semaphore.wait(timeout: .now() + 10) }

    func open() { semaphore.signal() }
}

final class Recorder<Element: Sendable>: Sendable {
    private let storage = Mutex<[Element]>([])

    var elements: [Element] { storage.withLock { $0 } }

    func append(_ element: Element) { storage.withLock { $0.append(element) } }
}
