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

enum InPlace {
    /// The longest message that is written in place; nearly all are. So many bytes are taken from the stack.
    static let messageBytes = 1_024
}

extension InPlaceCall {
    package static func readInPlace(_ call: ByteBuffer) -> Self? { call.readInPlace(readCall) }
    package static func readInPlace(_ answer: ByteBuffer) -> Answer? { answer.readInPlace(readAnswer) }

    package func writtenInPlace() -> ByteBuffer? {
        FieldWriter.bytes { fields in
            writeCall(&fields)
            return true
        }
    }

    package static func writtenInPlace(_ answer: Answer) -> ByteBuffer? {
        FieldWriter.bytes { writeAnswer(answer, &$0) }
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
