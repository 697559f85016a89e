import EntitledDevelopment
import Foundation

/// The benchmark as a process, with folders of its own.
enum BenchProcess {
    struct Outcome {
        let status: Int32
        /// Both streams together.
        let text: String
        /// What it wrote for results, and what it left where the database was.
        let results: Set<String>
        let left: [String]
    }

    static func run(_ arguments: String...) throws -> Outcome {
        let results = FileManager.default.temporaryDirectory.appending(path: "bench-\(UUID())")
        let data = FileManager.default.temporaryDirectory.appending(path: "bench-data-\(UUID())")
        for folder in [results, data] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        defer { for folder in [results, data] { try? FileManager.default.removeItem(at: folder) } }

        let process = Process()
        process.executableURL = DevelopmentServer.programs.appending(path: "entitled-bench")
        process.arguments = arguments + ["--output", results.path, "--data", data.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, text: text,
            results: Set(try FileManager.default.contentsOfDirectory(atPath: results.path)),
            left: try FileManager.default.contentsOfDirectory(atPath: data.path))
    }
}
