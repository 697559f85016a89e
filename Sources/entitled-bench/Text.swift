import Foundation

/// Numbers for a person.
enum Text {
    /// Three digits that count: `0.123`, `4.56`, `78.9`, `1234`; `0` for nothing.
    static func number(_ value: Double) -> String {
        let digits =
            switch abs(value) {
            case 0: 0
            case ..<1: 3
            case ..<10: 2
            case ..<100: 1
            case _: 0
            }
        return String(format: "%.\(digits)f", value)
    }

    /// `1.23 MiB`
    static func mebibytes(_ bytes: Int) -> String { number(Double(bytes) / 1_048_576) + " MiB" }

    /// Lines whose columns stand below each other: the first to the left, the others to the right.
    /// - Parameter rows: of the same length.
    static func table(_ rows: [[String]]) -> [String] {
        let columns = rows.first?.indices ?? 0..<0
        let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }
    }
}
