import CAllocations
import Foundation

/// What was measured, for people and for tests.
struct Report {
    /// For one operation each.
    struct Counts: Encodable {
        /// Nil where they aren't counted.
        let allocations: Double?
        let bytes: Double?
        let instructions: Double?
    }

    private struct Row {
        let benchmark: Benchmark
        let nanoseconds: Double
        let counts: Counts
    }

    private var rows: [Row] = []

    static var configuration: String {
        #if DEBUG
        "debug"
        #else
        "release"
        #endif
    }

    /// What the counts depend on besides the code: the compiler, whose libraries come with it, and the processor.
    static var platform: String {
        #if compiler(>=6.4)
        let compiler = "Swift 6.4 or newer"
        #elseif compiler(>=6.3)
        let compiler = "Swift 6.3"
        #else
        let compiler = "Swift 6.2"
        #endif
        #if arch(x86_64)
        return compiler + ", x86_64"
        #elseif arch(arm64)
        return compiler + ", arm64"
        #else
        return compiler
        #endif
    }

    mutating func add(_ benchmark: Benchmark, _ measurement: Measurement, instructions: Double?) {
        let isCounted = allocations_are_counted()
        let counts = Counts(
            allocations: isCounted ? measurement.allocations.roundedToHundredths : nil,
            bytes: isCounted ? measurement.bytes.roundedToHundredths : nil,
            instructions: instructions?.rounded())
        rows.append(Row(benchmark: benchmark, nanoseconds: measurement.nanoseconds, counts: counts))
    }

    /// The counts, without the times, so that two reports differ only where the code does.
    func json() throws -> String {
        struct Document: Encodable {
            let configuration: String
            let platform: String
            let benchmarks: [String: Counts]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let benchmarks = Dictionary(uniqueKeysWithValues: rows.map { ($0.benchmark.name, $0.counts) })
        let document = Document(
            configuration: Self.configuration, platform: Self.platform, benchmarks: benchmarks)
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    var table: String {
        let head = ["per operation", "operations", "ns", "allocations", "bytes", "instructions"]
        let body = rows.map { row in
            [row.benchmark.name, "\(row.benchmark.operations)", text(row.nanoseconds.rounded())]
                + [row.counts.allocations, row.counts.bytes, row.counts.instructions].map(text)
        }
        let widths = head.indices.map { column in ([head] + body).map { $0[column].count }.max() ?? 0 }
        let lines = ([head] + body).map { cells in
            zip(cells, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + space : space + cell.0
            }.joined(separator: "  ")
        }
        return (["configuration: \(Self.configuration), \(Self.platform)"] + lines).joined(separator: "\n")
    }

    /// Whole numbers without decimals; nil is a dash.
    private func text(_ number: Double?) -> String {
        guard let number else { return "-" }
        return number == number.rounded() ? String(format: "%.0f", number) : String(format: "%.2f", number)
    }
}

extension Double {
    fileprivate var roundedToHundredths: Double { (self * 100).rounded() / 100 }
}
