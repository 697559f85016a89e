internal import EntitledCore

/// The logic of a client's connections: which are opened, which carries an attempt, who waits. Knows no channel and no
/// clock.
///
/// A connection is opened when a call finds none that is idle, or none on its own event loop. While connecting fails,
/// nothing is opened for a while.
struct PoolState {
    struct ConnectionID: Hashable, Sendable {
        let number: Int
    }

    /// An event loop.
    typealias LoopID = ObjectIdentifier

    enum Event {
        /// - Parameter on: the event loop on which the call is made; nil if it is made elsewhere.
        case wanted(AttemptID, on: LoopID? = nil)
        /// Nobody waits for it any more.
        case withdrawn(AttemptID)
        /// An `open` was carried out.
        case connected(ConnectionID, maximumCalls: Int, on: LoopID)
        /// An `open` failed.
        case connectFailed(ConnectionID, EntitledError)
        /// The server wants no further calls on it.
        case draining(ConnectionID)
        /// It is gone, and with it these attempts; nil if it came to its regular end.
        case ended(ConnectionID, [AttemptID], EntitledError?)
        /// The response has come, for whomever.
        case finished(ConnectionID, AttemptID)
        /// The attempt can't be sent on this connection, nor on another like it.
        case rejected(ConnectionID, AttemptID)
        /// The connection was not ready for it any more.
        case bounced(ConnectionID, AttemptID)
        /// A `pause` is over.
        case resumed
        /// `now`: without waiting for calls in flight.
        case shutdown(now: Bool)
    }

    enum Action: Hashable {
        /// - Parameter on: the event loop that is to serve it; nil is any.
        case open(ConnectionID, on: LoopID? = nil)
        case send(AttemptID, ConnectionID)
        /// It was never sent.
        case fail(AttemptID, EntitledError)
        /// It was sent, and won't be answered.
        case lose(AttemptID, EntitledError)
        /// The withdrawn attempt is forgotten.
        case forget(AttemptID, wasSent: Bool)
        case cancel(AttemptID, ConnectionID)
        /// Send `resumed` after a while that grows with the failures in a row.
        case pause(failures: Int)
        case finish(ConnectionID)
        case abort(ConnectionID)
        /// After `shutdown`: the last connection is gone.
        case drained
    }

    private enum Stage {
        /// → ready, gone
        case connecting
        /// → draining, gone
        case ready
        /// → gone
        case draining
    }

    private struct Connection {
        let id: ConnectionID
        var stage = Stage.connecting
        /// Places that are taken, up to the limit.
        var load = 0
        var limit = 0
        var loop: LoopID?
        /// Something was answered on it.
        var isProven = false
    }

    private enum Place {
        case line
        case connection(ConnectionID)
    }

    private let connectionLimit: Int
    private let lineLimit: Int
    /// Few, so that looking through them is quicker than hashing.
    private var connections: [Connection] = []
    private var attempts: [AttemptID: Place] = [:]
    private var line = WaitingLine()
    private var lastConnection = 0
    private var failuresInARow = 0
    /// Why nothing is opened at the moment.
    private var pause: EntitledError?
    private var isShutDown = false

    init(connections: Int, line: Int) {
        connectionLimit = min(max(connections, 1), 64)
        lineLimit = max(line, 0)
    }

    mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .wanted(let attempt, let loop): return place(attempt, on: loop)
        case .withdrawn(let attempt): return withdraw(attempt)
        case .connected(let id, let maximumCalls, let loop): return connected(id, maximumCalls, loop)
        case .connectFailed(let id, let error):
            guard remove(id) != nil else { return [] }
            return fail(error)
        case .draining(let id): return drain(id)
        case .ended(let id, let lost, let error): return ended(id, lost, error)
        case .finished(let id, let attempt): return finished(id, attempt)
        case .rejected(let id, let attempt):
            attempts[attempt] = nil
            guard let index = index(of: id) else { return [] }
            connections[index].load -= 1
            return serveLine()
        case .bounced(let id, let attempt): return bounced(id, attempt)
        case .resumed:
            pause = nil
            return line.isEmpty ? [] : open()
        case .shutdown(let now): return shutDown(now)
        }
    }

    private mutating func place(_ attempt: AttemptID, on loop: LoopID? = nil) -> [Action] {
        guard !isShutDown else { return [.fail(attempt, .closed)] }
        // On the caller's own event loop nobody has to be woken.
        if let index = loop.flatMap(leastBusy(on:)) ?? leastBusy() {
            let isBest = connections[index].load == 0 && (loop == nil || connections[index].loop == loop)
            return [send(attempt, on: index)] + (isBest ? [] : open(on: loop))
        }
        // With the wrong key, say, waiting would only hide the fault.
        if let pause, !pause.isWorthRepeating, !hasProspect { return [.fail(attempt, pause)] }
        guard line.count < lineLimit else { return [.fail(attempt, .waitingIsFull)] }
        attempts[attempt] = .line
        line.append(attempt)
        return open(on: loop)
    }

    private mutating func withdraw(_ attempt: AttemptID) -> [Action] {
        switch attempts.removeValue(forKey: attempt) {
        case .line:
            _ = line.remove(attempt)
            return [.forget(attempt, wasSent: false)]
        case .connection(let id): return [.forget(attempt, wasSent: true), .cancel(attempt, id)]
        case nil: return []
        }
    }

    private mutating func connected(_ id: ConnectionID, _ maximumCalls: Int, _ loop: LoopID) -> [Action] {
        guard let index = index(of: id) else { return [.abort(id)] }
        connections[index].stage = .ready
        connections[index].loop = loop
        connections[index].limit = max(1, maximumCalls)
        return serveLine() + (line.isEmpty ? [] : open())
    }

    private mutating func drain(_ id: ConnectionID) -> [Action] {
        guard let index = index(of: id) else { return [] }
        connections[index].stage = .draining
        return open()
    }

    private mutating func ended(_ id: ConnectionID, _ lost: [AttemptID], _ error: EntitledError?) -> [Action] {
        guard let connection = remove(id) else { return [] }
        let reason = error ?? EntitledError(.unavailable, "the connection came to its end")
        var actions: [Action] = []
        for attempt in lost where attempts.removeValue(forKey: attempt) != nil {
            actions.append(.lose(attempt, reason))
        }
        if isShutDown { return actions + (connections.isEmpty ? [.drained] : []) }
        // One that drained has been replaced already.
        guard connection.stage != .draining else { return actions }
        if let error, !connection.isProven || !error.isWorthRepeating { return actions + fail(error) }
        return actions + open()
    }

    private mutating func finished(_ id: ConnectionID, _ attempt: AttemptID) -> [Action] {
        attempts[attempt] = nil
        guard let index = index(of: id) else { return [] }
        connections[index].load -= 1
        connections[index].isProven = true
        failuresInARow = 0
        return serveLine()
    }

    private mutating func bounced(_ id: ConnectionID, _ attempt: AttemptID) -> [Action] {
        if let index = index(of: id) { connections[index].load -= 1 }
        guard attempts.removeValue(forKey: attempt) != nil else { return [] }
        return place(attempt)
    }

    private mutating func shutDown(_ now: Bool) -> [Action] {
        isShutDown = true
        var actions: [Action] = []
        while let attempt = line.popFirst() {
            attempts[attempt] = nil
            actions.append(.fail(attempt, .closed))
        }
        // Whoever is still connecting is turned away when it has come.
        connections.removeAll { $0.stage == .connecting }
        for index in connections.indices {
            connections[index].stage = .draining
            actions.append(now ? .abort(connections[index].id) : .finish(connections[index].id))
        }
        return connections.isEmpty ? actions + [.drained] : actions
    }

    /// Connecting failed, or a connection was of no use.
    private mutating func fail(_ error: EntitledError) -> [Action] {
        failuresInARow += 1
        var actions: [Action] = []
        if pause == nil { actions.append(.pause(failures: failuresInARow)) }
        pause = error
        guard !hasProspect else { return actions }
        while let attempt = line.popFirst() {
            attempts[attempt] = nil
            actions.append(.fail(attempt, error))
        }
        return actions
    }

    /// Opens one more connection if that is possible; one at a time.
    private mutating func open(on loop: LoopID? = nil) -> [Action] {
        let taken = connections.count { $0.stage != .draining }
        guard !isShutDown, pause == nil, taken < connectionLimit,
            !connections.contains(where: { $0.stage == .connecting })
        else { return [] }
        lastConnection += 1
        let id = ConnectionID(number: lastConnection)
        connections.append(Connection(id: id))
        return [.open(id, on: loop)]
    }

    private mutating func serveLine() -> [Action] {
        guard !line.isEmpty else { return [] }
        var actions: [Action] = []
        while let index = leastBusy(), let attempt = line.popFirst() {
            actions.append(send(attempt, on: index))
        }
        return actions
    }

    private mutating func send(_ attempt: AttemptID, on index: Int) -> Action {
        connections[index].load += 1
        attempts[attempt] = .connection(connections[index].id)
        return .send(attempt, connections[index].id)
    }

    /// Whether some connection can take calls, now or soon.
    private var hasProspect: Bool {
        connections.contains { $0.stage != .draining }
    }

    /// - Parameter loop: on which it must be; nil is any.
    private func leastBusy(on loop: LoopID? = nil) -> Int? {
        var best: Int?
        for index in connections.indices {
            let connection = connections[index]
            guard connection.stage == .ready, connection.load < connection.limit else { continue }
            if let loop, connection.loop != loop { continue }
            if let current = best, connections[current].load <= connection.load { continue }
            best = index
        }
        return best
    }

    private func index(of id: ConnectionID) -> Int? {
        connections.firstIndex { $0.id == id }
    }

    private mutating func remove(_ id: ConnectionID) -> Connection? {
        index(of: id).map { connections.remove(at: $0) }
    }
}
