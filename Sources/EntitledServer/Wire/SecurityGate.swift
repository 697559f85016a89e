import EntitledWire
import NIOCore
import NIOTLS

/// What a connection's logic reads: that TLS is up, then frames.
enum ConnectionInput: Sendable {
    case secured
    /// Those that arrived together.
    case frames([Frame])
    case violation(FrameError)
}

/// Lets only connections through whose handshake settled `entitled/1`, and closes others without a frame. Hands on
/// together what arrives together: each hand-over to a connection's task costs as much as several frames.
final class SecurityGate: ChannelInboundHandler {
    typealias InboundIn = InboundFrame
    typealias InboundOut = ConnectionInput

    /// Handed on at this many at the latest.
    private static let gatheredFrames = 64

    private var gathered: [Frame] = []

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let settled)? = event as? TLSUserEvent {
            guard settled == ProtocolLimits.applicationProtocol else {
                context.close(promise: nil)
                return
            }
            context.fireChannelRead(wrapInboundOut(.secured))
            // No bytes came with it, so nobody else says that this read is complete.
            context.fireChannelReadComplete()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .frame(let frame):
            gathered.append(frame)
            if gathered.count >= Self.gatheredFrames { handOn(context) }
        case .violation(let error):
            handOn(context)
            context.fireChannelRead(wrapInboundOut(.violation(error)))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        handOn(context)
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        handOn(context)
        context.fireChannelInactive()
    }

    private func handOn(_ context: ChannelHandlerContext) {
        guard !gathered.isEmpty else { return }
        let frames = gathered
        gathered = []
        context.fireChannelRead(wrapInboundOut(.frames(frames)))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A violation has come as input already; as an error it would end the connection before its goaway.
        guard !(error is FrameError) else { return }
        context.fireErrorCaught(error)
    }
}

@available(*, unavailable)
extension SecurityGate: Sendable {}
