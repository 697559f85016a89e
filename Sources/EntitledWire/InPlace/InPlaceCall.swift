import EntitledCore
import NIOCore

/// A call that is read and written without its generated message, because there are so many of it: that takes a small
/// part of the time. Where one of these functions gives up, the generated message does it, and has the last word.
protocol InPlaceCall: WireCall {
    /// - Returns: nil if there is anything but what a caller usually sends, be it wrong or only rare.
    static func readCall(_ fields: inout FieldReader) -> Self?
    /// - Returns: nil if there is anything but what a server usually answers.
    static func readAnswer(_ fields: inout FieldReader) -> Answer?
    func writeCall(_ fields: inout FieldWriter)
    /// - Returns: false if the answer is a rare one; then nothing that was written counts.
    static func writeAnswer(_ answer: Answer, _ fields: inout FieldWriter) -> Bool
}

/// A header that is read and written in place, as ``InPlaceCall`` is.
package protocol InPlaceHeader {
    /// - Returns: nil if there is anything that headers seldom have.
    init?(inPlace bytes: UnsafeRawBufferPointer)
    /// - Returns: false if it has what headers seldom have; then nothing was written.
    func writeInPlace(_ fields: inout FieldWriter) -> Bool
}

/// Bytes that do for nearly every message, so that its buffer is allocated once.
enum InPlace {
    static let messageBytes = 256
    static let headerBytes = 64
}

extension InPlaceCall {
    package static func readInPlace(_ call: ByteBuffer) -> Self? { call.readInPlace(readCall) }
    package static func readInPlace(_ answer: ByteBuffer) -> Answer? { answer.readInPlace(readAnswer) }

    package func writtenInPlace() -> ByteBuffer? {
        var fields = FieldWriter(capacity: InPlace.messageBytes)
        writeCall(&fields)
        return fields.buffer
    }

    package static func writtenInPlace(_ answer: Answer) -> ByteBuffer? {
        var fields = FieldWriter(capacity: InPlace.messageBytes)
        return writeAnswer(answer, &fields) ? fields.buffer : nil
    }
}

extension ByteBuffer {
    fileprivate func readInPlace<Value>(_ read: (inout FieldReader) -> Value?) -> Value? {
        withUnsafeReadableBytes { bytes in
            var fields = FieldReader(bytes)
            guard let value = read(&fields), !fields.isUnusual else { return nil }
            return value
        }
    }
}
