/// What a frame is for (proto-spec/PROTOCOL.md, "Kinds"). The numbers are given away for ever.
package enum FrameKind: Hashable, Sendable {
    /// Client → server, first of all: revision, credentials, wishes.
    case hello
    /// Server → client: the hello was good; what was settled.
    case welcome
    /// Client → server: a call.
    case request
    /// Server → client: a call's only, and last, answer.
    case response
    /// Server → client: one item of a stream.
    case item
    /// Client → server: how many more items of a stream may be sent.
    case credit
    /// Client → server: a call need not be begun any more.
    case cancel
    /// Either way: is anybody there?
    case ping
    /// Either way: the answer to a ping, with its bytes.
    case pong
    /// Either way: no further calls on this connection.
    case goAway
    /// A kind that this revision doesn't know.
    case unknown(UInt8)
}

extension FrameKind: RawRepresentable {
    package init(rawValue: UInt8) {
        self =
            switch rawValue {
            case 1: .hello
            case 2: .welcome
            case 3: .request
            case 4: .response
            case 5: .item
            case 6: .credit
            case 7: .cancel
            case 8: .ping
            case 9: .pong
            case 10: .goAway
            default: .unknown(rawValue)
            }
    }

    package var rawValue: UInt8 {
        switch self {
        case .hello: 1
        case .welcome: 2
        case .request: 3
        case .response: 4
        case .item: 5
        case .credit: 6
        case .cancel: 7
        case .ping: 8
        case .pong: 9
        case .goAway: 10
        case .unknown(let rawValue): rawValue
        }
    }
}

extension FrameKind {
    /// The length of the body in bytes, where the kind fixes it.
    var fixedBodyBytes: Int? {
        switch self {
        case .cancel: 0
        case .credit: MemoryLayout<UInt32>.size
        case .ping, .pong: MemoryLayout<UInt64>.size
        case .hello, .welcome, .request, .response, .item, .goAway, .unknown: nil
        }
    }

    /// Whether the frame belongs to one call, so that call id 0 has no meaning in it.
    var belongsToCall: Bool {
        switch self {
        case .request, .response, .item, .credit, .cancel: true
        case .hello, .welcome, .ping, .pong, .goAway, .unknown: false
        }
    }
}

/// A frame's flags. Bits that this revision doesn't know are kept and mean nothing.
package struct FrameFlags: OptionSet, Hashable, Sendable {
    /// A receiver that doesn't know the frame's kind passes over it instead of refusing it.
    package static let optional = FrameFlags(rawValue: 1)

    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }
}
