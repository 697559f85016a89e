/// One-dimensional arrays. `texts` wants every element to be there, `optionalTexts` takes null elements; an array that
/// is itself null is a violation in both (ask `isNull`).
extension Row {
    package func texts(_ column: Int) throws(PostgresError) -> [String] {
        try array(column, .textArray, of: .text, WireValue.text)
    }

    package func optionalTexts(_ column: Int) throws(PostgresError) -> [String?] {
        try optionalArray(column, .textArray, of: .text, WireValue.text)
    }

    package func int8s(_ column: Int) throws(PostgresError) -> [Int64] {
        try array(column, .int8Array, of: .int8, WireValue.integer)
    }

    package func optionalInt8s(_ column: Int) throws(PostgresError) -> [Int64?] {
        try optionalArray(column, .int8Array, of: .int8, WireValue.integer)
    }

    package func int4s(_ column: Int) throws(PostgresError) -> [Int32] {
        try array(column, .int4Array, of: .int4, WireValue.integer)
    }

    package func optionalInt4s(_ column: Int) throws(PostgresError) -> [Int32?] {
        try optionalArray(column, .int4Array, of: .int4, WireValue.integer)
    }

    package func int2s(_ column: Int) throws(PostgresError) -> [Int16] {
        try array(column, .int2Array, of: .int2, WireValue.integer)
    }

    package func optionalInt2s(_ column: Int) throws(PostgresError) -> [Int16?] {
        try optionalArray(column, .int2Array, of: .int2, WireValue.integer)
    }

    package func bools(_ column: Int) throws(PostgresError) -> [Bool] {
        try array(column, .boolArray, of: .bool, WireValue.bool)
    }

    package func optionalBools(_ column: Int) throws(PostgresError) -> [Bool?] {
        try optionalArray(column, .boolArray, of: .bool, WireValue.bool)
    }

    package func byteStrings(_ column: Int) throws(PostgresError) -> [[UInt8]] {
        try array(column, .byteaArray, of: .bytea, WireValue.bytes)
    }

    package func optionalByteStrings(_ column: Int) throws(PostgresError) -> [[UInt8]?] {
        try optionalArray(column, .byteaArray, of: .bytea, WireValue.bytes)
    }

    /// Microseconds since 1970.
    package func timestamps(_ column: Int) throws(PostgresError) -> [Int64] {
        try array(column, .timestamptzArray, of: .timestamptz, WireValue.timestamp)
    }

    package func optionalTimestamps(_ column: Int) throws(PostgresError) -> [Int64?] {
        try optionalArray(column, .timestamptzArray, of: .timestamptz, WireValue.timestamp)
    }

    /// Days since 1970.
    package func dates(_ column: Int) throws(PostgresError) -> [Int32] {
        try array(column, .dateArray, of: .date, WireValue.date)
    }

    package func optionalDates(_ column: Int) throws(PostgresError) -> [Int32?] {
        try optionalArray(column, .dateArray, of: .date, WireValue.date)
    }

    /// 16 bytes each.
    package func uuids(_ column: Int) throws(PostgresError) -> [[UInt8]] {
        try array(column, .uuidArray, of: .uuid, WireValue.uuid)
    }

    package func optionalUUIDs(_ column: Int) throws(PostgresError) -> [[UInt8]?] {
        try optionalArray(column, .uuidArray, of: .uuid, WireValue.uuid)
    }

    private func array<Element>(
        _ column: Int, _ type: TypeOID, of elementType: TypeOID, _ decode: (UnsafeRawBufferPointer) -> Element?
    ) throws(PostgresError) -> [Element] {
        try required(column, type) { WireValue.array($0, of: elementType) { bytes in bytes.flatMap(decode) } }
    }

    private func optionalArray<Element>(
        _ column: Int, _ type: TypeOID, of elementType: TypeOID, _ decode: (UnsafeRawBufferPointer) -> Element?
    ) throws(PostgresError) -> [Element?] {
        try required(column, type) {
            WireValue.array($0, of: elementType) { bytes -> Element?? in
                guard let bytes else { return .some(nil) }
                return decode(bytes).map(Optional.some)
            }
        }
    }
}
