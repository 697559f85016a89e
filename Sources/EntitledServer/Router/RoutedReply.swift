package import EntitledCore
import EntitledWire
package import NIOCore

/// What a call came to.
package enum RoutedReply: Sendable {
    case answered(Answer)
    case failed(EntitledError)

    package struct Answer: Sendable {
        /// The method's answer as protobuf.
        package var message: ByteBuffer
        /// The journal line that bears the decision; nil if none does.
        package var journalNumber: Int64?
        /// Whether it is the answer that an earlier request with the same id got.
        package var isRepeated = false
    }
}

extension Entitled_V1_ResponseHeader {
    init(_ answer: RoutedReply.Answer) {
        self.init()
        replayed = answer.isRepeated
        journalNumber = UInt64(clamping: answer.journalNumber ?? 0)
    }

    init(_ error: EntitledError) {
        self.init()
        status = error.status.rawValue
        reason = error.reason.name
        message = error.message
        details = error.details
        if let retryAfter = error.retryAfter {
            retryAfterMs = UInt32(clamping: max(1, Int64(retryAfter / .milliseconds(1))))
        }
    }

    /// Where there is no room for them: the status and the reason say what matters.
    mutating func dropTexts() {
        message = ""
        details = [:]
    }
}
