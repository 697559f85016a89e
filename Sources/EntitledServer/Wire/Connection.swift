import EntitledCore
import EntitledService
import EntitledWire
import Logging
import NIOCore
import Synchronization

/// One client: carries out what its ``ConnectionState`` asks for. Its ``ConnectionHandler`` tells it what happens.
final class Connection: OpenConnection {
    /// What the welcome settled.
    fileprivate struct Session: Sendable {
        let principal: Principal
        let frameBytes: Int
        let logger: Logger
    }

    private struct Shared {
        var state: ConnectionState<any StartedCall>
        var session: Session?
    }

    /// What has to be done outside the lock.
    private enum Step {
        case none
        case authenticate(Greeting)
        case begin(Call, ByteBuffer, Session, arrived: ContinuousClock.Instant)
        case drop([any StartedCall])
        case farewell(Farewell, [any StartedCall])
        case abort([any StartedCall])
    }

    private let channel: any NIOCore.Channel
    private let limits: ConnectionLimits
    private let router: Router
    private let directory: any Directory
    private let logger: Logger
    let outbox = Outbox()
    private let shared: Mutex<Shared>
    /// Calls whose work has ended, with their responses, until the event loop comes by. A batch ends hundreds at once:
    /// each would wait for the lock that the event loop holds for what arrives meanwhile.
    private let endings = Mutex<[(call: Call, response: Frame)]>([])
    private let greeting = Announced<Greeting>()

    /// - Parameter turnedAway: if set, what to say instead of serving.
    init(
        _ channel: any NIOCore.Channel, limits: ConnectionLimits, router: Router, directory: any Directory,
        logger: Logger,
        turnedAway: Farewell?
    ) {
        self.channel = channel
        self.limits = limits
        self.router = router
        self.directory = directory
        self.logger = logger
        shared = Mutex(
            Shared(state: ConnectionState(limits: limits, accepted: .now, turnedAway: turnedAway)))
    }

    var key: KeyID? { shared.withLock { $0.session?.principal.key } }
    func revoke() { carryOut(.revoked) }
    func drain() { carryOut(.mustDrain) }
    func tick() { carryOut(.tick) }

    /// Greets the client, then waits until the connection has ended. Calls that a batch has taken by then go on without
    /// it.
    func run() async {
        await withTaskCancellationHandler {
            // There is none if it ends before.
            if let greeting = try? await greeting.value() { await authenticate(greeting) }
            try? await channel.closeFuture.get()
        } onCancel: {
            carryOut(.disconnected)
        }
    }
}

// MARK: - What the channel tells, on its event loop

extension Connection {
    func secured() { carryOut(.secured) }

    func violated(_ error: FrameError) { carryOut(.violated(error)) }

    func receive(_ frame: Frame) {
        switch carryOut(.received(frame)) {
        case .authenticate(let greeting): self.greeting.announce(.success(greeting))
        case .begin(let call, let body, let session, let arrived): start(call, body, session, arrived)
        case .none, .drop, .farewell, .abort: break
        }
    }

    /// It was reset, or closed while something waited to be written.
    func broke(_ error: any Error) {
        logger.debug("a connection broke", metadata: ["error": "\(error)"])
    }

    func disconnected() {
        carryOut(.disconnected)
        greeting.announce(.failure(ChannelError.eof))
    }
}

// MARK: - Events

extension Connection {
    @discardableResult
    private func carryOut(_ event: ConnectionState<any StartedCall>.Event) -> Step {
        let step = shared.withLock { advance(&$0, event, at: .now) }
        carryOut(step)
        return step
    }

    /// A call's work has come to its end; from whatever thread.
    private func ended(_ call: Call, response: Frame) {
        let isFirst = endings.withLock { endings in
            endings.append((call, response))
            return endings.count == 1
        }
        if isFirst { channel.eventLoop.execute { self.settleEndings() } }
    }

    private func settleEndings() {
        let gathered = endings.withLock { endings in
            let gathered = endings
            endings.removeAll(keepingCapacity: true)
            return gathered
        }
        let now = ContinuousClock.now
        let steps = shared.withLock { shared in
            gathered.map { advance(&shared, .ended($0.call, response: $0.response), at: now) }
        }
        for step in steps { carryOut(step) }
    }

    private func carryOut(_ step: Step) {
        switch step {
        case .drop(let calls): for call in calls { call.cancel() }
        case .farewell(let farewell, let calls):
            // Strangers can cause it at will, so it must not fill the log.
            logger.debug("a connection is refused", metadata: ["reason": "\(farewell.reason.name)"])
            for call in calls { call.cancel() }
        case .abort(let calls):
            channel.close(promise: nil)
            for call in calls { call.cancel() }
        case .none, .authenticate, .begin: break
        }
    }

    /// Under the lock, so that frames go out in the order in which the state has decided on them.
    private func advance(
        _ shared: inout Shared, _ event: ConnectionState<any StartedCall>.Event, at now: ContinuousClock.Instant
    ) -> Step {
        switch shared.state.handle(event, at: now) {
        case .none: return .none
        case .authenticate(let greeting): return .authenticate(greeting)
        case .begin(let call, let body):
            // Set before the state lets calls in.
            guard let session = shared.session else { return .none }
            return .begin(call, body, session, arrived: now)
        case .drop(let calls): return .drop(calls)
        case .send(let frame): outbox.push(frame)
        case .sendLast(let frame):
            outbox.push(frame)
            outbox.finish()
        case .expire(let ids, let calls):
            for id in ids { outbox.push(.failure(Self.expired, id)) }
            return .drop(calls)
        case .farewell(let farewell, let calls):
            outbox.push(farewell.frame)
            outbox.finish()
            return .farewell(farewell, calls)
        case .close(let calls):
            outbox.finish()
            return .drop(calls)
        case .abort(let calls):
            outbox.abandon()
            return .abort(calls)
        }
        return .none
    }

    private static let expired = EntitledError(
        .deadlineExceeded, "the deadline passed before the answer; ask again with the same request id to learn it")
}

// MARK: - Greeting

extension Connection {
    private func authenticate(_ greeting: Greeting) async {
        do {
            let key = APIKey(greeting.key)
            // A key that isn't even one is looked up like any other: neither the answer nor its time tells.
            let found = try await directory.principal(for: key ?? APIKey())
            guard key != nil, let principal = found else {
                carryOut(.rejected(.badCredentials))
                return
            }
            let welcome = try greeting.welcome(to: principal.tenant, limits: limits)
            // Takes effect before the welcome is written, hence before anything that it allows can arrive.
            try await channel.triggerUserOutboundEvent(FrameLimitChange(limitBytes: greeting.frameBytes)).get()
            admit(principal, greeting, welcome)
        } catch let error as StoreError {
            logger.warning(
                "credentials can't be looked up",
                metadata: ["failure": "\(error.failure)", "error": "\(error.message)"])
            carryOut(.rejected(.unavailable))
        } catch {
            logger.debug("a connection was lost while it was greeted", metadata: ["error": "\(error)"])
            carryOut(.disconnected)
        }
    }

    private func admit(_ principal: Principal, _ greeting: Greeting, _ welcome: Frame) {
        var logger = logger
        logger[metadataKey: "tenant"] = "\(principal.tenant)"
        logger[metadataKey: "key"] = "\(principal.key.uuid)"
        let session = Session(principal: principal, frameBytes: greeting.frameBytes, logger: logger)
        shared.withLock { $0.session = session }
        carryOut(.admitted(welcome: welcome))
        logger.debug("a client was welcomed")
    }
}

// MARK: - Calls

extension Connection {
    /// Starts a call that was let in. Its reply may come at once.
    private func start(
        _ call: Call, _ body: ByteBuffer, _ session: Session, _ arrived: ContinuousClock.Instant
    ) {
        do throws(BodyError) {
            let request = try RoutedRequest(
                RequestBody.read(from: body), arrived: arrived, frameBytes: session.frameBytes)
            let started = router.start(request, principal: session.principal, logger: session.logger) {
                [frameBytes = session.frameBytes] reply in
                self.ended(call, response: .reply(reply, call.id, limitBytes: frameBytes))
            }
            guard let started else { return }
            let isWanted = shared.withLock { $0.state.started(call, started, deadline: request.deadline) }
            if !isWanted { started.cancel() }
        } catch {
            session.logger.debug("a request can't be read", metadata: ["error": "\(error)"])
            let failure = EntitledError(.malformedRequest, "\(error)")
            ended(call, response: .failure(failure, call.id))
        }
    }
}

extension RoutedRequest {
    fileprivate init(_ body: RequestBody, arrived: ContinuousClock.Instant, frameBytes: Int) {
        let bytes = body.header.requestID
        self.init(
            method: body.header.method,
            requestID: bytes.isEmpty ? nil : try? RequestID(bytes: bytes),
            timeLeft: .milliseconds(Int64(body.header.timeLeftMs)), arrived: arrived, message: body.message,
            isDryRun: body.header.dryRun, answerBytes: ResponseBody.messageBytes(inFrameOf: frameBytes))
    }
}
