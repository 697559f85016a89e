/// One-dimensional arrays in binary (PostgreSQL's `array_recv`). The statement casts them: `$1::text[]`.
extension Parameters {
    /// Appends an array of as many elements as `write` appends; they must be of the type.
    package mutating func append(
        arrayOf type: TypeOID, count: Int, _ write: (inout ArrayElements) throws -> Void
    ) rethrows {
        if storage.isEmpty { storage.append(0) }
        let start = storage.count
        storage.append(arrayHeader: type, count: count)
        var elements = ArrayElements()
        // They are written in place: nobody else holds the storage meanwhile.
        swap(&storage, &elements.storage)
        defer {
            swap(&storage, &elements.storage)
            storage[start + Self.nullsOffset] = elements.hasNulls ? 1 : 0
            lengths.append(storage.count - start)
        }
        try write(&elements)
        assert(elements.count == count)
    }

    /// Where an array's header says whether there are nulls: the last byte of its second number.
    private static let nullsOffset = 7

    package mutating func append(texts: [String?]) {
        append(texts, of: .text) { $0.append(text: $1) }
    }

    package mutating func append(int8s: [Int64?]) {
        append(int8s, of: .int8) { $0.append(int8: $1) }
    }

    package mutating func append(int4s: [Int32?]) {
        append(int4s, of: .int4) { $0.append(int4: $1) }
    }

    package mutating func append(int2s: [Int16?]) {
        append(int2s, of: .int2) { $0.append(int2: $1) }
    }

    package mutating func append(bools: [Bool?]) {
        append(bools, of: .bool) { $0.append(bool: $1) }
    }

    /// A `bytea[]`.
    package mutating func append(byteStrings: [[UInt8]?]) {
        append(byteStrings, of: .bytea) { $0.append(bytes: $1) }
    }

    /// A `timestamptz[]` of microseconds since 1970; see `append(timestamp:)` for the range.
    package mutating func append(timestamps: [Int64?]) {
        append(timestamps, of: .timestamptz) { $0.append(timestamp: $1) }
    }

    /// A `date[]` of days since 1970; see `append(date:)` for the range.
    package mutating func append(dates: [Int32?]) {
        append(dates, of: .date) { $0.append(date: $1) }
    }

    /// A `uuid[]`, 16 bytes each; any other number is refused by the server (SQLSTATE 22P03 or 08P01).
    package mutating func append(uuids: [[UInt8]?]) {
        append(uuids, of: .uuid) { $0.append(bytes: $1) }
    }

    private mutating func append<Value>(
        _ values: [Value?], of type: TypeOID, write: (inout ArrayElements, Value?) -> Void
    ) {
        append(arrayOf: type, count: values.count) { elements in
            for value in values { write(&elements, value) }
        }
    }
}

/// Writes an array's elements one after the other, nil as null.
package struct ArrayElements {
    fileprivate var storage: [UInt8] = []
    fileprivate private(set) var hasNulls = false
    /// How many were written.
    fileprivate private(set) var count = 0

    // A length that Int32 can't hold makes the whole value larger than `Parameters.maximumValueBytes`: never sent.
    package mutating func append(text: String?) {
        guard let text else { return appendNull() }
        storage.append(bigEndian: Int32(truncatingIfNeeded: text.utf8.count))
        storage.append(contentsOf: text.utf8)
        count += 1
    }

    package mutating func append(bytes: [UInt8]?) {
        guard let bytes else { return appendNull() }
        storage.append(bigEndian: Int32(truncatingIfNeeded: bytes.count))
        storage.append(contentsOf: bytes)
        count += 1
    }

    package mutating func append(int8: Int64?) { append(integer: int8) }
    package mutating func append(int4: Int32?) { append(integer: int4) }
    package mutating func append(int2: Int16?) { append(integer: int2) }
    package mutating func append(bool: Bool?) { append(integer: bool.map { $0 ? 1 as UInt8 : 0 }) }

    /// Microseconds since 1970.
    package mutating func append(timestamp: Int64?) {
        append(integer: timestamp.map(PostgresEpoch.timestamp))
    }

    /// Days since 1970.
    package mutating func append(date: Int32?) {
        append(integer: date.map(PostgresEpoch.date))
    }

    private mutating func append<Integer: FixedWidthInteger>(integer: Integer?) {
        guard let integer else { return appendNull() }
        storage.append(bigEndian: Int32(MemoryLayout<Integer>.size))
        storage.append(bigEndian: integer)
        count += 1
    }

    private mutating func appendNull() {
        storage.append(bigEndian: Int32(-1))
        hasNulls = true
        count += 1
    }
}

extension [UInt8] {
    /// Dimensions, whether there are nulls, the elements' type, then length and lower bound; an empty array has none.
    fileprivate mutating func append(arrayHeader type: TypeOID, count: Int) {
        append(bigEndian: Int32(count == 0 ? 0 : 1))
        append(bigEndian: Int32(0))
        append(bigEndian: type.rawValue)
        guard count > 0 else { return }
        append(bigEndian: Int32(truncatingIfNeeded: count))
        append(bigEndian: Int32(1))
    }
}
