import EntitledDevelopment
package import Foundation

/// A program of this package, run to its end.
package struct ProgramRun: Sendable {
    /// The exit status, or the number of the signal that ended it.
    package let status: Int32
    package let output: Data

    package var text: String { String(decoding: output, as: UTF8.self) }

    /// Waits in a thread of its own, so that the tests that share threads go on meanwhile. When the task is cancelled
    /// the program is ended.
    /// - Parameters:
    ///   - name: of the product, built together with the tests.
    ///   - environment: besides this process's own.
    ///   - withErrors: whether the output has what went to standard error too, which goes to this process's otherwise.
    package static func run(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], withErrors: Bool = true
    ) async throws -> ProgramRun {
        let process = Process()
        process.executableURL = DevelopmentServer.programs.appending(path: name)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        if withErrors { process.standardError = output }
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(
                        with: Result {
                            let output = try output.fileHandleForReading.readToEnd() ?? Data()
                            process.waitUntilExit()
                            return ProgramRun(status: process.terminationStatus, output: output)
                        })
                }
            }
        } onCancel: {
            process.terminate()
        }
    }
}
