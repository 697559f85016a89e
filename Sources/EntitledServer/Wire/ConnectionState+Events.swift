import EntitledWire
import NIOCore

/// One request, told apart from a later one with the same call id.
struct Call: Hashable, Sendable {
    let id: UInt32
    let serial: UInt64
}

extension ConnectionState {
    enum Event: Sendable {
        /// TLS and the protocol's name are settled.
        case secured
        case received(Frame)
        case violated(FrameError)
        /// The hello's credentials are good; here is the welcome.
        case admitted(welcome: Frame)
        case rejected(Farewell)
        /// A call's work has come to its end, with this response.
        case ended(Call, response: Frame)
        /// The server goes down.
        case mustDrain
        /// The connection's key was revoked.
        case revoked
        /// Time has passed.
        case tick
        /// The peer is gone.
        case disconnected
    }

    enum Action: Sendable {
        case none
        case authenticate(Greeting)
        /// Begin the call whose request has this body.
        case begin(Call, ByteBuffer)
        /// Work that isn't wanted any more: it is dropped unless a batch has taken it. So below.
        case drop([Work])
        case send(Frame)
        /// Send it, then close.
        case sendLast(Frame)
        /// The deadlines of the calls with these ids have passed: say so, and drop their work.
        case expire([UInt32], [Work])
        /// Say goodbye, drop the work, then close.
        case farewell(Farewell, [Work])
        /// Drop the work, then close.
        case close([Work])
        /// Drop the work, and close without waiting for what has not been sent.
        case abort([Work])
    }

    enum Phase: Hashable, Sendable {
        /// The TLS handshake is under way. → awaitingHello, closed
        case handshaking
        /// → authenticating, closed
        case awaitingHello
        /// The hello's credentials are being looked up. → serving, closed
        case authenticating
        /// → draining, closed
        case serving
        /// Calls in flight are answered, others not taken. → closed
        case draining(Drain)
        /// Nothing that arrives counts any more. Last frames may still be on their way out, until the instant.
        case closed(abortAt: ContinuousClock.Instant?)
    }

    enum Drain: Hashable, Sendable {
        /// The server's goaway went out then. → byClient
        case byServer(since: ContinuousClock.Instant)
        /// The client's goaway came then.
        case byClient(since: ContinuousClock.Instant)

        var since: ContinuousClock.Instant {
            switch self {
            case .byServer(let since), .byClient(let since): since
            }
        }
    }
}

extension ConnectionState.Action: Equatable where Work: Equatable {}
