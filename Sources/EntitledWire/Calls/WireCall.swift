package import EntitledCore
package import NIOCore
package import SwiftProtobuf

/// How one method's call and answer travel: the one binding of messages to the domain that every door and the SDK use.
///
/// A server reads calls from anybody, so ``init(message:)`` checks every field. A client reads answers from a server
/// that may be newer, so ``answer(from:)`` refuses what it can't understand.
package protocol WireCall: Sendable {
    associatedtype Answer: Sendable
    associatedtype CallMessage: SwiftProtobuf.Message
    associatedtype AnswerMessage: SwiftProtobuf.Message
    static var method: Method { get }
    /// - Throws: ``EntitledError`` `invalid_field` that names the field as the message does.
    init(message: CallMessage) throws(EntitledError)
    var message: CallMessage { get }
    /// - Throws: ``EntitledError`` `internal` if the answer can't be understood.
    static func answer(from message: AnswerMessage) throws(EntitledError) -> Answer
    static func message(of answer: Answer) -> AnswerMessage

    // Without the messages, for calls of which there are many (``InPlaceCall``); nil asks for the messages.
    static func readInPlace(_ call: ByteBuffer) -> Self?
    static func readInPlace(_ answer: ByteBuffer) -> Answer?
    func writtenInPlace() -> ByteBuffer?
    static func writtenInPlace(_ answer: Answer) -> ByteBuffer?
}

extension WireCall {
    package static func readInPlace(_ call: ByteBuffer) -> Self? { nil }
    package static func readInPlace(_ answer: ByteBuffer) -> Answer? { nil }
    package func writtenInPlace() -> ByteBuffer? { nil }
    package static func writtenInPlace(_ answer: Answer) -> ByteBuffer? { nil }

    /// The call that a request's message is; unknown fields are passed over.
    ///
    /// - Throws: ``EntitledError`` `malformed_request` if the bytes are no such message, `invalid_field` if one of its
    ///   fields is not allowed.
    @inlinable
    package static func decodeCall(_ bytes: ByteBuffer) throws(EntitledError) -> Self {
        if let call: Self = readInPlace(bytes) { return call }
        guard let message = bytes.decoded(as: CallMessage.self) else {
            throw EntitledError(.malformedRequest, "the message is no \(CallMessage.protoMessageName)")
        }
        return try Self(message: message)
    }

    /// The message of a response with this answer.
    ///
    /// - Throws: ``EntitledError`` `internal` if it is too long for any message (2 GiB).
    @inlinable
    package static func encode(_ answer: Answer) throws(EntitledError) -> ByteBuffer {
        if let bytes = writtenInPlace(answer) { return bytes }
        return try bytes(of: message(of: answer))
    }

    /// The message of a request that makes this call.
    ///
    /// - Throws: ``EntitledError`` `internal` if it is too long for any message (2 GiB).
    @inlinable
    package func encodeCall() throws(EntitledError) -> ByteBuffer {
        if let bytes = writtenInPlace() { return bytes }
        return try Self.bytes(of: message)
    }

    /// The answer that a response's message is; unknown fields are passed over.
    ///
    /// - Throws: ``EntitledError`` `internal` if the bytes are no such message, or one that this version can't
    ///   understand.
    @inlinable
    package static func decodeAnswer(_ bytes: ByteBuffer) throws(EntitledError) -> Answer {
        if let answer: Answer = readInPlace(bytes) { return answer }
        guard let message = bytes.decoded(as: AnswerMessage.self) else {
            throw EntitledError(.internalError, "the server's answer is no \(AnswerMessage.protoMessageName)")
        }
        return try answer(from: message)
    }

    @usableFromInline
    static func bytes(of message: some SwiftProtobuf.Message) throws(EntitledError) -> ByteBuffer {
        do {
            return try ByteBuffer(encoding: message)
        } catch {
            throw EntitledError(.internalError, "\(method.name): \(error)")
        }
    }
}

/// A value that calls and answers carry, and the message that it travels as.
package protocol WireRecord: Sendable {
    associatedtype Message: SwiftProtobuf.Message
    /// - Throws: ``EntitledError``, which names the field as the message does: `invalid_field` if a caller wrote what
    ///   is not allowed, `internal` if what a server wrote can't be understood.
    init(_ message: Message, by reading: Reading) throws(EntitledError)
    var message: Message { get }
}

extension WireCall where Answer: WireRecord, AnswerMessage == Answer.Message {
    package static func answer(from message: AnswerMessage) throws(EntitledError) -> Answer {
        try Answer(message, by: .answer)
    }

    package static func message(of answer: Answer) -> AnswerMessage {
        answer.message
    }
}
