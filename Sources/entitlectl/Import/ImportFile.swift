import ArgumentParser
import Foundation

/// The forms of files that can be imported.
enum ImportFormat: String, CaseIterable, ExpressibleByArgument {
    case csv
    case jsonl

    /// What a file's ending says; nil if it says nothing.
    init?(endingOf path: String) {
        self.init(rawValue: URL(filePath: path).pathExtension.lowercased())
    }
}

/// The lines of a file, each with what its fields hold.
struct ImportFile {
    struct Line: Hashable {
        /// Counts from 1; of a record of several lines, the first.
        let number: Int
        let values: [String: FileValue]
    }

    let lines: [Line]
    /// Lines in which no fields can be made out.
    let problems: [LineProblem]

    /// - Parameter columns: what a table may have: paths of fields, the last parts of which are the columns' names.
    /// - Throws: ``CommandFailure`` if a table has no header, or one with an unknown column or one twice.
    init(_ text: String, format: ImportFormat, columns: [String]) throws(CommandFailure) {
        switch format {
        case .csv: try self.init(table: text, columns: columns)
        case .jsonl: self.init(objects: text)
        }
    }

    private init(table text: String, columns: [String]) throws(CommandFailure) {
        let table = try DelimitedText(text)
        let paths = try Self.paths(of: table.header, columns)
        lines = table.rows.map { row in
            var values: [String: FileValue] = [:]
            for (path, cell) in zip(paths, row.fields) where !cell.isEmpty { values.set(cell, at: path[...]) }
            return Line(number: row.line, values: values)
        }
        problems = table.problems
    }

    private static func paths(of header: [String], _ columns: [String]) throws(CommandFailure) -> [[String]] {
        let known = columns.map { $0.split(separator: ".").map(String.init) }
        let names = Set(columns.map(column))
        let unknown = header.filter { !names.contains($0) }
        guard unknown.isEmpty else {
            throw CommandFailure(
                "the header has columns that are unknown: \(unknown.joined(separator: ", ")); "
                    + "allowed: \(columns.map(column).joined(separator: ", "))")
        }
        guard Set(header).count == header.count else { throw CommandFailure("the header has a column twice") }
        return header.compactMap { name in known.first { $0.last == name } }
    }

    /// The name of the column that stands for a field.
    static func column(of path: String) -> String {
        path.split(separator: ".").last.map(String.init) ?? path
    }

    private init(objects text: String) {
        var lines: [Line] = []
        var problems: [LineProblem] = []
        let decoder = JSONDecoder()
        // Only this byte ends a line: a text may hold the other characters that break one.
        let rows = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, row) in rows.enumerated() where !row.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == 0x0D }) {
            do {
                let values = try decoder.decode([String: FileValue].self, from: Data(row))
                lines.append(Line(number: index + 1, values: values))
            } catch {
                problems.append(
                    LineProblem(line: index + 1, field: "row", problem: "is no JSON object; allowed: one a line"))
            }
        }
        self.lines = lines
        self.problems = problems
    }
}

extension [String: FileValue] {
    /// Puts a cell where its column's path leads.
    fileprivate mutating func set(_ cell: String, at path: ArraySlice<String>) {
        guard let name = path.first else { return }
        guard path.count > 1 else {
            self[name] = .cell(cell)
            return
        }
        var inner: [String: FileValue] = [:]
        if case .object(let values) = self[name] { inner = values }
        inner.set(cell, at: path.dropFirst())
        self[name] = .object(inner)
    }
}
