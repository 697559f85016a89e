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
    let append: @Sendable (inout Parameters, [Element]) throws -> Void

    private init(
        _ name: String, _ use: Use, _ type: String, cast: String? = nil,
        append: @escaping @Sendable (inout Parameters, [Element]) throws -> Void
    ) {
        self.name = name
        self.use = use
        self.type = type
        self.cast = cast
        self.append = append
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
        Column(name, use, "text") { $0.append(optionalTexts: $1.map(value)) }
    }

    static func int2(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Int16>) -> Column {
        Column(name, use, "smallint") { $0.append(optionalInt2s: $1.map(value)) }
    }

    static func int4(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Int32>) -> Column {
        Column(name, use, "integer") { $0.append(optionalInt4s: $1.map(value)) }
    }

    static func int8(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Int64>) -> Column {
        Column(name, use, "bigint") { $0.append(optionalInt8s: $1.map(value)) }
    }

    static func bool(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Bool>) -> Column {
        Column(name, use, "boolean") { $0.append(optionalBools: $1.map(value)) }
    }

    static func day(_ name: String, _ use: Use = .changing, _ value: @escaping Value<CalendarDay>) -> Column {
        Column(name, use, "date") { $0.append(optionalDates: $1.map { value($0)?.daysSince1970 }) }
    }

    static func instant(_ name: String, _ use: Use = .changing, _ value: @escaping Value<Instant>) -> Column {
        Column(name, use, "timestamptz") { $0.append(optionalTimestamps: $1.map { value($0)?.microseconds }) }
    }

    /// An array, written as PostgreSQL writes one: `unnest` would take arrays of arrays apart.
    static func scope<Record>(
        _ name: String, _ use: Use = .changing, _ value: @escaping Value<Scope<Identifier<Record>>>
    ) -> Column {
        Column(name, use, "text", cast: "text[]") { $0.append(optionalTexts: $1.map { value($0)?.arrayText() }) }
    }

    static func json<Kind: Encodable & Sendable>(
        _ name: String, _ use: Use = .changing, _ value: @escaping Value<Kind>
    ) -> Column {
        Column(name, use, "text", cast: "json") { parameters, rows in
            parameters.append(optionalTexts: try rows.map { try value($0).map(Detail.encode) })
        }
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
