import EntitledClient

/// An import's result as it is printed.
struct ImportReport: Encodable {
    let file: String
    let kind: String
    let lines: Int
    let isDryRun: Bool
    let added: Int
    let unchanged: Int
    let repeated: Int
    /// Lines that weren't imported, for whatever reason.
    let failed: Int
    /// Everything that is wrong, by line.
    let problems: [LineProblem]
    /// Lines of a dry run that could only be checked here.
    let onlyCheckedHere: Int
    /// Why the run couldn't go on; nil if it came to its end.
    let interruption: String?
    let notDone: Int

    /// - Parameter result: nil if nothing was sent, because of the plan's problems.
    init<Item: Importable>(file: String, plan: ImportPlan<Item>, result: ImportResult?, isDryRun: Bool) {
        self.file = file
        self.isDryRun = isDryRun
        kind = Item.noun
        lines = plan.lineCount
        let result = result ?? ImportResult(notDone: plan.count)
        added = result.added
        unchanged = result.unchanged
        repeated = result.repeated
        problems = (plan.problems + result.failures).sorted { $0.line < $1.line }
        failed = plan.lineCount - plan.count + result.failures.count + (result.interruption == nil ? 0 : result.notDone)
        onlyCheckedHere = result.onlyCheckedHere
        interruption = result.interruption?.description
        notDone = result.notDone
    }

    /// For people, and a last line for programs.
    var text: String {
        let lines = ["\(file): \(lines.of("line"))"] + problems.map(\.description) + remarks + [lastLine]
        return lines.joined(separator: "\n")
    }

    /// Why the run is no success; nil if it is one.
    var failure: CommandFailure? {
        if let interruption { return CommandFailure("\(interruption); another run does what is left") }
        return failed > 0 ? CommandFailure("\(failed.of("line")) could not be imported") : nil
    }

    private var remarks: [String] {
        var remarks: [String] = []
        if interruption == nil, notDone > 0 {
            remarks.append("nothing was sent, because of faulty lines; --skip-bad passes them over")
        }
        if isDryRun { remarks.append("dry run: nothing was written") }
        if onlyCheckedHere > 0 {
            remarks.append(
                "\(onlyCheckedHere.of("line")) could be checked only here: what they belong to is not there yet")
        }
        if interruption != nil { remarks.append("stopped: \(notDone.of("line")) not done") }
        return remarks
    }

    private var lastLine: String {
        "import: added=\(added) unchanged=\(unchanged) repeated=\(repeated) failed=\(failed)"
    }
}
