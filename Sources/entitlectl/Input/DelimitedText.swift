import EntitledCore
import Foundation
import SwiftCSV

/// A comma-separated text with a header, record by record, each with the line on which it begins.
///
/// A record that can't be read costs only its own line: reading goes on with the next one. Quoted fields may hold
/// commas, doubled quotes and line breaks (RFC 4180, section 2); a byte order mark and empty lines are passed over.
struct DelimitedText {
    struct Row: Hashable {
        /// Counts from 1, the header included.
        let line: Int
        /// As many as the header has, without white space at their ends.
        let fields: [String]
    }

    let header: [String]
    let rows: [Row]
    let problems: [LineProblem]

    /// The most lines that one record may span. An unclosed quote must not swallow the rest of the text.
    static let maximumRecordLines = 100

    /// - Throws: ``CommandFailure`` if there is no header.
    init(_ text: String) throws(CommandFailure) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard let first = lines.firstIndex(where: { !Self.isBlank($0) }) else {
            throw CommandFailure("the file is empty; allowed: a header and rows")
        }
        guard let header = Self.record(in: lines, from: first, columns: nil) else {
            throw CommandFailure("the header, line \(first + 1), can't be read")
        }
        var rows: [Row] = []
        var problems: [LineProblem] = []
        var next = header.end
        while next < lines.count {
            if Self.isBlank(lines[next]) {
                next += 1
            } else if let record = Self.record(in: lines, from: next, columns: header.fields.count) {
                rows.append(Row(line: next + 1, fields: record.fields))
                next = record.end
            } else {
                problems.append(Self.problem(in: lines[next], line: next + 1, columns: header.fields.count))
                next += 1
            }
        }
        self.header = header.fields
        self.rows = rows
        self.problems = problems
    }

    /// The record that begins on a line, and the line after it; nil if none can be made out.
    private static func record(
        in lines: [Substring], from start: Int, columns: Int?
    ) -> (fields: [String], end: Int)? {
        var end = start + 1
        // Quotes that belong together come in pairs: while one is open, the record goes on.
        var isOpen = hasOpenQuote(lines[start])
        while isOpen, end < min(lines.count, start + maximumRecordLines) {
            if hasOpenQuote(lines[end]) { isOpen = false }
            end += 1
        }
        guard !isOpen, let fields = fields(of: lines[start..<end].joined(separator: "\n")),
            columns == nil || fields.count == columns
        else { return nil }
        return (fields, end)
    }

    private static func fields(of record: String) -> [String]? {
        // The line break makes the parser see an empty last field too. What makes a second row is no record.
        let parsed = try? EnumeratedCSV(string: record + "\n", delimiter: .comma, loadColumns: false)
        guard let parsed, parsed.rows.isEmpty, !parsed.header.isEmpty else { return nil }
        return parsed.header.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    }

    private static func problem(in line: Substring, line number: Int, columns: Int) -> LineProblem {
        guard !hasOpenQuote(line), let fields = fields(of: String(line)) else {
            return LineProblem(line: number, field: "row", problem: "has a quote that is out of place")
        }
        return LineProblem(
            line: number, field: "row", problem: "has \(fields.count.of("column")), the header has \(columns)")
    }

    private static func hasOpenQuote(_ line: Substring) -> Bool {
        !line.utf8.count { $0 == UInt8(ascii: "\"") }.isMultiple(of: 2)
    }

    private static func isBlank(_ line: Substring) -> Bool {
        line.allSatisfy { $0.isWhitespace || $0 == "\u{FEFF}" }
    }
}

/// A line that was passed over, and why.
struct LineProblem: Hashable, Encodable, CustomStringConvertible {
    /// Counts from 1.
    let line: Int
    let field: String
    let problem: String

    init(line: Int, field: String, problem: String) {
        self.line = line
        self.field = field
        self.problem = problem
    }

    /// - Parameter error: names the field in its details; its reason stands for one that is about no field.
    init(line: Int, _ error: EntitledError) {
        let field = error.details["field"] ?? error.reason.name
        self.init(line: line, field: field, problem: String(error.message.trimmingPrefix("\(field): ")))
    }

    var description: String { "line \(line): \(field): \(problem)" }
}
