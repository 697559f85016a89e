package import NIOCore
package import SwiftProtobuf

/// A body that can't be read, or not be made. The connection lives on: a server answers the call with
/// `malformed_request`, a client fails the call.
package enum BodyError: Error, Hashable, Sendable {
    /// The body ends within the two bytes of its header's length.
    case truncated(bodyBytes: Int)
    /// The header would end beyond the body.
    case headerBeyondBody(headerBytes: Int, availableBytes: Int)
    /// The header is no such protobuf message.
    case undecodableHeader
    /// A request id that is neither empty nor 16 bytes long.
    case invalidRequestID(bytes: Int)
    /// The message is no such protobuf message.
    case undecodableMessage
    /// A header too long for its two length bytes, on the way out.
    case headerTooLong(headerBytes: Int)
    /// A message that protobuf can't write: 2 GiB or more.
    case unencodableMessage
}

extension BodyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let bytes): "a body of \(bytes) bytes has no room for its header's length"
        case .headerBeyondBody(let header, let available):
            "a header of \(header) bytes in a body with \(available) left"
        case .undecodableHeader: "the header can't be decoded"
        case .invalidRequestID(let bytes):
            "a request id of \(bytes) bytes; it has \(ProtocolLimits.requestIDBytes) or none"
        case .undecodableMessage: "the message can't be decoded"
        case .headerTooLong(let bytes): "a header of \(bytes) bytes is over \(ProtocolLimits.callHeaderBytes)"
        case .unencodableMessage: "the message can't be encoded"
        }
    }
}

/// A protobuf message that stands before a call's own message.
package protocol CallHeader: SwiftProtobuf.Message, InPlaceHeader, Equatable, Sendable {
    /// Checks what protobuf can't say.
    func validate() throws(BodyError)
}

extension Entitled_V1_RequestHeader: CallHeader {
    package func validate() throws(BodyError) {
        guard requestID.isEmpty || requestID.count == ProtocolLimits.requestIDBytes else {
            throw .invalidRequestID(bytes: requestID.count)
        }
    }
}

extension Entitled_V1_ResponseHeader: CallHeader {
    package func validate() throws(BodyError) {}
}

/// The body of a request, a response or an item (proto-spec/PROTOCOL.md, "Calls"): `u16` big-endian length of the
/// header, header, message.
package struct CallBody<Header: CallHeader>: Equatable, Sendable {
    package var header: Header
    /// The message as it travels; empty for a message without set fields, and after a status other than OK.
    package var message: ByteBuffer

    @inlinable
    package init(header: Header, message: ByteBuffer = ByteBuffer()) {
        self.header = header
        self.message = message
    }

    /// - Throws: ``BodyError/unencodableMessage``.
    package init(header: Header, encoding message: some SwiftProtobuf.Message) throws(BodyError) {
        self.init(header: header, message: try ByteBuffer(encoding: message))
    }

    static func split(_ body: ByteBuffer) throws(BodyError) -> CallBody {
        var rest = body
        guard let headerBytes = rest.readInteger(as: UInt16.self).map(Int.init) else {
            throw .truncated(bodyBytes: body.readableBytes)
        }
        guard let encoded = rest.readSlice(length: headerBytes) else {
            throw .headerBeyondBody(headerBytes: headerBytes, availableBytes: rest.readableBytes)
        }
        guard let header = encoded.withUnsafeReadableBytes({ Header(inPlace: $0) }) ?? encoded.decoded(as: Header.self)
        else { throw .undecodableHeader }
        try header.validate()
        return CallBody(header: header, message: rest)
    }

    func join() throws(BodyError) -> ByteBuffer {
        let inPlace = FieldWriter.withBytes({ header.writeInPlace(&$0) }, { Self.body($0, message) })
        if let inPlace { return inPlace }
        let encoded = try ByteBuffer(encoding: header)
        let headerBytes = encoded.readableBytes
        guard headerBytes <= UInt16.max else { throw .headerTooLong(headerBytes: headerBytes) }
        return encoded.withUnsafeReadableBytes { Self.body($0, message) }
    }

    private static func body(_ header: UnsafeRawBufferPointer, _ message: ByteBuffer) -> ByteBuffer {
        var body = ByteBuffer()
        body.reserveCapacity(MemoryLayout<UInt16>.size + header.count + message.readableBytes)
        body.writeInteger(UInt16(header.count))
        body.writeBytes(header)
        body.writeImmutableBuffer(message)
        return body
    }

    /// - Throws: ``BodyError/undecodableMessage``.
    package func decodedMessage<Message: SwiftProtobuf.Message>(
        as type: Message.Type = Message.self
    ) throws(BodyError) -> Message {
        guard let decoded = message.decoded(as: type) else { throw .undecodableMessage }
        return decoded
    }
}

extension CallBody {
    /// The bytes that a frame of that length leaves to the message behind a header without set fields.
    package static func messageBytes(inFrameOf lengthBytes: Int) -> Int {
        lengthBytes - Frame.headBytes - MemoryLayout<UInt16>.size
    }
}

package typealias RequestBody = CallBody<Entitled_V1_RequestHeader>
package typealias ResponseBody = CallBody<Entitled_V1_ResponseHeader>

// For each header by itself: other modules would call the generic functions as such, and look up types at every call.

extension RequestBody {
    /// Splits a frame's body. The message shares the body's storage.
    ///
    /// - Throws: ``BodyError`` for a body without a whole, decodable, valid header.
    package static func read(from body: ByteBuffer) throws(BodyError) -> RequestBody { try split(body) }

    /// The body as it travels.
    ///
    /// - Throws: ``BodyError/headerTooLong(headerBytes:)`` if the header's texts are far beyond reason.
    package func joined() throws(BodyError) -> ByteBuffer { try join() }
}

extension ResponseBody {
    /// Splits a frame's body. The message shares the body's storage.
    ///
    /// - Throws: ``BodyError`` for a body without a whole, decodable, valid header.
    package static func read(from body: ByteBuffer) throws(BodyError) -> ResponseBody { try split(body) }

    /// The body as it travels.
    ///
    /// - Throws: ``BodyError/headerTooLong(headerBytes:)`` if the header's texts are far beyond reason.
    package func joined() throws(BodyError) -> ByteBuffer { try join() }
}
