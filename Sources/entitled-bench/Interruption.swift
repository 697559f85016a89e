import ArgumentParser
import UnixSignals

/// Ctrl-C and SIGTERM, so that what was started is stopped.
enum Interruption {
    /// Runs `body`, and cancels it when a signal comes.
    /// - Throws: what `body` throws; `ExitCode` 130 after a signal, once `body` has ended.
    static func guarding(_ body: @escaping @concurrent @Sendable () async throws -> Void) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(operation: body)
            group.addTask {
                for await _ in signals { throw ExitCode(130) }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
