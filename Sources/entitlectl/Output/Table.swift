/// Text in columns: each as wide as its widest cell, two spaces apart, headed in capitals. A cell that is very long
/// runs over instead of pushing all others aside.
struct Table {
    private static let widest = 48

    private let rightAligned: Set<Int>
    private var rows: [[String]]

    /// - Parameter rightAligned: the columns of numbers, counted from 0.
    init(_ headers: [String], rightAligned: Set<Int> = []) {
        rows = [headers.map { $0.uppercased() }]
        self.rightAligned = rightAligned
    }

    /// - Parameter cells: as many as there are headers.
    mutating func add(_ cells: [String]) {
        rows.append(cells)
    }

    /// Without spaces at the ends of lines, and without a line break at the end.
    var text: String {
        let widths = rows[0].indices.map { column in min(Self.widest, rows.lazy.map { $0[column].count }.max() ?? 0) }
        return rows.map { row in
            let cells = zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
                return rightAligned.contains(column) ? padding + cell.0 : cell.0 + padding
            }
            return cells.joined(separator: "  ").trimmingSuffix(while: { $0 == " " })
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func trimmingSuffix(while isSuperfluous: (Character) -> Bool) -> String {
        guard let last = lastIndex(where: { !isSuperfluous($0) }) else { return "" }
        return String(self[...last])
    }
}

/// Names with their values below each other.
enum Lines {
    /// - Parameter pairs: a name and what stands beside it.
    static func of(_ pairs: [(String, String)]) -> String {
        let width = pairs.map(\.0.count).max() ?? 0
        return pairs.map { name, value in
            "  " + name + String(repeating: " ", count: width - name.count + 2) + value
        }.joined(separator: "\n")
    }
}

extension Int {
    /// With commas between the thousands, for people.
    var grouped: String {
        var text = ""
        for (place, digit) in String(magnitude).reversed().enumerated() {
            if place > 0, place.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return (self < 0 ? "−" : "") + String(text.reversed())
    }

    /// `1 case`, `2 cases`.
    func of(_ noun: String, plural: String? = nil) -> String {
        "\(grouped) \(self == 1 ? noun : plural ?? noun + "s")"
    }
}
