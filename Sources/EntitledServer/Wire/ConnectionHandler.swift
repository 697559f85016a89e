import EntitledWire
import NIOCore
import NIOTLS

/// The innermost handler of a connection's channel: hands in what arrives, and writes what waits in the outbox. Closes
/// connections whose handshake didn't settle `entitled/1`, without a frame.
///
/// Calls are begun right here, on the event loop: handing each to another thread would cost more than beginning it.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = InboundFrame
    typealias OutboundIn = Never
    typealias OutboundOut = Frame

    private let connection: Connection
    private var context: ChannelHandlerContext?
    /// Whether more would have been read, had not too much waited to go out.
    private var owesRead = false

    init(_ connection: Connection) {
        self.connection = connection
    }

    // MARK: Inward

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        connection.outbox.setWriter { [eventLoop = context.eventLoop] in
            eventLoop.execute { handler.value.writeWaiting() }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let settled)? = event as? TLSUserEvent {
            guard settled == ProtocolLimits.applicationProtocol else {
                context.close(promise: nil)
                return
            }
            connection.secured()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .frame(let frame): connection.receive(frame)
        case .violation(let error): connection.violated(error)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A violation has come as input already; as an error it would end the connection before its goaway.
        guard !(error is FrameError) else { return }
        connection.broke(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.disconnected()
        context.fireChannelInactive()
    }

    // MARK: Outward

    /// Whoever doesn't take the replies isn't read from.
    func read(context: ChannelHandlerContext) {
        owesRead = connection.outbox.isCrowded
        if !owesRead { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writeWaiting()
        context.fireChannelWritabilityChanged()
    }

    private func writeWaiting() {
        guard let context, context.channel.isWritable else { return }
        let (frames, isLast) = connection.outbox.take()
        for frame in frames { context.write(wrapOutboundOut(frame), promise: nil) }
        if !frames.isEmpty { context.flush() }
        if isLast {
            context.close(promise: nil)
        } else if owesRead {
            read(context: context)
        }
    }
}

@available(*, unavailable)
extension ConnectionHandler: Sendable {}
