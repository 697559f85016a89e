package import NIOCore

/// The unit that travels (proto-spec/PROTOCOL.md, "Frames"): `u32` big-endian length of the rest, `u8` kind, `u8`
/// flags, `u32` big-endian call id, body.
package struct Frame: Hashable, Sendable {
    /// The bytes that hold the length.
    static let lengthFieldBytes = MemoryLayout<UInt32>.size
    /// The bytes between length and body: kind, flags and call id. No frame's length is less.
    static let headBytes = 2 * MemoryLayout<UInt8>.size + MemoryLayout<UInt32>.size

    package var kind: FrameKind
    package var flags: FrameFlags
    /// The call that the frame belongs to, chosen by the client; 0 where it belongs to the connection.
    package var callID: UInt32
    package var body: ByteBuffer

    package init(kind: FrameKind, flags: FrameFlags = [], callID: UInt32 = 0, body: ByteBuffer = ByteBuffer()) {
        self.kind = kind
        self.flags = flags
        self.callID = callID
        self.body = body
    }

    /// What the frame's length field says, in bytes: this, not more, is held against the limit.
    package var lengthBytes: Int { Self.headBytes + body.readableBytes }
}

extension ByteBuffer {
    /// Appends the frame as it travels.
    ///
    /// - Precondition: the frame's length fits 32 bits; a sender checks it against the connection's limit, far below.
    package mutating func writeFrame(_ frame: Frame) {
        reserveCapacity(minimumWritableBytes: Frame.lengthFieldBytes + frame.lengthBytes)
        writeInteger(UInt32(frame.lengthBytes))
        writeMultipleIntegers(frame.kind.rawValue, frame.flags.rawValue, frame.callID)
        writeImmutableBuffer(frame.body)
    }
}
