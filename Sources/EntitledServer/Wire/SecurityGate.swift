import EntitledWire
import NIOCore
import NIOTLS

/// What a connection's logic reads: that TLS is up, then frames.
enum ConnectionInput: Sendable {
    case secured
    case frame(Frame)
    case violation(FrameError)
}

/// Lets only connections through whose handshake settled `entitled/1`; closes others without a frame.
final class SecurityGate: ChannelInboundHandler {
    typealias InboundIn = InboundFrame
    typealias InboundOut = ConnectionInput

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
        case .frame(let frame): context.fireChannelRead(wrapInboundOut(.frame(frame)))
        case .violation(let error): context.fireChannelRead(wrapInboundOut(.violation(error)))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A violation has come as input already; as an error it would end the connection before its goaway.
        guard !(error is FrameError) else { return }
        context.fireErrorCaught(error)
    }
}

@available(*, unavailable)
extension SecurityGate: Sendable {}
