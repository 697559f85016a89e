/// Reads values in PostgreSQL's binary format. Every reader returns nil for bytes that are no such value.
enum WireValue {
    static func integer<Integer: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer) -> Integer? {
        guard bytes.count == MemoryLayout<Integer>.size else { return nil }
        return Integer(bigEndian: bytes.loadUnaligned(as: Integer.self))
    }

    static func text(_ bytes: UnsafeRawBufferPointer) -> String? {
        let bytes = bytes.assumingMemoryBound(to: UInt8.self)
        guard #available(macOS 26, *) else { return String(validating: bytes, as: UTF8.self) }
        // A third of what the other one costs, and most values are texts.
        guard let text = try? UTF8Span(validating: bytes.span) else { return nil }
        return String(copying: text)
    }

    static func bool(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        guard bytes.count == 1, bytes[0] <= 1 else { return nil }
        return bytes[0] == 1
    }

    static func bytes(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? { [UInt8](bytes) }

    static func uuid(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        bytes.count == 16 ? [UInt8](bytes) : nil
    }

    static func timestamp(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        integer(bytes).flatMap(PostgresEpoch.microsecondsSince1970)
    }

    static func date(_ bytes: UnsafeRawBufferPointer) -> Int32? {
        integer(bytes).flatMap(PostgresEpoch.daysSince1970)
    }

    /// A one-dimensional or empty array. `decode` gets nil for a null element, and returns nil to refuse the array.
    static func array<Element>(
        _ bytes: UnsafeRawBufferPointer, of type: TypeOID, _ decode: (UnsafeRawBufferPointer?) -> Element?
    ) -> [Element]? {
        var reader = WireReader(rest: bytes)
        guard let dimensions: Int32 = reader.integer(), let nulls: Int32 = reader.integer(), 0...1 ~= nulls,
            let oid: UInt32 = reader.integer(), TypeOID(rawValue: oid)?.wireType == type
        else { return nil }
        if dimensions == 0 { return reader.rest.isEmpty ? [] : nil }
        // An element is at least its length: what claims more can't be true, and must not be allocated for.
        guard dimensions == 1, let count: Int32 = reader.integer(), let _: Int32 = reader.integer(),
            0...(reader.rest.count / 4) ~= Int(count)
        else { return nil }

        var elements: [Element] = []
        elements.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let length: Int32 = reader.integer() else { return nil }
            let element: Element?
            if length == -1 {
                element = decode(nil)
            } else {
                guard let value = reader.bytes(Int(length)) else { return nil }
                element = decode(value)
            }
            guard let element else { return nil }
            elements.append(element)
        }
        return reader.rest.isEmpty ? elements : nil
    }
}

/// Takes values off the beginning of bytes; nil where they end too soon.
struct WireReader {
    var rest: UnsafeRawBufferPointer

    mutating func integer<Integer: FixedWidthInteger>() -> Integer? {
        bytes(MemoryLayout<Integer>.size).flatMap { WireValue.integer($0) }
    }

    mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer? {
        guard 0...rest.count ~= count else { return nil }
        let taken = UnsafeRawBufferPointer(rebasing: rest.prefix(count))
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        return taken
    }
}
