/// Reads the fields of a protobuf message where they lie, one after the other (protobuf.dev, "Encoding").
///
/// Made for the few messages that make up nearly all of the traffic. It knows what a writer of this revision writes;
/// anything else (another wire type, a number that doesn't fit, bytes that are no UTF-8) is ``isUnusual``, and the
/// generated message reads the bytes instead. So it never has to decide what a strange message means.
struct FieldReader {
    /// What stands behind a field's number.
    private enum WireType: UInt8 {
        case varint = 0
        case bytes = 2
    }

    private let base: UnsafeRawBufferPointer
    private var position = 0
    private var type = WireType.varint
    /// Whether something was met that this reader doesn't read; nothing that was read counts then.
    private(set) var isUnusual = false

    init(_ bytes: UnsafeRawBufferPointer) {
        base = bytes
    }

    /// The number of the next field; nil at the end. The value has to be read before the next one.
    mutating func next() -> UInt64? {
        guard position < base.count, !isUnusual else { return nil }
        let tag = rawVarint()
        guard let type = WireType(rawValue: UInt8(tag & 7)), tag >> 3 > 0 else { return reject() }
        self.type = type
        return tag >> 3
    }

    mutating func varint() -> UInt64 {
        guard type == .varint else { return reject() ?? 0 }
        return rawVarint()
    }

    mutating func int64() -> Int64 { Int64(bitPattern: varint()) }
    mutating func int32() -> Int32 { Int32(truncatingIfNeeded: varint()) }
    mutating func uint32() -> UInt32 { UInt32(truncatingIfNeeded: varint()) }
    mutating func bool() -> Bool { varint() != 0 }

    /// The field's bytes, valid as long as the message's.
    mutating func bytes() -> UnsafeRawBufferPointer {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        guard type == .bytes else { return reject() ?? nothing }
        let length = rawVarint()
        guard length <= UInt64(base.count - position) else { return reject() ?? nothing }
        defer { position += Int(length) }
        return UnsafeRawBufferPointer(rebasing: base[position..<position + Int(length)])
    }

    mutating func text() -> String {
        let bytes = bytes().assumingMemoryBound(to: UInt8.self)
        return String(valid: bytes) ?? reject() ?? ""
    }

    /// Reads a message in this one.
    mutating func message<Value>(_ read: (inout FieldReader) -> Value?) -> Value? {
        var inner = FieldReader(bytes())
        guard let value = read(&inner), !inner.isUnusual else { return reject() }
        return value
    }

    /// Gives up: nothing that was read counts.
    mutating func reject<Value>() -> Value? {
        isUnusual = true
        return nil
    }

    private mutating func rawVarint() -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < base.count, shift < 63 {
            let byte = base[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        // Ten bytes: a negative number.
        guard position < base.count, shift == 63, base[position] == 1 else { return reject() ?? 0 }
        position += 1
        return value | 1 << 63
    }
}

extension String {
    /// Nil if it isn't UTF-8.
    fileprivate init?(valid bytes: UnsafeBufferPointer<UInt8>) {
        guard #available(macOS 26, *) else {
            self.init(validating: bytes, as: UTF8.self)
            return
        }
        // A third of what the other one costs, and most fields are texts.
        guard let text = try? UTF8Span(validating: bytes.span) else { return nil }
        self.init(copying: text)
    }
}
