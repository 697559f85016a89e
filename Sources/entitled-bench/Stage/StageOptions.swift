import ArgumentParser
import Foundation

/// What every measurement on a ``Stage`` is told.
struct StageOptions: ParsableArguments {
    @Flag(name: .long, help: "Fewer and shorter rounds: two or three minutes.")
    var quick = false

    @Flag(name: .long, help: "Everything once, in seconds: whether it works. The figures mean nothing.")
    var smoke = false

    @Option(name: .long, help: "The folder for the results; it is made.")
    var output = "bench-results"

    @Option(name: .long, help: "The folder for the database, on a disk; what is made in it is removed.")
    var data = "/var/tmp"

    func validate() throws {
        guard !(quick && smoke) else { throw ValidationError("--quick and --smoke are given; allowed: one of them") }
        for (name, value) in [("--output", output), ("--data", data)] where value.isEmpty {
            throw ValidationError("\(name) is empty; allowed: the path of a folder")
        }
    }

    /// The plan that is asked for.
    func plan<Plan>(full: Plan, quick quickPlan: Plan, smoke smokePlan: Plan) -> Plan {
        smoke ? smokePlan : quick ? quickPlan : full
    }

    /// Makes the folder for the results.
    func makeOutput() throws -> URL {
        let folder = URL(filePath: output)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
