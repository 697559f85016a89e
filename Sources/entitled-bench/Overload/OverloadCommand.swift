import ArgumentParser
import Foundation

/// Measures what happens beyond the greatest load.
struct OverloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overload",
        abstract: "Measure what happens beyond the greatest load, and whether tenants stay out of each other's way.",
        discussion: """
            Starts a private PostgreSQL with production's durability and a real server on half of the cores, offers \
            them from the others three times what they can do, lets one tenant ask for ten times its share, holds the \
            database up while deadlines pass, reconciles the sums, and writes overload.json. \
            Sources/entitled-bench/README.md says what is measured and how. Exit code 1 means that sums differ; a bar \
            that is missed is only reported, since machines differ.
            """)

    @OptionGroup var options: StageOptions

    mutating func run() async throws {
        let command = self
        try await Interruption.guarding { try await command.measure() }
    }

    private func measure() async throws {
        let results = try options.makeOutput()
        Surroundings.raiseOpenFileLimit()
        let plan = options.plan(full: OverloadPlan.full, quick: .quick, smoke: .smoke)
        var report: OverloadReport?
        try await Stage.with(in: options.data, settings: plan.serverSettings, isApart: true) { stage in
            report = try await Overload(plan: plan, stage: stage).run()
        }
        guard let report else { return }
        try ReportFile.json(report).write(to: results.appending(path: "overload.json"))
        print("results: \(results.path)/overload.json")
        print(report.text)
        guard report.differences.isEmpty else { throw ExitCode.failure }
    }
}
