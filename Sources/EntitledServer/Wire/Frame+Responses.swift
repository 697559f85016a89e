import EntitledCore
import EntitledWire
import NIOCore

extension Frame {
    /// The response that a call wasn't answered, and why.
    static func failure(_ error: EntitledError, _ callID: UInt32) -> Frame {
        var header = Entitled_V1_ResponseHeader(error)
        if let frame = try? Frame.response(ResponseBody(header: header), callID: callID) { return frame }
        // Texts beyond 64 KiB: the status and the reason say what matters.
        header.dropTexts()
        return (try? .response(ResponseBody(header: header), callID: callID)) ?? Frame(kind: .response, callID: callID)
    }

    /// The response with a call's reply; `frame_too_large` if it is longer than the connection allows.
    static func reply(_ reply: RoutedReply, _ callID: UInt32, limitBytes: Int) -> Frame {
        switch reply {
        case .failed(let error): return failure(error, callID)
        case .answered(let answer):
            let body = ResponseBody(header: Entitled_V1_ResponseHeader(answer), message: answer.message)
            guard let frame = try? Frame.response(body, callID: callID) else {
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
