internal import EntitledCore
internal import EntitledWire
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// The client's connections and the attempts on them: carries out what ``PoolState`` says.
final class ConnectionPool: Sendable {
    private struct Attempt {
        let request: CallRequest
        let continuation: CheckedContinuation<AttemptOutcome, Never>
    }

    private struct Shared {
        var state: PoolState
        var attempts: [AttemptID: Attempt] = [:]
        var connections: [PoolState.ConnectionID: Connection] = [:]
        var alarm: (due: ContinuousClock.Instant, timer: Scheduled<Void>)?
        var isDrained = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    /// What is to be done once the lock is free again.
    private struct Work {
        var resumptions: [(CheckedContinuation<AttemptOutcome, Never>, AttemptOutcome)] = []
        var sends: [(AttemptID, CallRequest, PoolState.ConnectionID, Connection)] = []
        var orders: [(Connection, Connection.Order)] = []
        var opens: [(PoolState.ConnectionID, PoolState.LoopID?)] = []
        var pause: Int?
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private let connector: Connector
    private let retries: RetryPolicy
    private let timers: any EventLoop
    private let shared: Mutex<Shared>
    private let lastAttempt = Atomic(0)

    init(_ configuration: ClientConfiguration, group: any EventLoopGroup, logger: Logger) {
        connector = Connector(configuration, group: group, logger: logger)
        retries = configuration.retries
        timers = group.next()
        shared = Mutex(
            Shared(
                state: PoolState(
                    connections: configuration.connections, line: configuration.maximumWaitingCalls)))
    }

    /// Sends the request on some connection and waits for its response, for the request's deadline, or for the task's
    /// cancellation.
    func attempt(_ request: CallRequest) async -> AttemptOutcome {
        let id = AttemptID(number: lastAttempt.wrappingAdd(1, ordering: .relaxed).newValue)
        let here = MultiThreadedEventLoopGroup.currentEventLoop.map { PoolState.LoopID($0) }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                apply { shared, work in
                    shared.attempts[id] = Attempt(request: request, continuation: continuation)
                    process(.wanted(id, on: here), &shared, &work)
                    if shared.attempts[id] != nil { setAlarm(for: request.deadline, &shared) }
                }
                // A cancellation before this attempt was known has found nothing to cancel.
                if Task.isCancelled { withdraw(id) }
            }
        } onCancel: {
            withdraw(id)
        }
    }

    /// Takes no further calls, and returns when the last connection is gone.
    ///
    /// - Parameter now: without waiting for the calls in flight.
    func shutDown(now: Bool) {
        apply { shared, work in process(.shutdown(now: now), &shared, &work) }
    }

    /// Returns when, after ``shutDown(now:)``, the last connection is gone.
    func drained() async {
        await withCheckedContinuation { continuation in
            let isDrained = shared.withLock { shared in
                if !shared.isDrained { shared.closers.append(continuation) }
                return shared.isDrained
            }
            if isDrained { continuation.resume() }
        }
    }

    private func withdraw(_ id: AttemptID) {
        apply { shared, work in process(.withdrawn(id), &shared, &work) }
    }

    // MARK: What connections tell

    func connected(_ id: PoolState.ConnectionID, _ connection: Connection, maximumCalls: Int) {
        apply { shared, work in
            shared.connections[id] = connection
            let loop = PoolState.LoopID(connection.eventLoop)
            process(.connected(id, maximumCalls: maximumCalls, on: loop), &shared, &work)
        }
    }

    func connectFailed(_ id: PoolState.ConnectionID, _ error: EntitledError) {
        apply { shared, work in process(.connectFailed(id, error), &shared, &work) }
    }

    func draining(_ id: PoolState.ConnectionID) {
        apply { shared, work in process(.draining(id), &shared, &work) }
    }

    func ended(_ id: PoolState.ConnectionID, _ lost: [AttemptID], _ error: EntitledError?) {
        apply { shared, work in
            shared.connections[id] = nil
            process(.ended(id, lost, error), &shared, &work)
        }
    }

    func finished(_ id: PoolState.ConnectionID, _ deliveries: [ConnectionHandler.Delivery]) {
        apply { shared, work in
            for (attempt, body) in deliveries {
                resume(attempt, .response(body), &shared, &work)
                process(.finished(id, attempt), &shared, &work)
            }
        }
    }

    func bounced(_ id: PoolState.ConnectionID, _ attempts: [AttemptID]) {
        apply { shared, work in
            for attempt in attempts { process(.bounced(id, attempt), &shared, &work) }
        }
    }

    // MARK: Under the lock

    /// Changes what is shared, then does the work that comes of it without the lock.
    private func apply(_ change: (inout Shared, inout Work) -> Void) {
        var work = Work()
        shared.withLock { change(&$0, &work) }
        carryOut(work)
    }

    /// - Parameter withdrawal: how an attempt ends that the event withdraws, sent or not.
    private func process(
        _ event: PoolState.Event, _ shared: inout Shared, _ work: inout Work,
        withdrawal: (Bool) -> AttemptOutcome = { .cancelled(wasSent: $0) }
    ) {
        for action in shared.state.handle(event) {
            switch action {
            case .open(let id, let loop): work.opens.append((id, loop))
            case .send(let attempt, let id):
                guard let request = shared.attempts[attempt]?.request, let connection = shared.connections[id]
                else { continue }
                work.sends.append((attempt, request, id, connection))
            case .fail(let attempt, let error): resume(attempt, .unsent(error), &shared, &work)
            case .lose(let attempt, let error): resume(attempt, .lost(error), &shared, &work)
            case .forget(let attempt, let wasSent): resume(attempt, withdrawal(wasSent), &shared, &work)
            case .cancel(let attempt, let id): order(.withdraw(attempt), id, shared, &work)
            case .pause(let failures): work.pause = failures
            case .finish(let id): order(.finish, id, shared, &work)
            case .abort(let id): order(.abort, id, shared, &work)
            case .drained:
                shared.isDrained = true
                shared.alarm?.timer.cancel()
                shared.alarm = nil
                work.closers = shared.closers
                shared.closers = []
            }
        }
    }

    private func order(
        _ order: Connection.Order, _ id: PoolState.ConnectionID, _ shared: borrowing Shared, _ work: inout Work
    ) {
        if let connection = shared.connections[id] { work.orders.append((connection, order)) }
    }

    private func resume(
        _ attempt: AttemptID, _ outcome: AttemptOutcome, _ shared: inout Shared, _ work: inout Work
    ) {
        guard let attempt = shared.attempts.removeValue(forKey: attempt) else { return }
        work.resumptions.append((attempt.continuation, outcome))
    }

    // MARK: Time

    /// One alarm for all: at the earliest deadline. Most attempts are over long before theirs, so it seldom rings.
    private func setAlarm(for deadline: ContinuousClock.Instant, _ shared: inout Shared) {
        if let alarm = shared.alarm {
            guard deadline < alarm.due else { return }
            alarm.timer.cancel()
        }
        let timer = timers.scheduleTask(in: TimeAmount(deadline - .now)) { [weak self] in
            guard let self else { return }
            ring()
        }
        shared.alarm = (deadline, timer)
    }

    private func ring() {
        let now = ContinuousClock.now
        apply { shared, work in
            shared.alarm = nil
            var next: ContinuousClock.Instant?
            for (id, attempt) in shared.attempts {
                let deadline = attempt.request.deadline
                if deadline <= now {
                    process(.withdrawn(id), &shared, &work, withdrawal: { .expired(wasSent: $0) })
                } else {
                    next = min(next ?? deadline, deadline)
                }
            }
            if let next { setAlarm(for: next, &shared) }
        }
    }

    // MARK: Without the lock

    private func carryOut(_ work: consuming Work) {
        for (id, loop) in work.opens { connector.open(id, on: loop, for: self) }
        if !work.sends.isEmpty {
            let now = ContinuousClock.now
            for (attempt, request, id, connection) in work.sends { send(attempt, request, id, connection, now) }
        }
        for (connection, order) in work.orders { connection.submit(order) }
        for (continuation, outcome) in work.resumptions { continuation.resume(returning: outcome) }
        for closer in work.closers { closer.resume() }
        if let failures = work.pause {
            let delay = retries.delay(afterFailures: failures, chance: .random(in: 0...1))
            timers.scheduleTask(in: TimeAmount(delay)) { [weak self] in
                guard let self else { return }
                apply { shared, work in self.process(.resumed, &shared, &work) }
            }
        }
    }

    private func send(
        _ attempt: AttemptID, _ request: CallRequest, _ id: PoolState.ConnectionID, _ connection: Connection,
        _ now: ContinuousClock.Instant
    ) {
        let refusal: EntitledError
        do {
            let body = try request.body(at: now)
            let lengthBytes = Frame(kind: .request, body: body).lengthBytes
            if lengthBytes <= connection.maximumFrameBytes { return connection.submit(.call(attempt, body)) }
            refusal = .tooLarge(lengthBytes, limitBytes: connection.maximumFrameBytes)
        } catch {
            refusal = EntitledError(.internalError, "the request can't be made: \(error)")
        }
        apply { shared, work in
            resume(attempt, .unsent(refusal), &shared, &work)
            process(.rejected(id, attempt), &shared, &work)
        }
    }
}
