package import NIOCore

/// The greatest frame length of one connection, in bytes: one value that its decoder and its encoder share, because the
/// welcome settles it for both directions at once. Lives on the connection's event loop.
package final class FrameLimit {
    /// In bytes; always within the protocol's range.
    package private(set) var bytes = ProtocolLimits.unauthenticatedFrameBytes

    package init() {}

    /// Sets the limit, brought into the protocol's range if outside.
    package func set(bytes: Int) {
        self.bytes = min(max(bytes, ProtocolLimits.unauthenticatedFrameBytes), ProtocolLimits.frameBytes)
    }
}

@available(*, unavailable)
extension FrameLimit: Sendable {}

/// Takes frames from a stream of bytes.
///
/// A frame that can't be accepted is refused at the first byte that shows it: its length after four bytes, its kind
/// after six. So what waits in the buffer never exceeds one acceptable frame and the last read.
package struct FrameDecoder: NIOSingleStepByteToMessageDecoder {
    package typealias InboundOut = Frame

    private let limit: FrameLimit

    /// - Parameter limit: read anew for each frame.
    package init(limit: FrameLimit) {
        self.limit = limit
    }

    /// The next frame that this revision knows; unknown optional ones are passed over.
    ///
    /// - Returns: nil if more bytes are needed.
    /// - Throws: ``FrameError``, after which the stream has no meaning any more.
    package mutating func decode(buffer: inout ByteBuffer) throws -> Frame? {
        while let length = try acceptableLength(in: buffer) {
            guard var bytes = buffer.readSlice(length: Frame.lengthFieldBytes + length) else { return nil }
            bytes.moveReaderIndex(forwardBy: Frame.lengthFieldBytes)
            guard let (kindNumber, flagBits, callID) = bytes.readMultipleIntegers(as: (UInt8, UInt8, UInt32).self)
            else { throw FrameError.tooShort(lengthBytes: length) }
            let kind = FrameKind(rawValue: kindNumber)
            if case .unknown = kind { continue }
            guard !kind.belongsToCall || callID != 0 else { throw FrameError.missingCallID(kind) }
            return Frame(kind: kind, flags: FrameFlags(rawValue: flagBits), callID: callID, body: bytes)
        }
        return nil
    }

    /// At the end of the stream: frames that are whole still count, half a frame is nothing.
    package mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> Frame? {
        try decode(buffer: &buffer)
    }

    /// The length of the frame that begins in the buffer, nil as long as it isn't there yet. Refuses what the bytes at
    /// hand show to be unacceptable.
    private func acceptableLength(in buffer: ByteBuffer) throws(FrameError) -> Int? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self).map(Int.init) else { return nil }
        guard length >= Frame.headBytes else { throw .tooShort(lengthBytes: length) }
        guard length <= limit.bytes else { throw .tooLarge(lengthBytes: length, limitBytes: limit.bytes) }

        let kindIndex = buffer.readerIndex + Frame.lengthFieldBytes
        guard let (kindNumber, flagBits) = buffer.getMultipleIntegers(at: kindIndex, as: (UInt8, UInt8).self)
        else { return length }
        let kind = FrameKind(rawValue: kindNumber)
        if case .unknown = kind, !FrameFlags(rawValue: flagBits).contains(.optional) {
            throw .unknownKind(kindNumber)
        }
        let bodyBytes = length - Frame.headBytes
        if let fixed = kind.fixedBodyBytes, fixed != bodyBytes {
            throw .wrongBodyLength(kind, bodyBytes: bodyBytes)
        }
        return length
    }
}
