import EntitledTestKit
import Foundation

/// What `entitled-microbench --json` prints.
struct MicrobenchReport: Decodable {
    /// For one operation each; nil where they weren't counted.
    struct Counts: Decodable {
        var allocations: Double?
        var bytes: Double?
        var instructions: Double?
    }

    var configuration: String
    var platform: String
    var benchmarks: [String: Counts]

    /// What was recorded, beside this file.
    static func recorded(file: String = #filePath) throws -> MicrobenchReport {
        let folder = URL(filePath: file).resolvingSymlinksInPath().deletingLastPathComponent()
        return try JSONDecoder().decode(Self.self, from: Data(contentsOf: folder.appending(path: "ceilings.json")))
    }

    /// Runs the program that was built together with the tests: in a process of its own, so that its malloc isn't in
    /// front of everybody's here.
    static func measured() async throws -> MicrobenchReport {
        let run = try await ProgramRun.run("entitled-microbench", ["--instructions", "--json"], withErrors: false)
        guard run.status == 0 else { throw MicrobenchFailure(status: run.status) }
        return try JSONDecoder().decode(Self.self, from: run.output)
    }
}

struct MicrobenchFailure: Error, CustomStringConvertible {
    let status: Int32
    var description: String { "entitled-microbench ended with status \(status); standard error says why" }
}
