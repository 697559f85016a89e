internal import EntitledCore

/// A connection of a client's.
struct ConnectionID: Hashable, Sendable {
    let number: Int
}

/// An event loop.
typealias LoopID = ObjectIdentifier

/// The logic of a client's connections: which are opened, which carries an attempt, who waits. Knows no channel and no
/// clock, and not what becomes of attempts that have a place on a connection: only how many there are.
///
/// A connection is opened when a call finds none that is idle, or none on its own event loop. While connecting fails,
/// nothing is opened for a while.
struct PoolState {
    enum Event {
        /// - Parameter on: the event loop on which the call is made; nil if it is made elsewhere.
        case wanted(AttemptID, on: LoopID? = nil)
        /// Nobody waits any more for an attempt that has no place yet.
        case withdrawn(AttemptID)
        /// An `open` was carried out.
        case connected(ConnectionID, maximumCalls: Int, on: LoopID)
        /// An `open` failed.
        case connectFailed(ConnectionID, EntitledError)
        /// The server wants no further calls on it.
        case draining(ConnectionID)
        /// It is gone, and all that was sent on it is lost; nil if it came to its regular end.
        case ended(ConnectionID, EntitledError?)
        /// So many responses have come, whether anybody waits for them or not.
        case finished(ConnectionID, calls: Int = 1)
        /// An attempt can't be sent on this connection, nor on another like it.
        case rejected(ConnectionID)
        /// The connection was not ready for an attempt any more; nil if nobody waits for it.
        case bounced(ConnectionID, AttemptID?)
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
        indirect case fail(AttemptID, EntitledError)
        /// Send `resumed` after a while that grows with the failures in a row.
        case pause(failures: Int)
        case finish(ConnectionID)
        case abort(ConnectionID)
        /// After `shutdown`: the last connection is gone.
        case drained
    }

    typealias Actions = Few<Action>

    private struct Connection {
        let id: ConnectionID
        let loop: LoopID
        /// Places that may be taken.
        let limit: Int
        /// Those that are.
        var load = 0
        /// Whether it takes no further calls.
        var isDraining = false
        /// Something was answered on it.
        var isProven = false
    }

    private let connectionLimit: Int
    private let lineLimit: Int
    /// Few, so that looking through them is quicker than hashing.
    private var connections: [Connection] = []
    /// The one that is being opened.
    private var opening: ConnectionID?
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

    /// Whether the last connection is gone, after `shutdown`.
    var isDrained: Bool { isShutDown && connections.isEmpty }

    mutating func handle(_ event: Event) -> Actions {
        switch event {
        case .wanted(let attempt, let loop): return place(attempt, on: loop)
        case .withdrawn(let attempt):
            _ = line.remove(attempt)
            return []
        case .connected(let id, let maximumCalls, let loop):
            guard id == opening else { return Few(.abort(id)) }
            opening = nil
            connections.append(Connection(id: id, loop: loop, limit: max(1, maximumCalls)))
            return serveLine() + (line.isEmpty ? [] : open())
        case .connectFailed(let id, let error):
            guard id == opening else { return [] }
            opening = nil
            return fail(error)
        case .draining(let id):
            guard let index = index(of: id) else { return [] }
            connections[index].isDraining = true
            return open()
        case .ended(let id, let error): return ended(id, error)
        case .finished(let id, let calls):
            guard let index = index(of: id) else { return [] }
            connections[index].load -= calls
            connections[index].isProven = true
            failuresInARow = 0
            return serveLine()
        case .rejected(let id):
            guard let index = index(of: id) else { return [] }
            connections[index].load -= 1
            return serveLine()
        case .bounced(let id, let attempt):
            if let index = index(of: id) { connections[index].load -= 1 }
            return attempt.map { place($0) } ?? []
        case .resumed:
            pause = nil
            return line.isEmpty ? [] : open()
        case .shutdown(let now): return shutDown(now)
        }
    }
}

// MARK: - Attempts

extension PoolState {
    private mutating func place(_ attempt: AttemptID, on loop: LoopID? = nil) -> Actions {
        guard !isShutDown else { return Few(.fail(attempt, .closed)) }
        // On the caller's own event loop nobody has to be woken.
        if let index = loop.flatMap(leastBusy(on:)) ?? leastBusy() {
            let isBest = connections[index].load == 0 && (loop == nil || connections[index].loop == loop)
            var actions = Few(send(attempt, on: index))
            if !isBest { actions += open(on: loop) }
            return actions
        }
        // With the wrong key, say, waiting would only hide the fault.
        if let pause, !pause.isWorthRepeating, !hasProspect { return Few(.fail(attempt, pause)) }
        guard line.count < lineLimit else { return Few(.fail(attempt, .waitingIsFull)) }
        line.append(attempt)
        return open(on: loop)
    }

    private mutating func send(_ attempt: AttemptID, on index: Int) -> Action {
        connections[index].load += 1
        return .send(attempt, connections[index].id)
    }

    private mutating func serveLine() -> Actions {
        var actions: Actions = []
        while !line.isEmpty, let index = leastBusy(), let attempt = line.popFirst() {
            actions.append(send(attempt, on: index))
        }
        return actions
    }

    /// Nobody in the line will be served.
    private mutating func dismissLine(_ error: EntitledError) -> Actions {
        var actions: Actions = []
        while let attempt = line.popFirst() { actions.append(.fail(attempt, error)) }
        return actions
    }
}

// MARK: - Connections

extension PoolState {
    /// Opens one more connection if that is possible; one at a time.
    private mutating func open(on loop: LoopID? = nil) -> Actions {
        guard !isShutDown, pause == nil, opening == nil,
            connections.count(where: { !$0.isDraining }) < connectionLimit
        else { return [] }
        lastConnection += 1
        let id = ConnectionID(number: lastConnection)
        opening = id
        return Few(.open(id, on: loop))
    }

    /// Connecting failed, or a connection was of no use.
    private mutating func fail(_ error: EntitledError) -> Actions {
        failuresInARow += 1
        let paused: Actions = pause == nil ? Few(.pause(failures: failuresInARow)) : []
        pause = error
        return hasProspect ? paused : paused + dismissLine(error)
    }

    private mutating func ended(_ id: ConnectionID, _ error: EntitledError?) -> Actions {
        guard let index = index(of: id) else { return [] }
        let connection = connections.remove(at: index)
        if isShutDown { return isDrained ? Few(.drained) : [] }
        // One that drained has been replaced already.
        guard !connection.isDraining else { return [] }
        if let error, !connection.isProven || !error.isWorthRepeating { return fail(error) }
        return open()
    }

    private mutating func shutDown(_ now: Bool) -> Actions {
        isShutDown = true
        // Whoever is still connecting is turned away when it has come.
        opening = nil
        var actions = dismissLine(.closed)
        for index in connections.indices {
            connections[index].isDraining = true
            let id = connections[index].id
            actions.append(now ? .abort(id) : .finish(id))
        }
        if isDrained { actions.append(.drained) }
        return actions
    }

    /// Whether some connection can take calls, now or soon.
    private var hasProspect: Bool {
        opening != nil || connections.contains { !$0.isDraining }
    }

    /// - Parameter loop: on which it must be; nil is any.
    private func leastBusy(on loop: LoopID? = nil) -> Int? {
        var best: Int?
        for index in connections.indices {
            guard !connections[index].isDraining, connections[index].load < connections[index].limit,
                loop == nil || connections[index].loop == loop
            else { continue }
            if let best, connections[best].load <= connections[index].load { continue }
            best = index
        }
        return best
    }

    private func index(of id: ConnectionID) -> Int? {
        connections.firstIndex { $0.id == id }
    }
}
