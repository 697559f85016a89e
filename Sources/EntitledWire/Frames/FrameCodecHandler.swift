package import NIOCore

/// What ``FrameCodecHandler`` hands inward.
package enum InboundFrame: Hashable, Sendable {
    case frame(Frame)
    /// The peer broke the protocol. Nothing comes after it: say `goAway`, then close.
    case violation(FrameError)
}

/// Outbound user event: changes a connection's greatest frame length, for both directions, from the next frame on.
///
/// A server triggers it before it writes the welcome, a client when it has read the welcome. Events and writes of one
/// channel keep their order, so nothing that the welcome allows can meet the old limit.
package struct FrameLimitChange: Hashable, Sendable {
    /// In bytes; brought into the protocol's range if outside.
    package var limitBytes: Int

    package init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }
}

/// Bytes to frames and back.
///
/// - Inward: ``InboundFrame``. After a violation it also fires the ``FrameError`` as `errorCaught`, and drops whatever
///   still arrives without looking at it, so that the farewell isn't lost to a reset for unread bytes.
/// - Outward: ``Frame``. All frames between two flushes become one write, hence as few TLS records as possible. A frame
///   over the limit fails its promise with ``FrameError/tooLarge(lengthBytes:limitBytes:)`` and nothing of it is sent;
///   whoever writes without a promise compares ``Frame/lengthBytes`` first.
package final class FrameCodecHandler: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = InboundFrame
    package typealias OutboundIn = Frame
    package typealias OutboundOut = ByteBuffer

    private enum Inbound {
        /// → violated
        case decoding(NIOSingleStepByteToMessageProcessor<FrameDecoder>)
        /// The end.
        case violated
    }

    /// Gathered frames are passed on unflushed at this size, so that what waits here stays bounded.
    private static let gatheredBytes = 64 << 10

    private let limit: FrameLimit
    private var inbound: Inbound
    private var gathered = ByteBuffer()
    private var gatheredPromise: EventLoopPromise<Void>?

    package init() {
        limit = FrameLimit()
        inbound = .decoding(NIOSingleStepByteToMessageProcessor(FrameDecoder(limit: limit)))
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // A copy, because frames keep what they are cut from: TLS reads on into the same buffer, and would copy all
        // that it ever held while any call of an earlier read is in flight.
        let bytes = ByteBuffer(buffer: unwrapInboundIn(data))
        decode(context: context) { processor, receive in
            try processor.process(buffer: bytes, receive)
        }
    }

    package func channelInactive(context: ChannelHandlerContext) {
        decode(context: context) { processor, receive in
            try processor.finishProcessing(seenEOF: true, receive)
        }
        failGathered(ChannelError.ioOnClosedChannel)
        context.fireChannelInactive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        failGathered(ChannelError.ioOnClosedChannel)
    }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let frame = unwrapOutboundIn(data)
        guard frame.lengthBytes <= limit.bytes else {
            promise?.fail(FrameError.tooLarge(lengthBytes: frame.lengthBytes, limitBytes: limit.bytes))
            return
        }
        gathered.writeFrame(frame)
        gatheredPromise.setOrCascade(to: promise)
        if gathered.readableBytes >= Self.gatheredBytes {
            writeGathered(context: context)
        }
    }

    package func flush(context: ChannelHandlerContext) {
        writeGathered(context: context)
        context.flush()
    }

    package func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard let change = event as? FrameLimitChange else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        limit.set(bytes: change.limitBytes)
        promise?.succeed()
    }

    private func decode(
        context: ChannelHandlerContext,
        step: (NIOSingleStepByteToMessageProcessor<FrameDecoder>, (Frame) -> Void) throws -> Void
    ) {
        guard case .decoding(let processor) = inbound else { return }
        do {
            try step(processor) { frame in
                context.fireChannelRead(wrapInboundOut(.frame(frame)))
            }
        } catch {
            inbound = .violated
            if let violation = error as? FrameError {
                context.fireChannelRead(wrapInboundOut(.violation(violation)))
            }
            context.fireErrorCaught(error)
        }
    }

    private func writeGathered(context: ChannelHandlerContext) {
        guard gathered.readableBytes > 0 else { return }
        let bytes = gathered
        let promise = gatheredPromise
        gathered = ByteBuffer()
        gatheredPromise = nil
        context.write(wrapOutboundOut(bytes), promise: promise)
    }

    private func failGathered(_ error: any Error) {
        gathered.clear()
        let promise = gatheredPromise
        gatheredPromise = nil
        promise?.fail(error)
    }
}

@available(*, unavailable)
extension FrameCodecHandler: Sendable {}
