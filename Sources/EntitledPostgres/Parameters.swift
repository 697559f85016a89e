/// The values of one execution, `$1` first, in PostgreSQL's binary format and one buffer.
///
/// Types travel with the SQL, not with the values: cast where the context does not decide (`$1::text[]`). A value of
/// another type than the statement expects is refused by the server (SQLSTATE 22P03) or read as something else of the
/// same size.
package struct Parameters: Sendable {
    /// The bytes of all values, one after the other, behind one byte that keeps an empty first value from having no
    /// address.
    var storage: [UInt8] = []
    /// A length for each value, -1 for null.
    var lengths: [Int] = []

    package init() {}

    /// How many values there are.
    package var count: Int { lengths.count }

    package mutating func reserveCapacity(values: Int, bytes: Int) {
        lengths.reserveCapacity(values)
        storage.reserveCapacity(bytes + 1)
    }

    package mutating func appendNull() { lengths.append(-1) }

    package mutating func append(text: String?) {
        append(text) { storage, text in storage.append(contentsOf: text.utf8) }
    }

    package mutating func append(int8: Int64?) {
        append(int8) { storage, value in storage.append(bigEndian: value) }
    }

    package mutating func append(int4: Int32?) {
        append(int4) { storage, value in storage.append(bigEndian: value) }
    }

    package mutating func append(int2: Int16?) {
        append(int2) { storage, value in storage.append(bigEndian: value) }
    }

    package mutating func append(bool: Bool?) {
        append(bool) { storage, value in storage.append(value ? 1 : 0) }
    }

    package mutating func append(bytes: [UInt8]?) {
        append(bytes) { storage, value in storage.append(contentsOf: value) }
    }

    /// A `timestamptz`. Beyond PostgreSQL's range (4713 BC … 294276 AD) the server refuses it (SQLSTATE 22008).
    package mutating func append(timestamp microsecondsSince1970: Int64?) {
        append(int8: microsecondsSince1970.map(PostgresEpoch.timestamp))
    }

    /// A `date`. Beyond PostgreSQL's range the server refuses it (SQLSTATE 22008).
    package mutating func append(date daysSince1970: Int32?) {
        append(int4: daysSince1970.map(PostgresEpoch.date))
    }

    /// A `uuid`: 16 bytes; any other number is refused by the server (SQLSTATE 22P03 or 08P01).
    package mutating func append(uuid: [UInt8]?) { append(bytes: uuid) }

    /// Appends one value, or null.
    mutating func append<Value>(_ value: Value?, write: (inout [UInt8], Value) -> Void) {
        guard let value else { return appendNull() }
        if storage.isEmpty { storage.append(0) }
        let start = storage.count
        write(&storage, value)
        lengths.append(storage.count - start)
    }
}

extension Parameters {
    /// What one message of the protocol can name.
    static let maximumCount = 65_535
    /// What PostgreSQL allocates for one value.
    static let maximumValueBytes = 0x3fff_ffff

    /// - Throws: `invalidArgument` if there are more values, or a larger one, than PostgreSQL takes.
    func validate(for statement: Statement) throws(PostgresError) {
        let limit = Self.maximumValueBytes
        guard count <= Self.maximumCount, storage.count <= limit || lengths.allSatisfy({ $0 <= limit }) else {
            throw PostgresError(.invalidArgument, "parameters beyond PostgreSQL's limits", statement: statement.name)
        }
    }
}

extension [UInt8] {
    mutating func append<Integer: FixedWidthInteger>(bigEndian value: Integer) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

/// The three arrays that libpq wants beside the values, kept from one execution to the next.
struct ParameterScratch {
    private var values: [UnsafePointer<CChar>?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    /// Calls `body` with count, values, lengths and formats, good only inside it. `parameters` are valid.
    mutating func withPointers<Result>(
        to parameters: Parameters,
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        guard parameters.count > 0 else { return body(0, nil, nil, nil) }
        values.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        while formats.count < parameters.count { formats.append(1) }
        return parameters.storage.withUnsafeBytes { storage in
            var offset = 1
            for length in parameters.lengths {
                // A value with a length has made the storage non-empty, so its address exists even if the length is 0.
                let start = length < 0 ? nil : storage.baseAddress.map { $0 + offset }
                values.append(start?.assumingMemoryBound(to: CChar.self))
                lengths.append(Int32(max(0, length)))
                offset += max(0, length)
            }
            return body(Int32(parameters.count), values, lengths, formats)
        }
    }
}
