import EntitledCore
import EntitledPostgres

/// Reads a row's columns one after the other, in the order in which its table describes them.
struct RowCursor {
    private let row: Row
    private var column: Int

    /// - Parameter column: the first to be read.
    init(_ row: Row, at column: Int = 0) {
        self.row = row
        self.column = column
    }

    /// The number of the next column, for whoever reads it without this.
    mutating func next() -> Int {
        defer { column += 1 }
        return column
    }

    mutating func text() throws -> String { try row.text(next()) }
    mutating func optionalText() throws -> String? { try row.optionalText(next()) }
    mutating func int2() throws -> Int16 { try row.int2(next()) }
    mutating func optionalInt2() throws -> Int16? { try row.optionalInt2(next()) }
    mutating func int4() throws -> Int32 { try row.int4(next()) }
    mutating func optionalInt4() throws -> Int32? { try row.optionalInt4(next()) }
    mutating func int8() throws -> Int64 { try row.int8(next()) }
    mutating func optionalInt8() throws -> Int64? { try row.optionalInt8(next()) }
    mutating func bool() throws -> Bool { try row.bool(next()) }
    mutating func optionalBytes() throws -> [UInt8]? { try row.optionalBytes(next()) }

    mutating func day() throws -> CalendarDay { CalendarDay(daysSince1970: try row.date(next())) }
    mutating func optionalDay() throws -> CalendarDay? {
        try row.optionalDate(next()).map(CalendarDay.init(daysSince1970:))
    }

    mutating func instant() throws -> Instant { Instant(microseconds: try row.timestamp(next())) }
    mutating func optionalInstant() throws -> Instant? {
        try row.optionalTimestamp(next()).map(Instant.init(microseconds:))
    }

    mutating func id<Record>() throws -> Identifier<Record> { Identifier(stored: try text()) }
    mutating func optionalID<Record>() throws -> Identifier<Record>? {
        try optionalText().map(Identifier.init(stored:))
    }

    mutating func ids<Record>() throws -> Set<Identifier<Record>> {
        Set(try row.texts(next()).map(Identifier.init(stored:)))
    }

    mutating func requests() throws -> Set<RequestID> {
        Set(try row.uuids(next()).map { try RequestID(bytes: $0) })
    }

    mutating func optionalRequest() throws -> RequestID? {
        try row.optionalUUID(next()).map { try RequestID(bytes: $0) }
    }

    mutating func scope<Record>() throws -> Scope<Identifier<Record>>? {
        let column = next()
        return try row.isNull(column) ? nil : Scope(stored: try row.texts(column).map(Identifier.init(stored:)))
    }

    mutating func records() throws -> [RowCursor] { try row.records(next()).map { RowCursor($0) } }

    mutating func named<Value: NamedValue>() throws -> Value where Value.RawValue == Int16 {
        guard let value: Value = try optionalNamed() else { throw violation("is null") }
        return value
    }

    mutating func optionalNamed<Value: NamedValue>() throws -> Value? where Value.RawValue == Int16 {
        guard let number = try optionalInt2() else { return nil }
        guard let value = Value(rawValue: number) else {
            throw violation("holds \(number), which is no \(Value.self) that this version knows")
        }
        return value
    }

    mutating func json<Value: Decodable>() throws -> Value {
        guard let value: Value = try optionalJSON() else { throw violation("is null") }
        return value
    }

    mutating func optionalJSON<Value: Decodable>() throws -> Value? {
        guard let text = try optionalText() else { return nil }
        do {
            return try Detail.decode(Value.self, from: text)
        } catch {
            throw violation("holds no \(Value.self) that this version can read")
        }
    }

    /// Of the column that was read last.
    private func violation(_ what: String) -> PostgresError {
        PostgresError(.protocolViolation, "column \(column - 1) \(what)")
    }
}
