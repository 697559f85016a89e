import Foundation

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

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try encoder.encode(self)
    }

    /// For a person; the last line is for programs.
    var text: String {
        (table + memoryLines + sums + ["", "bars:"] + figures.bars.map(\.line) + further + ["", figures.line])
            .joined(separator: "\n")
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
        let widths = heads.indices.map { column in ([heads] + rows).map { $0[column].count }.max() ?? 0 }
        let lines = ([heads] + rows).map { row in
            row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }
        return ["", "medians of \(plan.rounds) rounds (p50 of pgbench's is the mean where it runs many clients):"]
            + lines
    }

    private var memoryLines: [String] {
        func megabytes(_ bytes: Int) -> String { Text.number(Double(bytes) / 1_048_576) + " MiB" }
        let idle = memory.idle
        return [
            "",
            "memory of the server: \(megabytes(memory.underLoadBytes)) after the rounds, "
                + "\(megabytes(memory.peakBytes)) at most; fresh \(megabytes(idle.beforeBytes)), with "
                + "\(idle.connections) idle connections \(megabytes(idle.afterBytes)): "
                + "\(idle.bytesPerConnection) bytes a connection",
        ]
    }

    private var sums: [String] {
        differences.isEmpty ? ["sums: reconciled"] : ["sums: DIFFER"] + differences.map { "  \($0)" }
    }

    private var further: [String] {
        [
            "further: part of the bound, hot = \(Text.number(figures.hotBoundRatio)); unloaded check against a plain "
                + "select = \(Text.number(figures.checkLatencyRatio))"
        ]
    }
}
