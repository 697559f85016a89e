internal import EntitledCore
internal import EntitledWire
internal import Logging
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// The innermost handler of a connection's channel: tells ``ConnectionState`` what happens and carries out what it
/// says.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = InboundFrame
    typealias OutboundOut = Frame

    /// An attempt's response.
    typealias Delivery = (attempt: AttemptID, body: ByteBuffer)

    /// What is sent if the state says so, or goes back.
    private struct Outgoing {
        let request: CallRequest
        /// Of the request's frame.
        let body: ByteBuffer
    }

    private let id: ConnectionID
    private let hello: Entitled_V1_Hello
    /// Nil if the server was asked for by its address.
    private let serverName: ServerName?
    private let logger: Logger
    private let pool: ConnectionPool
    private var state: ConnectionState
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var maximumFrameBytes = ProtocolLimits.unauthenticatedFrameBytes
    /// One look at the clock serves all frames of a read.
    private var readAt: ContinuousClock.Instant?
    /// Handed over together at the end of a read.
    private var deliveries: [Delivery] = []
    private var isUnflushed = false
    private var failure: EntitledError?

    init(
        _ id: ConnectionID, hello: Entitled_V1_Hello, serverName: ServerName?,
        timing: ConnectionState.Timing, pool: ConnectionPool, logger: Logger
    ) {
        self.id = id
        self.hello = hello
        self.serverName = serverName
        self.pool = pool
        self.logger = logger
        state = ConnectionState(timing: timing)
    }

    // MARK: What happens

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        tell(.timer(now: .now))
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        tell(.closed(failure))
        timer?.cancel()
        self.context = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let applicationProtocol) = event as? TLSUserEvent {
            let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
            if let serverName, !serverName.isBorne(by: certificate) {
                tell(.closed(.untrusted("its certificate is another name's")))
            } else {
                tell(.established(applicationProtocol: applicationProtocol, now: .now))
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = readAt ?? .now
        readAt = now
        perform(state.handle(.received(ConnectionState.Inbound(unwrapInboundIn(data)), now: now)))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        readAt = nil
        handOver()
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        tell(.closed(failure))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The frame codec has said the same in its own way.
        guard !(error is FrameError) else { return }
        failure = failure ?? EntitledError(connecting: error)
        context.close(promise: nil)
    }

    /// On the event loop.
    func carryOut(_ orders: [Connection.Order]) {
        // Deadlines travel as time left: it counts from here.
        let now = ContinuousClock.now
        for order in orders {
            switch order {
            case .call(let attempt, let request): send(attempt, request, now)
            case .withdraw(let attempt): perform(state.handle(.withdraw(attempt)))
            case .finish: perform(state.handle(.finish))
            case .abort: perform(state.handle(.abort))
            }
        }
        handOver()
    }

    // MARK: What is done

    private func tell(_ event: ConnectionState.Event) {
        perform(state.handle(event))
        handOver()
    }

    private func send(_ attempt: AttemptID, _ request: CallRequest, _ now: ContinuousClock.Instant) {
        do {
            let body = try request.body(at: now)
            let lengthBytes = Frame(kind: .request, body: body).lengthBytes
            guard lengthBytes <= maximumFrameBytes else {
                return pool.rejected(id, attempt, .tooLarge(lengthBytes, limitBytes: maximumFrameBytes))
            }
            perform(state.handle(.call(attempt)), Outgoing(request: request, body: body))
        } catch {
            pool.rejected(id, attempt, EntitledError(.internalError, "the request can't be made: \(error)"))
        }
    }

    private func perform(_ actions: consuming Few<ConnectionState.Action>, _ outgoing: Outgoing? = nil) {
        actions.each { action in
            switch action {
            case .sendHello: write { () throws(BodyError) in try .hello(hello) }
            case .welcome(let welcome): adopt(welcome)
            case .sendRequest(let callID):
                guard let outgoing else { return }
                write { Frame(kind: .request, callID: callID, body: outgoing.body) }
            case .bounce(let attempt):
                guard let outgoing else { return }
                pool.bounced(id, attempt, outgoing.request)
            case .sendCancel(let callID): write { .cancel(callID: callID) }
            case .sendPing: write { .ping(token: UInt64.random(in: .min ... .max)) }
            case .sendPong(let token): write { Frame(kind: .pong, body: ByteBuffer(integer: token)) }
            case .sendGoAway(let error):
                write { () throws(BodyError) in try .goAway(error?.goAway ?? Entitled_V1_GoAway()) }
            case .deliver(let attempt, let body): deliveries.append((attempt, body))
            case .drain:
                logger.debug("the server drains the connection")
                pool.draining(id)
            case .connectFailed(let error): pool.connectFailed(id, error)
            case .ended(let lost, let error): end(lost, error)
            case .wake(let instant): wake(at: instant)
            case .close:
                handOver()
                context?.close(promise: nil)
            }
        }
    }

    private func adopt(_ welcome: ConnectionState.Welcome) {
        guard let context else { return }
        maximumFrameBytes = welcome.maximumFrameBytes
        context.triggerUserOutboundEvent(FrameLimitChange(limitBytes: maximumFrameBytes), promise: nil)
        pool.connected(id, Connection(self, eventLoop: context.eventLoop), maximumCalls: welcome.maximumCalls)
    }

    private func end(_ lost: [AttemptID], _ error: EntitledError?) {
        // Answers that came before the end count.
        handOver()
        if let error {
            logger.info("a connection was lost", metadata: ["error": "\(error)", "calls": "\(lost.count)"])
        }
        pool.ended(id, lost, error)
    }

    private func write(_ frame: () throws(BodyError) -> Frame) {
        guard let context else { return }
        do {
            context.write(wrapOutboundOut(try frame()), promise: nil)
            isUnflushed = true
        } catch {
            logger.error("a frame can't be made", metadata: ["error": "\(error)"])
            context.close(promise: nil)
        }
    }

    private func wake(at instant: ContinuousClock.Instant) {
        timer?.cancel()
        timer = context?.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(instant - .now)) {
            self.tell(.timer(now: .now))
        }
    }

    private func handOver() {
        if isUnflushed {
            isUnflushed = false
            context?.flush()
        }
        if !deliveries.isEmpty {
            pool.finished(id, deliveries)
            deliveries.removeAll(keepingCapacity: true)
        }
    }
}

@available(*, unavailable)
extension ConnectionHandler: Sendable {}

extension ConnectionState.Inbound {
    init(_ inbound: InboundFrame) {
        switch inbound {
        case .violation(let error): self = .violation(error)
        case .frame(let frame): self.init(frame)
        }
    }

    private init(_ frame: Frame) {
        switch frame.kind {
        case .welcome: self = Self.welcome(frame).map(Self.welcome) ?? .violation(.unexpected(.welcome))
        case .response: self = .response(callID: frame.callID, frame.body)
        case .item: self = .item
        case .ping: self = frame.pingToken.map(Self.ping) ?? .violation(.unexpected(.ping))
        case .pong: self = .pong
        case .goAway:
            guard let goAway = try? frame.message(as: Entitled_V1_GoAway.self) else {
                self = .violation(.unexpected(.goAway))
                return
            }
            let error = goAway.status == 0 ? EntitledError(.draining, goAway.message) : EntitledError(goAway)
            self = .goAway(error, drains: error.status == .unavailable)
        case .hello, .request, .credit, .cancel, .unknown: self = .violation(.unexpected(frame.kind))
        }
    }

    /// Nil if it isn't one, or says what the protocol doesn't allow.
    private static func welcome(_ frame: Frame) -> ConnectionState.Welcome? {
        guard let welcome = try? frame.message(as: Entitled_V1_Welcome.self),
            welcome.version == ProtocolLimits.revision,
            (ProtocolLimits.unauthenticatedFrameBytes...ProtocolLimits.frameBytes)
                .contains(Int(welcome.maxFrameBytes)), welcome.maxCallsInFlight > 0
        else { return nil }
        return ConnectionState.Welcome(
            maximumFrameBytes: Int(welcome.maxFrameBytes), maximumCalls: Int(welcome.maxCallsInFlight))
    }
}
