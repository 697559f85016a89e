import Foundation

/// Counts instructions by running this program again on valgrind's processor (valgrind manual, "Callgrind").
enum Callgrind {
    /// The instructions of one operation of each benchmark, by name.
    /// - Parameter only: what the names of these benchmarks, and of no others, begin with; nil: these are all.
    /// - Throws: ``CallgrindError``.
    static func instructions(of benchmarks: [Benchmark], named only: String?) throws -> [String: Double] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "entitled-microbench-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }

        // Older ones can't read DWARF 5, and stop at it (3.19 does). The functions' names stay.
        let program = folder.appending(path: "program").path
        let this = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
        try run("strip", ["--strip-debug", "-o", program, this])
        let dumps = folder.appending(path: "dump").path
        // Counting is on while the function runs, and each time that it ends, what was counted goes to a file.
        try run(
            "valgrind",
            [
                "--tool=callgrind", "--toggle-collect=\(function)", "--dump-after=\(function)",
                "--callgrind-out-file=\(dumps)", program, "--iterations", "1",
            ] + (only.map { ["--only", $0] } ?? []))
        return try Dictionary(
            uniqueKeysWithValues: benchmarks.enumerated().map { index, benchmark in
                let dump = try String(contentsOfFile: "\(dumps).\(index + 1)", encoding: .utf8)
                guard let total = dump.firstMatch(of: /(?m)^(?:summary|totals): (\d+)/).flatMap({ Double($0.1) }) else {
                    throw CallgrindError(problem: "callgrind's dump for \(benchmark.name) has no total")
                }
                return (benchmark.name, total / Double(benchmark.operations))
            })
    }

    /// The C function inside of which every counted run takes place.
    private static let function = "allocations_of"

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CallgrindError(problem: "\(program) ended with status \(process.terminationStatus):\n\(text)")
        }
    }
}

struct CallgrindError: Error, CustomStringConvertible {
    let problem: String
    var description: String { "instructions can't be counted: \(problem)" }
}
