import EntitledPostgres

/// A table that is written in sets: one description of its columns makes its statements and their parameters.
struct Table<Element>: Sendable {
    private let columns: [Column<Element>]
    /// How many columns ``select(from:onlyIf:)`` names.
    let width: Int
    private let insertion: Statement
    private let update: Statement

    init(_ name: String, _ columns: [Column<Element>]) {
        self.columns = columns
        width = columns.count(where: \.isSelected)
        let placeholders = Self.placeholders(name, columns)
        insertion = Statement(template: Templates.insertRows, named: "insert_\(name)", placeholders)
        update = Statement(template: Templates.updateRows, named: "update_\(name)", placeholders)
    }

    /// What `select` names, in the order of the columns.
    /// - Parameters:
    ///   - alias: of the table; nil is none.
    ///   - first: where long values are told, if rows repeat them (``Column/selected(from:onlyIf:)``).
    func select(from alias: String? = nil, onlyIf first: String? = nil) -> String {
        columns.filter(\.isSelected).map { $0.selected(from: alias, onlyIf: first) }.joined(separator: ", ")
    }

    /// - Parameter rows: in the order of their keys, so that all servers write in the same order.
    /// - Returns: nothing if there are no rows.
    func inserting(_ rows: [Element]) throws -> [PipelineStep] {
        try steps(insertion, rows)
    }

    /// - Parameter rows: as they are now, whole; in the order of their keys, so that all servers write in the same
    ///   order.
    /// - Returns: nothing if there are no rows.
    func updating(_ rows: [Element]) throws -> [PipelineStep] {
        try steps(update, rows)
    }

    private func steps(_ statement: Statement, _ rows: [Element]) throws -> [PipelineStep] {
        guard !rows.isEmpty else { return [] }
        var parameters = Parameters()
        for column in columns { try column.append(rows, to: &parameters) }
        return [PipelineStep(statement, parameters)]
    }

    private static func placeholders(_ name: String, _ columns: [Column<Element>]) -> [String: String] {
        [
            "table": name,
            "columns": columns.map(\.name).joined(separator: ", "),
            "values": columns.enumerated().map { $0.element.values(of: $0.offset + 1) }.joined(separator: ", "),
            "key": columns.filter(\.isKey).map(\.name).joined(separator: ", "),
            "assignments": columns.filter(\.isUpdated).map { "\($0.name) = excluded.\($0.name)" }
                .joined(separator: ", "),
        ]
    }
}

extension Column {
    fileprivate var isSelected: Bool { use != .parent && use != .derived }
    fileprivate var isKey: Bool { use == .key || use == .parent }
    fileprivate var isUpdated: Bool { use == .changing || use == .derived }
    /// Its values in a set of rows, as the table has them.
    fileprivate func values(of parameter: Int) -> String {
        "unnest($\(parameter)::\(type)[])" + (cast.map { "::\($0)" } ?? "")
    }
}

extension Statement {
    /// - Parameters:
    ///   - template: SQL with placeholders: names behind colons.
    ///   - values: what stands in their places.
    init(template: [UInt8], named name: String, _ values: [String: String]) {
        var sql = String(decoding: template, as: UTF8.self)
        for (placeholder, value) in values { sql = sql.replacing(":\(placeholder)", with: value) }
        self.init(name: name, sql: sql)
    }
}
