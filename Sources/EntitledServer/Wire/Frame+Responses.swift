import EntitledCore
import EntitledWire
import NIOCore

extension Frame {
    /// The response that a call wasn't answered, and why.
    static func failure(_ error: EntitledError, _ callID: UInt32) -> Frame {
        var header = Entitled_V1_ResponseHeader()
        header.status = error.status.rawValue
        header.reason = error.reason.name
        header.message = error.message
        header.details = error.details
        if let retryAfter = error.retryAfter {
            header.retryAfterMs = UInt32(clamping: max(1, Int64(retryAfter / .milliseconds(1))))
        }
        if let frame = try? Frame.response(ResponseBody(header: header), callID: callID) { return frame }
        // Texts beyond 64 KiB: the status and the reason say what matters.
        header.message = ""
        header.details = [:]
        return (try? .response(ResponseBody(header: header), callID: callID)) ?? Frame(kind: .response, callID: callID)
    }

    /// The response with a call's reply; `frame_too_large` if it is longer than the connection allows.
    static func reply(_ reply: RoutedReply, _ callID: UInt32, limitBytes: Int) -> Frame {
        switch reply {
        case .failed(let error): return failure(error, callID)
        case .answered(let answer):
            var header = Entitled_V1_ResponseHeader()
            header.replayed = answer.isRepeated
            header.journalNumber = UInt64(clamping: answer.journalNumber ?? 0)
            guard
                let frame = try? Frame.response(ResponseBody(header: header, message: answer.message), callID: callID)
            else {
                return failure(EntitledError(.internalError, "the answer can't be encoded"), callID)
            }
            guard frame.lengthBytes <= limitBytes else {
                let problem = "the answer is longer than the \(limitBytes) bytes of a frame; ask for less at a time"
                return failure(EntitledError(.frameTooLarge, problem), callID)
            }
            return frame
        }
    }
}
