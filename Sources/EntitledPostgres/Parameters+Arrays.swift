/// One-dimensional arrays in binary (PostgreSQL's `array_recv`). The statement casts them: `$1::text[]`.
extension Parameters {
    package mutating func append(texts: [String]) {
        append(array: texts, of: .text) { $0.append(element: $1) }
    }

    package mutating func append(optionalTexts: [String?]) {
        append(optionalArray: optionalTexts, of: .text) { $0.append(element: $1) }
    }

    package mutating func append(int8s: [Int64]) {
        append(array: int8s, of: .int8) { $0.append(element: $1) }
    }

    package mutating func append(optionalInt8s: [Int64?]) {
        append(optionalArray: optionalInt8s, of: .int8) { $0.append(element: $1) }
    }

    package mutating func append(int4s: [Int32]) {
        append(array: int4s, of: .int4) { $0.append(element: $1) }
    }

    package mutating func append(optionalInt4s: [Int32?]) {
        append(optionalArray: optionalInt4s, of: .int4) { $0.append(element: $1) }
    }

    package mutating func append(int2s: [Int16]) {
        append(array: int2s, of: .int2) { $0.append(element: $1) }
    }

    package mutating func append(optionalInt2s: [Int16?]) {
        append(optionalArray: optionalInt2s, of: .int2) { $0.append(element: $1) }
    }

    package mutating func append(bools: [Bool]) {
        append(array: bools, of: .bool) { $0.append(element: $1 ? 1 as UInt8 : 0) }
    }

    package mutating func append(optionalBools: [Bool?]) {
        append(optionalArray: optionalBools, of: .bool) { $0.append(element: $1 ? 1 as UInt8 : 0) }
    }

    /// A `bytea[]`.
    package mutating func append(byteStrings: [[UInt8]]) {
        append(array: byteStrings, of: .bytea) { $0.append(element: $1) }
    }

    /// A `bytea[]` with nulls.
    package mutating func append(optionalByteStrings: [[UInt8]?]) {
        append(optionalArray: optionalByteStrings, of: .bytea) { $0.append(element: $1) }
    }

    /// A `timestamptz[]` of microseconds since 1970; see `append(timestamp:)` for the range.
    package mutating func append(timestamps: [Int64]) {
        append(array: timestamps, of: .timestamptz) {
            $0.append(element: PostgresEpoch.timestamp(microsecondsSince1970: $1))
        }
    }

    /// A `timestamptz[]` of microseconds since 1970 with nulls.
    package mutating func append(optionalTimestamps: [Int64?]) {
        append(optionalArray: optionalTimestamps, of: .timestamptz) {
            $0.append(element: PostgresEpoch.timestamp(microsecondsSince1970: $1))
        }
    }

    /// A `date[]` of days since 1970; see `append(date:)` for the range.
    package mutating func append(dates: [Int32]) {
        append(array: dates, of: .date) { $0.append(element: PostgresEpoch.date(daysSince1970: $1)) }
    }

    /// A `date[]` of days since 1970 with nulls.
    package mutating func append(optionalDates: [Int32?]) {
        append(optionalArray: optionalDates, of: .date) { $0.append(element: PostgresEpoch.date(daysSince1970: $1)) }
    }

    /// A `uuid[]`, 16 bytes each; any other number is refused by the server (SQLSTATE 22P03 or 08P01).
    package mutating func append(uuids: [[UInt8]]) {
        append(array: uuids, of: .uuid) { $0.append(element: $1) }
    }

    /// A `uuid[]` with nulls.
    package mutating func append(optionalUUIDs: [[UInt8]?]) {
        append(optionalArray: optionalUUIDs, of: .uuid) { $0.append(element: $1) }
    }

    private mutating func append<Element>(
        array: [Element], of type: TypeOID, write: (inout [UInt8], Element) -> Void
    ) {
        append(array) { storage, array in
            storage.append(arrayHeader: type, count: array.count, hasNulls: false)
            for element in array { write(&storage, element) }
        }
    }

    private mutating func append<Element>(
        optionalArray: [Element?], of type: TypeOID, write: (inout [UInt8], Element) -> Void
    ) {
        append(optionalArray) { storage, array in
            storage.append(arrayHeader: type, count: array.count, hasNulls: array.contains { $0 == nil })
            for element in array {
                if let element { write(&storage, element) } else { storage.append(bigEndian: Int32(-1)) }
            }
        }
    }
}

extension [UInt8] {
    /// Dimensions, whether there are nulls, the elements' type, then length and lower bound; an empty array has none.
    fileprivate mutating func append(arrayHeader type: TypeOID, count: Int, hasNulls: Bool) {
        append(bigEndian: Int32(count == 0 ? 0 : 1))
        append(bigEndian: Int32(hasNulls ? 1 : 0))
        append(bigEndian: type.rawValue)
        guard count > 0 else { return }
        append(bigEndian: Int32(truncatingIfNeeded: count))
        append(bigEndian: Int32(1))
    }

    fileprivate mutating func append<Integer: FixedWidthInteger>(element: Integer) {
        append(bigEndian: Int32(MemoryLayout<Integer>.size))
        append(bigEndian: element)
    }

    // A length that Int32 can't hold makes the whole value larger than `Parameters.maximumValueBytes`: never sent.
    fileprivate mutating func append(element: String) {
        append(bigEndian: Int32(truncatingIfNeeded: element.utf8.count))
        append(contentsOf: element.utf8)
    }

    fileprivate mutating func append(element: [UInt8]) {
        append(bigEndian: Int32(truncatingIfNeeded: element.count))
        append(contentsOf: element)
    }
}
