import EntitledPostgres

/// A table that is written in sets: one description of its columns makes its statements and their parameters.
struct Table<Element>: Sendable {
    private let columns: [Column<Element>]
    /// How many columns ``select(from:but:)`` names.
    let width: Int
    private let insertion: Writing
    private let update: Writing

    /// - Parameters:
    ///   - template: of the statement that inserts.
    ///   - leading: how many parameters that has before the columns' own.
    init(
        _ name: String, _ columns: [Column<Element>], inserting template: [UInt8] = Templates.insertRows,
        leading: Int = 0
    ) {
        self.columns = columns
        width = columns.count(where: \.isSelected)
        insertion = Writing("insert_\(name)", template, name, columns, leading: leading)
        update = Writing("update_\(name)", Templates.updateRows, name, columns)
    }

    /// One way of writing rows. A single row travels as plain values: to take a set apart costs PostgreSQL the same for
    /// one row as for hundreds, and more than to write one.
    private struct Writing {
        let set: Statement
        let one: Statement

        init(
            _ statement: String, _ template: [UInt8], _ table: String, _ columns: [Column<Element>], leading: Int = 0
        ) {
            func make(_ name: String, _ value: (Column<Element>, Int) -> String) -> Statement {
                let values = columns.enumerated().map { value($0.element, leading + $0.offset + 1) }
                return Statement(
                    template: template, named: name,
                    [
                        "table": table,
                        "columns": columns.map(\.name).joined(separator: ", "),
                        "values": values.joined(separator: ", "),
                        "key": columns.filter(\.isKey).map(\.name).joined(separator: ", "),
                        "assignments": columns.filter(\.isUpdated).map { "\($0.name) = excluded.\($0.name)" }
                            .joined(separator: ", "),
                    ])
            }
            set = make(statement) { $0.inSet(parameter: $1) }
            one = make(statement + "_row") { $0.alone(parameter: $1) }
        }
    }

    /// What `select` names, in the order of the columns.
    /// - Parameters:
    ///   - alias: of the table; nil is none.
    ///   - others: names of columns that are told otherwise.
    func select(from alias: String? = nil, but others: Set<String> = []) -> String {
        columns.filter { $0.isSelected && !others.contains($0.name) }.map { $0.selected(from: alias) }
            .joined(separator: ", ")
    }

    /// - Parameters:
    ///   - rows: in the order of their keys, so that all servers write in the same order.
    ///   - leading: parameters before the columns' own.
    /// - Returns: nothing if there are no rows.
    func inserting(_ rows: [Element], leading: Parameters = Parameters()) throws -> [PipelineStep] {
        try steps(insertion, rows, leading)
    }

    /// - Parameter rows: as they are now, whole; in the order of their keys, so that all servers write in the same
    ///   order.
    /// - Returns: nothing if there are no rows.
    func updating(_ rows: [Element]) throws -> [PipelineStep] {
        try steps(update, rows, Parameters())
    }

    private func steps(_ writing: Writing, _ rows: [Element], _ leading: Parameters) throws -> [PipelineStep] {
        guard let first = rows.first else { return [] }
        var parameters = leading
        if rows.count == 1 {
            for column in columns { try column.append(first, to: &parameters) }
            return [PipelineStep(writing.one, parameters)]
        }
        for column in columns { try column.append(rows, to: &parameters) }
        return [PipelineStep(writing.set, parameters)]
    }
}

extension Column {
    fileprivate var isSelected: Bool { use != .parent && use != .derived }
    fileprivate var isKey: Bool { use == .key || use == .parent }
    fileprivate var isUpdated: Bool { use == .changing || use == .derived }

    /// Its values in a set of rows, as the table has them.
    fileprivate func inSet(parameter: Int) -> String { asKept("unnest($\(parameter)::\(type)[])") }
    /// Its value in a single row, as the table has it.
    fileprivate func alone(parameter: Int) -> String { asKept("$\(parameter)::\(type)") }

    private func asKept(_ value: String) -> String { value + (cast.map { "::\($0)" } ?? "") }
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
