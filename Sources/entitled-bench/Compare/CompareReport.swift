/// Everything that was measured.
struct CompareReport: Codable, Sendable {
    let surroundings: Surroundings
    let plan: ComparePlan
    let tunings: [Tuning]
    let measurements: Measurements
    let memory: MemoryFigures
    /// What doesn't add up; empty if all sums are right.
    let differences: [String]
    let figures: Figures

    init(
        surroundings: Surroundings, plan: ComparePlan, tunings: [Tuning], measurements: Measurements,
        memory: MemoryFigures, differences: [String]
    ) throws {
        self.surroundings = surroundings
        self.plan = plan
        self.tunings = tunings
        self.measurements = measurements
        self.memory = memory
        self.differences = differences
        figures = try Figures(measurements)
    }

    /// For a person; the last line is for programs.
    var text: String {
        let lines = table + memoryLines + ReportFile.sums(differences) + ["", "bars:"] + figures.bars.map(\.line)
        return (lines + further + ["", figures.line]).joined(separator: "\n")
    }

    private var table: [String] {
        let heads = ["", "per second", "least", "greatest", "p50 ms", "p99 ms", "count"]
        let rows = measurements.entries.map { entry in
            let rate = entry.perSecond
            // pgbench tells a median only where each transaction was written down.
            let middle = entry.spread { $0.medianMilliseconds ?? $0.meanMilliseconds }
            return [entry.name] + [rate.median, rate.least, rate.greatest].map(Text.number)
                + [middle, entry.spread(\.p99Milliseconds)].map { $0.map { Text.number($0.median) } ?? "" }
                + [tunings.first { $0.name == entry.name }.map { "\($0.best)" } ?? ""]
        }
        return ["", "medians of \(plan.rounds) rounds (p50 of pgbench's is the mean where it runs many clients):"]
            + Text.table([heads] + rows)
    }

    private var memoryLines: [String] {
        let idle = memory.idle
        return [
            "",
            "memory of the server: \(Text.mebibytes(memory.underLoadBytes)) after the rounds, "
                + "\(Text.mebibytes(memory.peakBytes)) at most; fresh \(Text.mebibytes(idle.beforeBytes)), with "
                + "\(idle.connections) idle connections \(Text.mebibytes(idle.afterBytes)): "
                + "\(idle.bytesPerConnection) bytes a connection",
        ]
    }

    private var further: [String] {
        [
            "further: part of the bound, hot = \(Text.number(figures.hotBoundRatio))",
            "         checks against plain selects, hot = \(Text.number(figures.hotCheckRatio))",
            "         unloaded check against a plain select = \(Text.number(figures.checkLatencyRatio))",
            "         p99 of the usual way at half of its peak, ms = \(Text.number(figures.usualP99Milliseconds))",
        ]
    }
}
