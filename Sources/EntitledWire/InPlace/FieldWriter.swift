import NIOCore

/// Writes the fields of a protobuf message straight into memory, as the generated messages would: in the order of
/// their numbers, without those at their defaults (protobuf.dev, "Encoding").
package struct FieldWriter {
    private let room: UnsafeMutableRawBufferPointer
    /// Bytes that are written.
    private var count = 0
    /// Whether the room didn't do; nothing that was written counts then.
    private var isFull = false

    private init(_ room: UnsafeMutableRawBufferPointer) {
        self.room = room
    }

    /// - Parameter write: returns whether what it wrote counts.
    /// - Returns: what was written; nil if that doesn't count, or is too long for ``InPlace/messageBytes``.
    static func bytes(_ write: (inout FieldWriter) -> Bool) -> ByteBuffer? {
        withBytes(write) { ByteBuffer(bytes: $0) }
    }

    /// The same, for whoever puts the bytes somewhere else.
    static func withBytes<Result>(
        _ write: (inout FieldWriter) -> Bool, _ use: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        withUnsafeTemporaryAllocation(byteCount: InPlace.messageBytes, alignment: 1) { room in
            var fields = FieldWriter(room)
            guard write(&fields), !fields.isFull else { return nil }
            return use(UnsafeRawBufferPointer(rebasing: room[..<fields.count]))
        }
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
        reserve(bytes.count)?.copyBytes(from: bytes)
    }

    /// An optional field that is there, whatever its value.
    mutating func present(_ number: UInt8, _ value: some FixedWidthInteger) {
        tag(number, 0)
        // Negative numbers are written as 64 bits, whatever their type.
        varint(UInt64(bitPattern: Int64(truncatingIfNeeded: value)))
    }

    mutating func present(_ number: UInt8, _ text: String) {
        var text = text
        tag(number, 2)
        text.withUTF8 { bytes in
            varint(UInt64(bytes.count))
            reserve(bytes.count)?.copyMemory(from: UnsafeRawBufferPointer(bytes))
        }
    }

    /// A message in this one.
    mutating func message(_ number: UInt8, _ write: (inout FieldWriter) -> Void) {
        tag(number, 2)
        let start = count
        byte(0)
        write(&self)
        let length = count - start - 1
        if length < 0x80 {
            if !isFull { room[start] = UInt8(length) }
        } else {
            widen(length, at: start)
        }
    }

    /// Makes room for a length of two bytes; the whole room is far shorter than what would take three.
    private mutating func widen(_ length: Int, at start: Int) {
        guard reserve(1) != nil else { return }
        let content = UnsafeRawBufferPointer(rebasing: room[start + 1..<count - 1])
        UnsafeMutableRawBufferPointer(rebasing: room[start + 2..<count]).copyMemory(from: content)
        room[start] = UInt8(length & 0x7F) | 0x80
        room[start + 1] = UInt8(length >> 7)
    }

    private mutating func tag(_ number: UInt8, _ type: UInt8) {
        // No message that is written here has a field above 15, whose tag would take two bytes.
        byte(number << 3 | type)
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            byte(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        byte(UInt8(rest))
    }

    private mutating func byte(_ value: UInt8) {
        guard count < room.count else { return isFull = true }
        room[count] = value
        count += 1
    }

    /// - Returns: where so many bytes go; nil if the room doesn't do.
    private mutating func reserve(_ length: Int) -> UnsafeMutableRawBufferPointer? {
        guard length <= room.count - count else {
            isFull = true
            return nil
        }
        defer { count += length }
        return UnsafeMutableRawBufferPointer(rebasing: room[count..<count + length])
    }
}
