/// Where the columns of a composite value lie, as PostgreSQL sends one (`record_send`: how many columns, then the type,
/// the length and the bytes of each).
///
/// `@unchecked Sendable`: the bytes are a result's, which is never changed. They live as long as that.
struct Record: @unchecked Sendable {
    private struct Column {
        let type: UInt32
        let start: Int32
        /// -1 is null.
        let length: Int32
    }

    private let bytes: UnsafeRawBufferPointer
    private let columns: [Column]

    /// - Returns: nil if the bytes are no record.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = WireReader(rest: bytes)
        // A column is at least its type and its length: what claims more can't be true.
        guard let count: Int32 = reader.integer(), 0...(bytes.count / 8) ~= Int(count) else { return nil }
        var columns: [Column] = []
        columns.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let type: UInt32 = reader.integer(), let length: Int32 = reader.integer() else { return nil }
            let start = bytes.count - reader.rest.count
            guard length == -1 || reader.bytes(Int(length)) != nil else { return nil }
            columns.append(Column(type: type, start: Int32(start), length: length))
        }
        guard reader.rest.isEmpty else { return nil }
        self.bytes = bytes
        self.columns = columns
    }

    var count: Int { columns.count }

    func type(_ column: Int) -> UInt32 { columns[column].type }

    /// nil is null.
    func value(_ column: Int) -> UnsafeRawBufferPointer? {
        let (start, length) = (Int(columns[column].start), Int(columns[column].length))
        return length < 0 ? nil : UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
    }
}

extension Row {
    /// The record that a `bytea` was made of.
    package func record(_ column: Int) throws(PostgresError) -> Row {
        Row(result: result, record: try required(column, .bytea) { Record($0) })
    }

    /// The records of a `record[]`.
    package func records(_ column: Int) throws(PostgresError) -> [Row] {
        try required(column, .recordArray) { bytes in
            WireValue.array(bytes, of: .record) { element in
                element.flatMap { Record($0) }.map { Row(result: result, record: $0) }
            }
        }
    }
}
