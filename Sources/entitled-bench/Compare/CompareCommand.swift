import ArgumentParser
import Foundation

/// Measures Entitled side by side with what one would write against PostgreSQL by hand.
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Measure Entitled side by side with what one would write by hand.",
        discussion: """
            Starts a private PostgreSQL with production's durability and a real server, measures all contenders in \
            turn, reconciles the sums, and writes results.json and curves.svg. Sources/entitled-bench/README.md says \
            what is measured and how. Exit code 1 means that sums differ; a bar that is missed is only reported, since \
            machines differ.
            """)

    @Flag(name: .long, help: "Fewer and shorter rounds: three minutes.")
    var quick = false

    @Flag(name: .long, help: "Everything once, in seconds: whether it works. The figures mean nothing.")
    var smoke = false

    @Option(name: .long, help: "The folder for results.json and curves.svg; it is made.")
    var output = "bench-results"

    @Option(name: .long, help: "The folder for the database, on a disk; what is made in it is removed.")
    var data = "/var/tmp"

    func validate() throws {
        guard !(quick && smoke) else { throw ValidationError("--quick and --smoke are given; allowed: one of them") }
        for (name, value) in [("--output", output), ("--data", data)] where value.isEmpty {
            throw ValidationError("\(name) is empty; allowed: the path of a folder")
        }
    }

    mutating func run() async throws {
        let options = self
        try await Interruption.guarding { try await options.compare() }
    }

    private func compare() async throws {
        let results = URL(filePath: output)
        try FileManager.default.createDirectory(at: results, withIntermediateDirectories: true)
        Surroundings.raiseOpenFileLimit()
        let plan: ComparePlan = smoke ? .smoke : quick ? .quick : .full
        var report: CompareReport?
        try await Stage.with(in: data) { stage in report = try await Comparison(plan: plan, stage: stage).run() }
        guard let report else { return }
        try report.json().write(to: results.appending(path: "results.json"))
        try Data(CurvePicture(report).svg.utf8).write(to: results.appending(path: "curves.svg"))
        print("results: \(results.path)/results.json, \(results.path)/curves.svg")
        print(report.text)
        guard report.differences.isEmpty else { throw ExitCode.failure }
    }
}
