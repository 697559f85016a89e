import EntitledCore
import EntitledPostgres

/// A column of a table that is written in sets: what it holds of a row, and how that travels.
struct Column<Element>: Sendable {
    enum Use: Sendable {
        /// A part of the key that a row shares with what it belongs to.
        case parent
        case key
        /// Never changes once it is written.
        case fixed
        case changing
        /// Follows from other columns: statements look at it, nobody reads it.
        case derived
    }

    let name: String
    let use: Use
    /// The type as which values travel; a set of them is an array of it.
    let type: String
    /// What the table has instead of it; nil if it has the same.
    let cast: String?
    private let oid: TypeOID
    private let write: @Sendable (inout ArrayElements, Element) throws -> Void

    private init(
        _ name: String, _ use: Use, _ type: String, _ oid: TypeOID, cast: String? = nil,
        write: @escaping @Sendable (inout ArrayElements, Element) throws -> Void
    ) {
        self.name = name
        self.use = use
        self.type = type
        self.oid = oid
        self.cast = cast
        self.write = write
    }

    /// Appends what it holds of the rows.
    func append(_ rows: [Element], to parameters: inout Parameters) throws {
        try parameters.append(arrayOf: oid, count: rows.count) { elements in
            for row in rows { try write(&elements, row) }
        }
    }

    /// As `select` has it; JSON travels as text.
    /// - Parameter first: the condition that a row is the first of several with the same value; what may be long is
    ///   told only there.
    func selected(from alias: String? = nil, onlyIf first: String? = nil) -> String {
        let value = (alias.map { "\($0)." } ?? "") + name + (cast == "json" ? "::text" : "")
        guard let first, cast != nil else { return value }
        return "case when \(first) then \(value) end"
    }
}

extension Column {
    typealias Value<Kind> = @Sendable (Element) -> Kind?

    static func text(_ name: String, _ use: Use = .changing, _ value: @escaping Value<String>) -> Column {
        Column(name, use, "text", .text) { $0.append(text: value($1)) }
    }

    static func int2(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Int16>) -> Column {
        Column(name, use, "smallint", .int2) { $0.append(int2: value($1)) }
    }

    static func int4(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Int32>) -> Column {
        Column(name, use, "integer", .int4) { $0.append(int4: value($1)) }
    }

    static func int8(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Int64>) -> Column {
        Column(name, use, "bigint", .int8) { $0.append(int8: value($1)) }
    }

    static func bool(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Bool>) -> Column {
        Column(name, use, "boolean", .bool) { $0.append(bool: value($1)) }
    }

    static func day(_ name: String, _ use: Use = .changing, _ value: @escaping Value<CalendarDay>) -> Column {
        Column(name, use, "date", .date) { $0.append(date: value($1)?.daysSince1970) }
    }

    static func instant(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Instant>) -> Column {
        Column(name, use, "timestamptz", .timestamptz) { $0.append(timestamp: value($1)?.microseconds) }
    }

    /// An array, written as PostgreSQL writes one: `unnest` would take arrays of arrays apart.
    static func scope<Record>(
        _ name: String, _ use: Use = .changing, _ value: @escaping Value<Scope<Identifier<Record>>>
    ) -> Column {
        Column(name, use, "text", .text, cast: "text[]") { $0.append(text: value($1)?.arrayText()) }
    }

    static func json<Kind: Encodable & Sendable>(
        _ name: String, _ use: Use = .changing, _ value: @escaping Value<Kind>
    ) -> Column {
        Column(name, use, "text", .text, cast: "json") { $0.append(text: try value($1).map(Detail.encode)) }
    }
}

extension Scope {
    /// How PostgreSQL writes the array (PostgreSQL manual, "Array Input and Output Syntax").
    fileprivate func arrayText<Record>() -> String where Member == Identifier<Record> {
        let quoted = members.map { member in
            "\"" + member.text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        return "{" + quoted.joined(separator: ",") + "}"
    }
}
