import NIOCore
package import SwiftProtobuf

extension Frame {
    package static func hello(_ hello: Entitled_V1_Hello) throws(BodyError) -> Frame {
        Frame(kind: .hello, body: try ByteBuffer(encoding: hello))
    }

    package static func welcome(_ welcome: Entitled_V1_Welcome) throws(BodyError) -> Frame {
        Frame(kind: .welcome, body: try ByteBuffer(encoding: welcome))
    }

    package static func goAway(_ goAway: Entitled_V1_GoAway) throws(BodyError) -> Frame {
        Frame(kind: .goAway, body: try ByteBuffer(encoding: goAway))
    }

    package static func request(_ body: RequestBody, callID: UInt32) throws(BodyError) -> Frame {
        Frame(kind: .request, callID: callID, body: try body.joined())
    }

    package static func response(_ body: ResponseBody, callID: UInt32) throws(BodyError) -> Frame {
        Frame(kind: .response, callID: callID, body: try body.joined())
    }

    package static func item(_ body: ResponseBody, callID: UInt32) throws(BodyError) -> Frame {
        Frame(kind: .item, callID: callID, body: try body.joined())
    }

    package static func cancel(callID: UInt32) -> Frame {
        Frame(kind: .cancel, callID: callID)
    }

    /// - Parameter items: how many more items of the stream may be sent.
    package static func credit(items: UInt32, callID: UInt32) -> Frame {
        Frame(kind: .credit, callID: callID, body: ByteBuffer(integer: items))
    }

    /// - Parameter token: whatever helps the sender to know the pong again.
    package static func ping(token: UInt64) -> Frame {
        Frame(kind: .ping, body: ByteBuffer(integer: token))
    }

    /// The answer to a ping: the same bytes.
    package static func pong(answering ping: Frame) -> Frame {
        Frame(kind: .pong, body: ping.body)
    }

    /// The count of a credit frame, nil in any other.
    package var creditItems: UInt32? {
        kind == .credit ? body.getInteger(at: body.readerIndex) : nil
    }

    /// The token of a ping or pong frame, nil in any other.
    package var pingToken: UInt64? {
        kind == .ping || kind == .pong ? body.getInteger(at: body.readerIndex) : nil
    }

    /// The message that is the whole body: hello, welcome, goaway.
    ///
    /// - Throws: ``BodyError/undecodableMessage``.
    package func message<Message: SwiftProtobuf.Message>(
        as type: Message.Type = Message.self
    ) throws(BodyError) -> Message {
        guard let decoded = body.decoded(as: type) else { throw .undecodableMessage }
        return decoded
    }
}

extension ByteBuffer {
    /// - Throws: ``BodyError/unencodableMessage``.
    init(encoding message: some SwiftProtobuf.Message) throws(BodyError) {
        do {
            self = try (message.serializedBytes() as MessageBytes).buffer
        } catch {
            throw .unencodableMessage
        }
    }

    /// The message that the readable bytes are, nil if they aren't one.
    func decoded<Message: SwiftProtobuf.Message>(as type: Message.Type) -> Message? {
        try? Message(serializedBytes: MessageBytes(buffer: self))
    }
}

/// A buffer as SwiftProtobuf wants its bytes: read and written in place, without a copy.
private struct MessageBytes: SwiftProtobufContiguousBytes {
    var buffer: ByteBuffer

    init(buffer: ByteBuffer) {
        self.buffer = buffer
    }

    init(repeating byte: UInt8, count: Int) {
        buffer = ByteBuffer(repeating: byte, count: count)
    }

    init<Bytes: Sequence>(_ bytes: Bytes) where Bytes.Element == UInt8 {
        buffer = ByteBuffer(bytes: bytes)
    }

    var count: Int { buffer.readableBytes }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try buffer.withUnsafeReadableBytes(body)
    }

    mutating func withUnsafeMutableBytes<Result>(
        _ body: (UnsafeMutableRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try buffer.withUnsafeMutableReadableBytes(body)
    }
}
