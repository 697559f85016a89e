internal import EntitledCore
internal import EntitledWire
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// The client's connections and the attempts on them: carries out what ``PoolState`` says, and tells each caller how
/// its attempt ended, once.
final class ConnectionPool: Sendable {
    /// Resumed by whoever takes it out of the table of attempts, hence once.
    private typealias Caller = UnsafeContinuation<AttemptOutcome, Never>

    private struct Attempt {
        enum Place {
            /// With what is to be sent.
            case line(CallRequest)
            case connection(ConnectionID)
        }

        let caller: Caller
        let deadline: ContinuousClock.Instant
        var place: Place

        init(_ caller: Caller, _ deadline: ContinuousClock.Instant, _ place: Place) {
            self.caller = caller
            self.deadline = deadline
            self.place = place
        }
    }

    private struct Shared {
        var state: PoolState
        /// Those that wait for their outcome.
        var attempts: [AttemptID: Attempt] = [:]
        /// Few, so that looking through them is quicker than hashing.
        var connections: [(id: ConnectionID, connection: Connection)] = []
        /// When the next look at the deadlines is due: none is earlier.
        var alarm: (due: ContinuousClock.Instant, timer: Scheduled<Void>)?
        /// Who waits for the last connection's end.
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    /// What is to be done once the lock is free again.
    private enum Step {
        case tell(Caller, AttemptOutcome)
        case order(Connection, Connection.Order)
        case open(ConnectionID, on: LoopID?)
        case pause(failures: Int)
        case closed(CheckedContinuation<Void, Never>)
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
        let state = PoolState(connections: configuration.connections, line: configuration.maximumWaitingCalls)
        shared = Mutex(Shared(state: state))
    }

    /// Sends the request on some connection and waits for its response, for the request's deadline, or for the task's
    /// cancellation.
    func attempt(_ request: CallRequest) async -> AttemptOutcome {
        let id = AttemptID(number: lastAttempt.wrappingAdd(1, ordering: .relaxed).newValue)
        let here = MultiThreadedEventLoopGroup.currentEventLoop.map { LoopID($0) }
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { caller in
                apply { shared, steps in begin(id, request, caller, on: here, &shared, &steps) }
                // A cancellation before this attempt was known has found nothing to cancel.
                if Task.isCancelled { withdraw(id) }
            }
        } onCancel: {
            withdraw(id)
        }
    }

    private func withdraw(_ id: AttemptID) {
        apply { shared, steps in withdraw(id, { .cancelled(wasSent: $0) }, &shared, &steps) }
    }

    /// Takes no further calls, and closes the connections.
    ///
    /// - Parameter now: without waiting for the calls in flight.
    func shutDown(now: Bool) { apply(.shutdown(now: now)) }

    /// Returns when, after ``shutDown(now:)``, the last connection is gone.
    func drained() async {
        await withCheckedContinuation { closer in
            let isDrained = shared.withLock { shared in
                if !shared.state.isDrained { shared.closers.append(closer) }
                return shared.state.isDrained
            }
            if isDrained { closer.resume() }
        }
    }
}

// MARK: - What connections tell

extension ConnectionPool {
    func connected(_ id: ConnectionID, _ connection: Connection, maximumCalls: Int) {
        apply { shared, steps in
            shared.connections.append((id, connection))
            let loop = LoopID(connection.eventLoop)
            process(.connected(id, maximumCalls: maximumCalls, on: loop), &shared, &steps)
        }
    }

    func connectFailed(_ id: ConnectionID, _ error: EntitledError) { apply(.connectFailed(id, error)) }

    func draining(_ id: ConnectionID) { apply(.draining(id)) }

    /// - Parameter lost: what was sent and won't be answered any more.
    func ended(_ id: ConnectionID, _ lost: [AttemptID], _ error: EntitledError?) {
        let reason = error ?? EntitledError(.unavailable, "the connection came to its end")
        apply { shared, steps in
            shared.connections.removeAll { $0.id == id }
            for attempt in lost { tell(attempt, .lost(reason), &shared, &steps) }
            process(.ended(id, error), &shared, &steps)
        }
    }

    func finished(_ id: ConnectionID, _ deliveries: [ConnectionHandler.Delivery]) {
        apply { shared, steps in
            steps.reserveCapacity(deliveries.count)
            for (attempt, body) in deliveries { tell(attempt, .response(body), &shared, &steps) }
            process(.finished(id, calls: deliveries.count), &shared, &steps)
        }
    }

    func rejected(_ id: ConnectionID, _ attempt: AttemptID, _ error: EntitledError) {
        apply { shared, steps in
            tell(attempt, .unsent(error), &shared, &steps)
            process(.rejected(id), &shared, &steps)
        }
    }

    func bounced(_ id: ConnectionID, _ attempt: AttemptID, _ request: CallRequest) {
        apply { shared, steps in
            let isWanted = shared.attempts[attempt] != nil
            if isWanted { shared.attempts[attempt]?.place = .line(request) }
            process(.bounced(id, isWanted ? attempt : nil), &shared, &steps)
        }
    }
}

// MARK: - Under the lock

extension ConnectionPool {
    private func apply(_ event: PoolState.Event) {
        apply { shared, steps in process(event, &shared, &steps) }
    }

    /// Changes what is shared, then does without the lock what comes of it.
    private func apply(_ change: (inout Shared, inout Few<Step>) -> Void) {
        var steps = Few<Step>()
        shared.withLock { change(&$0, &steps) }
        (consume steps).each { carryOut($0) }
    }

    private func begin(
        _ id: AttemptID, _ request: CallRequest, _ caller: Caller, on loop: LoopID?, _ shared: inout Shared,
        _ steps: inout Few<Step>
    ) {
        let actions = shared.state.handle(.wanted(id, on: loop))
        switch actions.first {
        case .fail(_, let error): return steps.append(.tell(caller, .unsent(error)))
        case .send(_, let connection):
            shared.attempts[id] = Attempt(caller, request.deadline, .connection(connection))
            order(.call(id, request), connection, shared, &steps)
            for action in actions.dropFirst() { process(action, &shared, &steps) }
        case .open, .pause, .finish, .abort, .drained, nil:
            shared.attempts[id] = Attempt(caller, request.deadline, .line(request))
            for action in actions { process(action, &shared, &steps) }
        }
        setAlarm(for: request.deadline, &shared)
    }

    private func process(_ event: PoolState.Event, _ shared: inout Shared, _ steps: inout Few<Step>) {
        shared.state.handle(event).each { process($0, &shared, &steps) }
    }

    private func process(_ action: PoolState.Action, _ shared: inout Shared, _ steps: inout Few<Step>) {
        switch action {
        case .open(let id, let loop): steps.append(.open(id, on: loop))
        case .send(let id, let connection):
            guard case .line(let request) = shared.attempts[id]?.place else { return }
            shared.attempts[id]?.place = .connection(connection)
            order(.call(id, request), connection, shared, &steps)
        case .fail(let id, let error): tell(id, .unsent(error), &shared, &steps)
        case .pause(let failures): steps.append(.pause(failures: failures))
        case .finish(let id): order(.finish, id, shared, &steps)
        case .abort(let id): order(.abort, id, shared, &steps)
        case .drained:
            shared.alarm?.timer.cancel()
            shared.alarm = nil
            for closer in shared.closers { steps.append(.closed(closer)) }
            shared.closers = []
        }
    }

    private func tell(
        _ id: AttemptID, _ outcome: AttemptOutcome, _ shared: inout Shared, _ steps: inout Few<Step>
    ) {
        // Whoever was told already waits no more.
        if let attempt = shared.attempts.removeValue(forKey: id) { steps.append(.tell(attempt.caller, outcome)) }
    }

    /// - Parameter outcome: whether it was sent or not.
    private func withdraw(
        _ id: AttemptID, _ outcome: (Bool) -> AttemptOutcome, _ shared: inout Shared, _ steps: inout Few<Step>
    ) {
        guard let attempt = shared.attempts.removeValue(forKey: id) else { return }
        switch attempt.place {
        case .line:
            steps.append(.tell(attempt.caller, outcome(false)))
            process(.withdrawn(id), &shared, &steps)
        case .connection(let connection):
            steps.append(.tell(attempt.caller, outcome(true)))
            order(.withdraw(id), connection, shared, &steps)
        }
    }

    private func order(
        _ order: Connection.Order, _ id: ConnectionID, _ shared: borrowing Shared, _ steps: inout Few<Step>
    ) {
        guard let index = shared.connections.firstIndex(where: { $0.id == id }) else { return }
        steps.append(.order(shared.connections[index].connection, order))
    }

    /// One alarm for all: at the earliest deadline. Most attempts are over long before theirs, so it seldom rings.
    private func setAlarm(for deadline: ContinuousClock.Instant, _ shared: inout Shared) {
        if let due = shared.alarm?.due, deadline >= due { return }
        shared.alarm?.timer.cancel()
        let timer = timers.scheduleTask(in: TimeAmount(deadline - .now)) { [weak self] in
            guard let self else { return }
            ring()
        }
        shared.alarm = (deadline, timer)
    }

    private func ring() {
        let now = ContinuousClock.now
        apply { shared, steps in
            shared.alarm = nil
            for id in shared.attempts.filter({ $0.value.deadline <= now }).keys {
                withdraw(id, { .expired(wasSent: $0) }, &shared, &steps)
            }
            if let next = shared.attempts.values.map(\.deadline).min() { setAlarm(for: next, &shared) }
        }
    }
}

// MARK: - Without the lock

extension ConnectionPool {
    private func carryOut(_ step: Step) {
        switch step {
        case .tell(let caller, let outcome): caller.resume(returning: outcome)
        case .order(let connection, let order): connection.submit(order)
        case .open(let id, let loop): connector.open(id, on: loop, for: self)
        case .pause(let failures):
            let delay = retries.delay(afterFailures: failures, chance: .random(in: 0...1))
            timers.scheduleTask(in: TimeAmount(delay)) { [weak self] in
                guard let self else { return }
                apply(.resumed)
            }
        case .closed(let closer): closer.resume()
        }
    }
}
