import EntitledCore
import EntitledService
import EntitledWire
import Logging
import NIOCore
import Synchronization

/// One client: carries out what its ``ConnectionState`` asks for.
final class Connection: OpenConnection {
    typealias Channel = NIOAsyncChannel<ConnectionInput, Frame>

    /// What the welcome settled.
    private struct Session: Sendable {
        let principal: Principal
        let frameBytes: Int
        let logger: Logger
    }

    private struct Shared {
        var state: ConnectionState
        var session: Session?
        var work: [Call: CallWork] = [:]

        mutating func cancelAll() {
            for call in work.keys { work[call]?.cancel() }
        }
    }

    /// What has to be done outside the lock.
    private enum Step {
        case none
        case authenticate(Greeting)
        case begin(Call, ByteBuffer, Session, arrived: ContinuousClock.Instant)
        case log(Farewell)
        case abort
    }

    private let channel: Channel
    private let limits: ConnectionLimits
    private let router: Router
    private let directory: any Directory
    private let logger: Logger
    let outbox = Outbox()
    private let shared: Mutex<Shared>

    /// - Parameter turnedAway: if set, what to say instead of serving.
    init(
        _ channel: Channel, limits: ConnectionLimits, router: Router, directory: any Directory, logger: Logger,
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

    /// Serves until the connection has ended and the work of its calls too.
    func run() async {
        do {
            try await channel.executeThenClose { inbound, outbound in
                await withTaskCancellationHandler {
                    await withDiscardingTaskGroup { group in
                        group.addTask { await self.write(to: outbound) }
                        await self.read(inbound, &group)
                    }
                } onCancel: {
                    carryOut(.disconnected)
                }
            }
        } catch {
            // It was reset, or closed while something waited to be written: it has ended, which was the aim.
            logger.debug("a connection broke", metadata: ["error": "\(error)"])
        }
    }

    private func read(
        _ inbound: NIOAsyncChannelInboundStream<ConnectionInput>, _ calls: inout DiscardingTaskGroup
    ) async {
        do {
            for try await input in inbound {
                switch carryOut(input.event) {
                case .authenticate(let greeting): await authenticate(greeting)
                case .begin(let call, let body, let session, let arrived):
                    calls.addTask { await self.work(on: call, body, session, arrived) }
                case .none, .log, .abort: break
                }
                await outbox.room()
            }
        } catch {
            logger.debug("a connection was lost", metadata: ["error": "\(error)"])
        }
        carryOut(.disconnected)
    }

    private func write(to outbound: NIOAsyncChannelOutboundWriter<Frame>) async {
        do {
            while let frames = await outbox.next() {
                try await outbound.write(contentsOf: frames)
            }
        } catch {
            outbox.abandon()
        }
        channel.channel.close(promise: nil)
    }
}

// MARK: - Events

extension Connection {
    @discardableResult
    private func carryOut(_ event: ConnectionState.Event) -> Step {
        let step = shared.withLock { advance(&$0, event, at: .now) }
        switch step {
        case .log(let farewell):
            // Strangers can cause it at will, so it must not fill the log.
            logger.debug("a connection is refused", metadata: ["reason": "\(farewell.reason.name)"])
        case .abort: channel.channel.close(promise: nil)
        case .none, .authenticate, .begin: break
        }
        return step
    }

    /// Under the lock, so that frames go out in the order in which the state has decided on them.
    private func advance(
        _ shared: inout Shared, _ event: ConnectionState.Event, at now: ContinuousClock.Instant
    ) -> Step {
        switch shared.state.handle(event, at: now) {
        case .none: return .none
        case .authenticate(let greeting): return .authenticate(greeting)
        case .begin(let call, let body):
            // Set before the state lets calls in.
            guard let session = shared.session else { return .none }
            shared.work[call] = .waiting
            return .begin(call, body, session, arrived: now)
        case .cancel(let call): shared.work[call]?.cancel()
        case .send(let frame): outbox.push(frame)
        case .sendLast(let frame):
            outbox.push(frame)
            outbox.finish()
        case .expire(let calls):
            for call in calls {
                shared.work[call]?.cancel()
                outbox.push(.failure(Self.expired, call.id))
            }
        case .farewell(let farewell):
            shared.cancelAll()
            outbox.push(farewell.frame)
            outbox.finish()
            return .log(farewell)
        case .close:
            shared.cancelAll()
            outbox.finish()
        case .abort:
            shared.cancelAll()
            outbox.abandon()
            return .abort
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
            try await channel.channel.triggerUserOutboundEvent(FrameLimitChange(limitBytes: greeting.frameBytes)).get()
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
    private func work(
        on call: Call, _ body: ByteBuffer, _ session: Session, _ arrived: ContinuousClock.Instant
    ) async {
        let response: Frame
        do throws(BodyError) {
            let request = try RoutedRequest(
                RequestBody.read(from: body), arrived: arrived, frameBytes: session.frameBytes)
            response = await withUnsafeCurrentTask { task in
                begin(call, task, deadline: request.deadline)
                let reply = await router.handle(request, principal: session.principal, logger: session.logger)
                forget(call)
                return .reply(reply, call.id, limitBytes: session.frameBytes)
            }
        } catch {
            forget(call)
            session.logger.debug("a request can't be read", metadata: ["error": "\(error)"])
            response = .failure(EntitledError(.malformedRequest, "\(error)"), call.id)
        }
        carryOut(.ended(call, response: response))
    }

    private func begin(_ call: Call, _ task: UnsafeCurrentTask?, deadline: ContinuousClock.Instant) {
        let running = CallWork.running(RunningTask(task: task))
        shared.withLock { shared in
            shared.state.setDeadline(deadline, of: call)
            switch shared.work.updateValue(running, forKey: call) {
            case .cancelled: shared.work[call]?.cancel()
            case .waiting, .running, nil: break
            }
        }
    }

    private func forget(_ call: Call) {
        shared.withLock { _ = $0.work.removeValue(forKey: call) }
    }
}

extension ConnectionInput {
    fileprivate var event: ConnectionState.Event {
        switch self {
        case .secured: .secured
        case .frame(let frame): .received(frame)
        case .violation(let error): .violated(error)
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
