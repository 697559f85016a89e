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

    @OptionGroup var options: StageOptions

    mutating func run() async throws {
        let command = self
        try await Interruption.guarding { try await command.compare() }
    }

    private func compare() async throws {
        let results = try options.makeOutput()
        Surroundings.raiseOpenFileLimit()
        let plan = options.plan(full: ComparePlan.full, quick: .quick, smoke: .smoke)
        var report: CompareReport?
        try await Stage.with(in: options.data) { stage in report = try await Comparison(plan: plan, stage: stage).run()
        }
        guard let report else { return }
        try ReportFile.json(report).write(to: results.appending(path: "results.json"))
        try Data(CurvePicture(report).svg.utf8).write(to: results.appending(path: "curves.svg"))
        print("results: \(results.path)/results.json, \(results.path)/curves.svg")
        print(report.text)
        guard report.differences.isEmpty else { throw ExitCode.failure }
    }
}
