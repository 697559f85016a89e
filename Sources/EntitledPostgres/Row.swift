internal import CLibPQ
internal import Foundation

/// One row of an answer, or a record that is a value in one. Columns are counted from 0.
///
/// Every reader throws `protocolViolation`, naming the column, if the row or column does not exist, has another type,
/// is null where a value is asked for, or holds bytes that are no value of its type. None of them traps.
package struct Row: Sendable {
    private enum Place {
        case answer(row: Int)
        case record(Record)
    }

    let result: QueryResult
    private let place: Place

    init(result: QueryResult, index: Int) {
        self.result = result
        place = .answer(row: index)
    }

    /// - Parameter record: one of the result's values.
    init(result: QueryResult, record: Record) {
        self.result = result
        place = .record(record)
    }

    /// Whether the value is null.
    package func isNull(_ column: Int) throws(PostgresError) -> Bool {
        try check(column)
        return withExtendedLifetime(result) { value(column) == nil }
    }

    /// Whether the value is the same as another row's, byte by byte; a null is the same as a null.
    package func holds(_ column: Int, as other: Row) throws(PostgresError) -> Bool {
        try check(column)
        try other.check(column)
        return withExtendedLifetime((result, other.result)) {
            switch (value(column), other.value(column)) {
            case (nil, nil): true
            case (let mine?, let theirs?): mine.isSame(as: theirs)
            case (nil, _), (_, nil): false
            }
        }
    }

    /// A `text`, `varchar`, `char(n)` or `name`.
    package func text(_ column: Int) throws(PostgresError) -> String {
        try required(column, .text, WireValue.text)
    }

    package func optionalText(_ column: Int) throws(PostgresError) -> String? {
        try optional(column, .text, WireValue.text)
    }

    package func int8(_ column: Int) throws(PostgresError) -> Int64 {
        try required(column, .int8, WireValue.integer)
    }

    package func optionalInt8(_ column: Int) throws(PostgresError) -> Int64? {
        try optional(column, .int8, WireValue.integer)
    }

    package func int4(_ column: Int) throws(PostgresError) -> Int32 {
        try required(column, .int4, WireValue.integer)
    }

    package func optionalInt4(_ column: Int) throws(PostgresError) -> Int32? {
        try optional(column, .int4, WireValue.integer)
    }

    package func int2(_ column: Int) throws(PostgresError) -> Int16 {
        try required(column, .int2, WireValue.integer)
    }

    package func optionalInt2(_ column: Int) throws(PostgresError) -> Int16? {
        try optional(column, .int2, WireValue.integer)
    }

    package func bool(_ column: Int) throws(PostgresError) -> Bool {
        try required(column, .bool, WireValue.bool)
    }

    package func optionalBool(_ column: Int) throws(PostgresError) -> Bool? {
        try optional(column, .bool, WireValue.bool)
    }

    /// A `bytea`.
    package func bytes(_ column: Int) throws(PostgresError) -> [UInt8] {
        try required(column, .bytea, WireValue.bytes)
    }

    package func optionalBytes(_ column: Int) throws(PostgresError) -> [UInt8]? {
        try optional(column, .bytea, WireValue.bytes)
    }

    /// A `timestamptz`, in microseconds since 1970. ±infinity is not taken.
    package func timestamp(_ column: Int) throws(PostgresError) -> Int64 {
        try required(column, .timestamptz, WireValue.timestamp)
    }

    package func optionalTimestamp(_ column: Int) throws(PostgresError) -> Int64? {
        try optional(column, .timestamptz, WireValue.timestamp)
    }

    /// A `date`, in days since 1970. ±infinity is not taken.
    package func date(_ column: Int) throws(PostgresError) -> Int32 {
        try required(column, .date, WireValue.date)
    }

    package func optionalDate(_ column: Int) throws(PostgresError) -> Int32? {
        try optional(column, .date, WireValue.date)
    }

    /// A `uuid`'s 16 bytes.
    package func uuid(_ column: Int) throws(PostgresError) -> [UInt8] {
        try required(column, .uuid, WireValue.uuid)
    }

    package func optionalUUID(_ column: Int) throws(PostgresError) -> [UInt8]? {
        try optional(column, .uuid, WireValue.uuid)
    }
}

extension Row {
    func required<Value>(
        _ column: Int, _ type: TypeOID, _ decode: (UnsafeRawBufferPointer) -> Value?
    ) throws(PostgresError) -> Value {
        guard let value = try optional(column, type, decode) else { throw violation(column, "is null") }
        return value
    }

    /// `decode` returns nil for bytes that are no value of the type; its argument is good only inside it.
    func optional<Value>(
        _ column: Int, _ type: TypeOID, _ decode: (UnsafeRawBufferPointer) -> Value?
    ) throws(PostgresError) -> Value? {
        try check(column)
        guard self.type(column) == type else { throw violation(column, "has type \(number(column)), not \(type)") }
        guard let bytes = value(column) else { return nil }
        let value = withExtendedLifetime(result) { decode(bytes) }
        guard let value else { throw violation(column, "is no valid \(type)") }
        return value
    }

    /// What values of the column read like; nil for a type that isn't read here, or for text.
    private func type(_ column: Int) -> TypeOID? {
        switch place {
        case .answer: result.columns[column]
        case .record(let record): TypeOID(rawValue: record.type(column))?.wireType
        }
    }

    private func number(_ column: Int) -> UInt32 {
        switch place {
        case .answer: PQftype(result.pointer, Int32(column))
        case .record(let record): record.type(column)
        }
    }

    /// Good as long as the result; nil is null.
    private func value(_ column: Int) -> UnsafeRawBufferPointer? {
        switch place {
        case .answer(let row):
            let (pointer, row, field) = (result.pointer, Int32(row), Int32(column))
            guard PQgetisnull(pointer, row, field) == 0 else { return nil }
            return UnsafeRawBufferPointer(
                start: PQgetvalue(pointer, row, field), count: Int(PQgetlength(pointer, row, field)))
        case .record(let record): return record.value(column)
        }
    }

    private func check(_ column: Int) throws(PostgresError) {
        switch place {
        case .answer(let row):
            if 0..<result.rowCount ~= row && result.columns.indices ~= column { return }
            throw PostgresError(
                .protocolViolation,
                "row \(row), column \(column) of an answer with \(result.rowCount) rows, "
                    + "\(result.columns.count) columns")
        case .record(let record):
            if 0..<record.count ~= column { return }
            throw PostgresError(.protocolViolation, "column \(column) of a record with \(record.count)")
        }
    }

    private func violation(_ column: Int, _ what: String) -> PostgresError {
        let name =
            switch place {
            case .answer: result.string(PQfname(result.pointer, Int32(column)))
            case .record: "of a record"
            }
        return PostgresError(.protocolViolation, "column \(column) (\(name)) \(what)")
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let mine = baseAddress, let theirs = other.baseAddress else { return true }
        return memcmp(mine, theirs, count) == 0
    }
}
