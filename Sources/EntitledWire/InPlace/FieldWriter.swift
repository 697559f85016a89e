import NIOCore

/// Writes the fields of a protobuf message straight into a buffer, as the generated messages would: in the order of
/// their numbers, without those at their defaults (protobuf.dev, "Encoding").
package struct FieldWriter {
    var buffer: ByteBuffer

    /// - Parameter capacity: bytes that will probably do.
    init(capacity: Int) {
        buffer = ByteBuffer()
        buffer.reserveCapacity(capacity)
    }

    /// A field that is left out at 0.
    mutating func field(_ number: UInt8, _ value: some FixedWidthInteger) {
        if value != 0 { present(number, value) }
    }

    mutating func field(_ number: UInt8, _ flag: Bool) {
        if flag { present(number, 1) }
    }

    /// A field that is left out if it is empty.
    mutating func field(_ number: UInt8, _ text: String) {
        if !text.isEmpty { present(number, text) }
    }

    mutating func field(_ number: UInt8, bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty else { return }
        tag(number, 2)
        varint(UInt64(bytes.count))
        buffer.writeBytes(bytes)
    }

    /// An optional field that is there, whatever its value.
    mutating func present(_ number: UInt8, _ value: some FixedWidthInteger) {
        tag(number, 0)
        // Negative numbers are written as 64 bits, whatever their type.
        varint(UInt64(bitPattern: Int64(truncatingIfNeeded: value)))
    }

    mutating func present(_ number: UInt8, _ text: String) {
        tag(number, 2)
        varint(UInt64(text.utf8.count))
        buffer.writeString(text)
    }

    /// A message in this one.
    mutating func message(_ number: UInt8, _ write: (inout FieldWriter) -> Void) {
        tag(number, 2)
        let lengthIndex = buffer.writerIndex
        buffer.writeInteger(UInt8(0))
        write(&self)
        let length = buffer.writerIndex - lengthIndex - 1
        if length < 0x80 {
            buffer.setInteger(UInt8(length), at: lengthIndex)
        } else {
            widen(length, at: lengthIndex)
        }
    }

    /// Makes room for a length of more than one byte.
    private mutating func widen(_ length: Int, at index: Int) {
        var head = FieldWriter(capacity: 10)
        head.varint(UInt64(length))
        let extra = head.buffer.readableBytes - 1
        buffer.writeRepeatingByte(0, count: extra)
        let start = index + 1 - buffer.readerIndex
        buffer.withUnsafeMutableReadableBytes { bytes in
            let target = UnsafeMutableRawBufferPointer(rebasing: bytes[(start + extra)...])
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]))
        }
        buffer.setBuffer(head.buffer, at: index)
    }

    private mutating func tag(_ number: UInt8, _ type: UInt8) {
        // No message that is written here has a field above 15, whose tag would take two bytes.
        buffer.writeInteger(number << 3 | type)
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(rest))
    }
}
