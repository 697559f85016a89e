package import EntitledCore

/// A frame that breaks the protocol. The connection can't go on: its receiver says goodbye with ``goAway`` and closes.
package enum FrameError: Error, Hashable, Sendable {
    /// The frame's length, in bytes, is over the connection's limit.
    case tooLarge(lengthBytes: Int, limitBytes: Int)
    /// The frame's length, in bytes, doesn't even hold kind, flags and call id.
    case tooShort(lengthBytes: Int)
    /// A kind that isn't known and not flagged optional.
    case unknownKind(UInt8)
    /// The body hasn't the length that the kind fixes.
    case wrongBodyLength(FrameKind, bodyBytes: Int)
    /// A frame of a call with call id 0.
    case missingCallID(FrameKind)
    /// A known kind at the wrong time or from the wrong side. The connection's logic finds this, not the decoder.
    case unexpected(FrameKind)
}

extension FrameError {
    /// The violation's stable name; the status goes with it.
    package var reason: ErrorReason {
        switch self {
        case .tooLarge: .frameTooLarge
        case .unknownKind: .unknownFrameKind
        case .tooShort, .wrongBodyLength, .missingCallID, .unexpected: .malformedFrame
        }
    }

    /// The farewell that tells the peer.
    package var goAway: Entitled_V1_GoAway {
        var goAway = Entitled_V1_GoAway()
        goAway.status = reason.status.rawValue
        goAway.reason = reason.name
        goAway.message = description
        return goAway
    }
}

extension FrameError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLarge(let length, let limit): "a frame of \(length) bytes is over the limit of \(limit)"
        case .tooShort(let length): "a frame of \(length) bytes is shorter than its head of \(Frame.headBytes)"
        case .unknownKind(let kind): "frame kind \(kind) is unknown and not optional"
        case .wrongBodyLength(let kind, let bytes): "a body of \(bytes) bytes is not that of a \(kind) frame"
        case .missingCallID(let kind): "a \(kind) frame needs a call id other than 0"
        case .unexpected(let kind): "a \(kind) frame is not expected now"
        }
    }
}
