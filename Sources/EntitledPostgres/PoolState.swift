internal import DequeModule

/// The logic of a pool, without I/O: an event in, actions out.
///
/// Whenever somebody waits, every slot is taken. A waiter gets either a connection that came back or a free slot to
/// open one in. Waiters queue by affinity, and the queues take turns, so a busy one waits on itself.
struct PoolState {
    struct ConnectionID: Hashable, Sendable { var number: Int }
    struct WaiterID: Hashable, Sendable { var number: Int }

    enum Event {
        /// Somebody wants a connection, best one that has served `affinity`.
        case wanted(WaiterID, affinity: String, now: ContinuousClock.Instant)
        /// A waiter no longer waits. Without effect on one that was served.
        case cancelled(WaiterID)
        /// An `open` was carried out; its waiter has the connection.
        case opened(ConnectionID, expires: ContinuousClock.Instant)
        /// An `open` failed; its waiter knows.
        case openFailed(ConnectionID)
        /// A lease is over.
        case returned(ConnectionID, reusable: Bool, now: ContinuousClock.Instant)
        /// A `close` was carried out.
        case closed(ConnectionID)
        /// Nobody gets a connection from now on.
        case shutdown
    }

    enum Action: Equatable {
        /// The waiter gets this connection.
        case lease(ConnectionID, WaiterID)
        /// The waiter gets a slot in which to open a connection.
        case open(ConnectionID, WaiterID)
        case refuse(WaiterID, Refusal)
        case close(ConnectionID)
        /// After `shutdown`: the last connection is gone.
        case drained
    }

    enum Refusal: Equatable {
        case exhausted
        case closed
        case cancelled
    }

    private enum Stage {
        /// → leased, or gone.
        case opening
        /// → idle, leased (to the next waiter), closing.
        case leased(expires: ContinuousClock.Instant)
        /// → leased, closing.
        case idle(expires: ContinuousClock.Instant)
        /// → gone.
        case closing
    }

    private let connectionLimit: Int
    private let waiterLimit: Int
    private let affinityLimit: Int
    private var connections: [ConnectionID: Stage] = [:]
    /// Which affinities a connection has served and not forgotten.
    private var served: [ConnectionID: Set<String>] = [:]
    /// Those that are idle, the longest first.
    private var idle: [ConnectionID] = []
    /// Who waits, by affinity. A queue that cancellations have emptied stays until its turn comes.
    private var queues: [String: Deque<WaiterID>] = [:]
    /// The affinities that have a queue: the first is served next, then goes to the end.
    private var turns: Deque<String> = []
    private var waiters: [WaiterID: String] = [:]
    private var nextConnection = 0
    private var isShutDown = false

    /// - Parameter affinities: how many a connection keeps what it has made for; it forgets all of them for one more.
    init(connections: Int, waiters: Int, affinities: Int = PreparedStatements.scopeLimit) {
        connectionLimit = max(1, connections)
        waiterLimit = max(0, waiters)
        affinityLimit = max(1, affinities)
    }

    /// Open, opening and closing ones: never more than the limit.
    var connectionCount: Int { connections.count }
    var idleCount: Int { idle.count }
    var waiterCount: Int { waiters.count }

    mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .wanted(let waiter, let affinity, let now): return want(waiter, affinity, now)
        case .cancelled(let waiter): return cancel(waiter)
        case .opened(let connection, let expires): return finishOpening(connection, expires)
        case .openFailed(let connection), .closed(let connection): return free(connection)
        case .returned(let connection, let reusable, let now): return takeBack(connection, reusable, now)
        case .shutdown: return shutDown()
        }
    }

    private mutating func want(
        _ waiter: WaiterID, _ affinity: String, _ now: ContinuousClock.Instant
    ) -> [Action] {
        guard !isShutDown else { return [.refuse(waiter, .closed)] }
        let closes = closeExpired(now)
        if let lease = leaseIdle(to: waiter, affinity) { return closes + [lease] }
        if connections.count < connectionLimit { return closes + [open(for: waiter, affinity)] }
        guard waiters.count < waiterLimit else { return closes + [.refuse(waiter, .exhausted)] }
        waiters[waiter] = affinity
        if queues[affinity] == nil { turns.append(affinity) }
        queues[affinity, default: []].append(waiter)
        return closes
    }

    private mutating func cancel(_ waiter: WaiterID) -> [Action] {
        guard let affinity = waiters.removeValue(forKey: waiter) else { return [] }
        queues[affinity]?.removeAll { $0 == waiter }
        if waiters.isEmpty {
            queues = [:]
            turns = []
        }
        return [.refuse(waiter, .cancelled)]
    }

    private mutating func finishOpening(_ connection: ConnectionID, _ expires: ContinuousClock.Instant) -> [Action] {
        guard case .opening = connections[connection] else { return [] }
        connections[connection] = .leased(expires: expires)
        return []
    }

    /// A slot has become free.
    private mutating func free(_ connection: ConnectionID) -> [Action] {
        connections[connection] = nil
        served[connection] = nil
        if isShutDown { return connections.isEmpty ? [.drained] : [] }
        guard let (waiter, affinity) = nextWaiter() else { return [] }
        return [open(for: waiter, affinity)]
    }

    private mutating func takeBack(
        _ connection: ConnectionID, _ reusable: Bool, _ now: ContinuousClock.Instant
    ) -> [Action] {
        guard case .leased(let expires) = connections[connection] else { return [] }
        guard reusable, !isShutDown, now < expires else {
            connections[connection] = .closing
            return [.close(connection)] + closeExpired(now)
        }
        if let (waiter, next) = nextWaiter() {
            serve(next, connection)
            return [.lease(connection, waiter)]
        }
        connections[connection] = .idle(expires: expires)
        idle.append(connection)
        return closeExpired(now)
    }

    private mutating func shutDown() -> [Action] {
        guard !isShutDown else { return connections.isEmpty ? [.drained] : [] }
        isShutDown = true
        var actions: [Action] = []
        while let (waiter, _) = nextWaiter() { actions.append(.refuse(waiter, .closed)) }
        for connection in idle {
            connections[connection] = .closing
            actions.append(.close(connection))
        }
        idle = []
        return connections.isEmpty ? actions + [.drained] : actions
    }

    private mutating func open(for waiter: WaiterID, _ affinity: String) -> Action {
        let connection = ConnectionID(number: nextConnection)
        nextConnection += 1
        connections[connection] = .opening
        serve(affinity, connection)
        return .open(connection, waiter)
    }

    /// One that has served `affinity`; otherwise the one that has served the fewest, and of these the one that has been
    /// idle longest, which others will miss least. One that would have to forget what it has made for others is taken
    /// only if no more can be opened.
    private mutating func leaseIdle(to waiter: WaiterID, _ affinity: String) -> Action? {
        func count(_ position: Int) -> Int { served[idle[position]]?.count ?? 0 }
        let same = idle.lastIndex { served[$0]?.contains(affinity) == true }
        guard let position = same ?? idle.indices.min(by: { count($0) < count($1) }),
            same != nil || count(position) < affinityLimit || connections.count >= connectionLimit
        else { return nil }
        let connection = idle.remove(at: position)
        guard case .idle(let expires) = connections[connection] else { return nil }
        connections[connection] = .leased(expires: expires)
        serve(affinity, connection)
        return .lease(connection, waiter)
    }

    private mutating func serve(_ affinity: String, _ connection: ConnectionID) {
        var known = served[connection] ?? []
        if known.count >= affinityLimit && !known.contains(affinity) { known = [] }
        known.insert(affinity)
        served[connection] = known
    }

    private mutating func nextWaiter() -> (WaiterID, affinity: String)? {
        while let affinity = turns.popFirst() {
            guard let waiter = queues[affinity]?.popFirst() else {
                queues[affinity] = nil
                continue
            }
            if queues[affinity]?.isEmpty == true { queues[affinity] = nil } else { turns.append(affinity) }
            waiters[waiter] = nil
            return (waiter, affinity)
        }
        return nil
    }

    private mutating func closeExpired(_ now: ContinuousClock.Instant) -> [Action] {
        var actions: [Action] = []
        var young: [ConnectionID] = []
        for connection in idle {
            guard case .idle(let expires) = connections[connection], expires <= now else {
                young.append(connection)
                continue
            }
            connections[connection] = .closing
            actions.append(.close(connection))
        }
        idle = young
        return actions
    }
}
