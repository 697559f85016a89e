/// Every bound that the protocol names (proto-spec/PROTOCOL.md, "Limits"), in one place.
package enum ProtocolLimits {
    /// The name that client and server settle on in the TLS handshake (ALPN, RFC 7301).
    package static let applicationProtocol = "entitled/1"

    /// The revision of the protocol that this code speaks.
    package static let revision: UInt32 = 1

    /// The greatest frame length before the welcome, in bytes; no negotiation goes below it either. Like every frame
    /// length it counts what follows the four length bytes.
    package static let unauthenticatedFrameBytes = 16 << 10

    /// The greatest frame length that can be negotiated, in bytes.
    package static let frameBytes = 1 << 20

    /// The greatest length of a call's header, in bytes: what its two length bytes can say.
    package static let callHeaderBytes = Int(UInt16.max)

    /// The length of a request id, in bytes.
    package static let requestIDBytes = 16

    /// The greatest length of the API key in a hello, in bytes.
    package static let apiKeyBytes = 256

    /// The greatest length of the client's name in a hello, in bytes.
    package static let clientNameBytes = 128

    /// The greatest length of a request's trace context, in bytes (W3C Trace Context, version 00).
    package static let traceParentBytes = 55

    /// How many calls a server lets one connection have in flight unless it is configured otherwise.
    package static let callsInFlight = 4096

    /// The most commands of one batch.
    package static let batchItems = 1000

    /// What a batch's response keeps free for each item, in bytes: enough for all but texts and answers. So a frame of
    /// n bytes allows n / 64 items.
    package static let batchAnswerBytes = 64

    /// The most items of one stream that may be granted and not yet sent; more credit is cut to it.
    package static let streamCredit: UInt32 = 65_536

    /// The longest deadline that a request can ask for; a longer one is cut to it.
    package static let timeLeft: Duration = .seconds(600)

    /// From the accepted connection to a good hello.
    package static let authenticationTime: Duration = .seconds(5)

    /// How long nothing may arrive before a server pings.
    package static let pingInterval: Duration = .seconds(30)

    /// How long after a ping nothing may arrive before its sender takes the peer for dead and closes.
    package static let pongTime: Duration = .seconds(15)

    /// How long a server that drains waits for the calls in flight before it closes.
    package static let drainTime: Duration = .seconds(30)

    /// The frame length that both sides keep to from the welcome on.
    ///
    /// - Parameters:
    ///   - requested: `max_frame_bytes` of the hello; 0 leaves it to the server.
    ///   - offered: the server's own limit in bytes; brought into the protocol's range if outside.
    /// - Returns: the smaller of the two, or nil if the hello asks for what the protocol doesn't allow.
    package static func negotiatedFrameBytes(requested: UInt32, offered: Int = frameBytes) -> Int? {
        let offered = min(max(offered, unauthenticatedFrameBytes), frameBytes)
        guard requested != 0 else { return offered }
        guard (unauthenticatedFrameBytes...frameBytes).contains(Int(requested)) else { return nil }
        return min(Int(requested), offered)
    }
}
