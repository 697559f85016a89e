import Foundation

/// What the reports have in common.
enum ReportFile {
    static func json(_ report: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try encoder.encode(report)
    }

    /// - Parameter differences: what doesn't add up.
    static func sums(_ differences: [String]) -> [String] {
        differences.isEmpty ? ["sums: reconciled"] : ["sums: DIFFER"] + differences.map { "  \($0)" }
    }
}
