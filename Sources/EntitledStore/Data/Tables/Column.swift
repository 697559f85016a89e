import EntitledCore
import EntitledPostgres

/// A column of a table: what it holds of a row, and how that travels.
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
    private let appendSet: @Sendable (inout Parameters, [Element]) throws -> Void
    private let appendOne: @Sendable (inout Parameters, Element) throws -> Void

    /// - Parameters:
    ///   - inSet: writes a value as an element of an array.
    ///   - alone: writes it by itself.
    private init<Kind>(
        _ name: String, _ use: Use, _ type: String, _ oid: TypeOID, cast: String? = nil,
        _ value: @escaping @Sendable (Element) throws -> Kind?,
        inSet: @escaping @Sendable (inout ArrayElements, Kind?) -> Void,
        alone: @escaping @Sendable (inout Parameters, Kind?) -> Void
    ) {
        self.name = name
        self.use = use
        self.type = type
        self.cast = cast
        appendSet = { parameters, rows in
            try parameters.append(arrayOf: oid, count: rows.count) { elements in
                for row in rows { inSet(&elements, try value(row)) }
            }
        }
        appendOne = { alone(&$0, try value($1)) }
    }

    /// Appends what it holds of the rows, as an array.
    func append(_ rows: [Element], to parameters: inout Parameters) throws {
        try appendSet(&parameters, rows)
    }

    /// Appends what it holds of a row, as a value.
    func append(_ row: Element, to parameters: inout Parameters) throws {
        try appendOne(&parameters, row)
    }

    /// As `select` has it; JSON travels as text.
    func selected(from alias: String? = nil) -> String {
        (alias.map { "\($0)." } ?? "") + name + (cast == "json" ? "::text" : "")
    }
}

extension Column {
    typealias Value<Kind> = @Sendable (Element) -> Kind?

    static func text(_ name: String, _ use: Use = .changing, _ value: @escaping Value<String>) -> Column {
        Column(name, use, "text", .text, value, inSet: { $0.append(text: $1) }, alone: { $0.append(text: $1) })
    }

    static func int2(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Int16>) -> Column {
        Column(name, use, "smallint", .int2, value, inSet: { $0.append(int2: $1) }, alone: { $0.append(int2: $1) })
    }

    static func int4(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Int32>) -> Column {
        Column(name, use, "integer", .int4, value, inSet: { $0.append(int4: $1) }, alone: { $0.append(int4: $1) })
    }

    static func int8(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Int64>) -> Column {
        Column(name, use, "bigint", .int8, value, inSet: { $0.append(int8: $1) }, alone: { $0.append(int8: $1) })
    }

    static func bool(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Bool>) -> Column {
        Column(name, use, "boolean", .bool, value, inSet: { $0.append(bool: $1) }, alone: { $0.append(bool: $1) })
    }

    static func day(_ name: String, _ use: Use = .changing, _ value: @escaping Value<CalendarDay>) -> Column {
        Column(
            name, use, "date", .date, value, inSet: { $0.append(date: $1?.daysSince1970) },
            alone: { $0.append(date: $1?.daysSince1970) })
    }

    static func instant(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Instant>) -> Column {
        Column(
            name, use, "timestamptz", .timestamptz, value, inSet: { $0.append(timestamp: $1?.microseconds) },
            alone: { $0.append(timestamp: $1?.microseconds) })
    }

    static func bytes(_ name: String, _ use: Use = .changing, _ value: @escaping Value<[UInt8]>) -> Column {
        Column(name, use, "bytea", .bytea, value, inSet: { $0.append(bytes: $1) }, alone: { $0.append(bytes: $1) })
    }

    static func request(_ name: String, _ use: Use = .changing, _ value: @escaping Value<RequestID>) -> Column {
        Column(
            name, use, "uuid", .uuid, value, inSet: { $0.append(bytes: $1?.bytes) },
            alone: { $0.append(bytes: $1?.bytes) })
    }

    /// An array, written as PostgreSQL writes one: `unnest` would take arrays of arrays apart.
    static func scope<Record>(
        _ name: String, _ use: Use = .changing, _ value: @escaping Value<Scope<Identifier<Record>>>
    ) -> Column {
        Column(
            name, use, "text", .text, cast: "text[]", { value($0)?.arrayText() },
            inSet: { $0.append(text: $1) }, alone: { $0.append(text: $1) })
    }

    static func json<Kind: Encodable & Sendable>(
        _ name: String, _ use: Use = .changing, _ value: @escaping Value<Kind>
    ) -> Column {
        encodedJSON(name, use) { try value($0).map(Detail.encode) }
    }

    /// - Parameter value: JSON, as text.
    static func encodedJSON(
        _ name: String, _ use: Use = .changing, _ value: @escaping @Sendable (Element) throws -> String?
    ) -> Column {
        Column(
            name, use, "text", .text, cast: "json", value,
            inSet: { $0.append(text: $1) }, alone: { $0.append(text: $1) })
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
