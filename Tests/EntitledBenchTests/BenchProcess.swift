import EntitledTestKit
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

    static func run(_ arguments: String...) async throws -> Outcome {
        let results = FileManager.default.temporaryDirectory.appending(path: "bench-\(UUID())")
        let data = FileManager.default.temporaryDirectory.appending(path: "bench-data-\(UUID())")
        for folder in [results, data] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        defer { for folder in [results, data] { try? FileManager.default.removeItem(at: folder) } }

        let run = try await ProgramRun.run(
            "entitled-bench", arguments + ["--output", results.path, "--data", data.path])
        return Outcome(
            status: run.status, text: run.text,
            results: Set(try FileManager.default.contentsOfDirectory(atPath: results.path)),
            left: try FileManager.default.contentsOfDirectory(atPath: data.path))
    }
}
