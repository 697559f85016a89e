import Testing

@testable import EntitledPostgres

/// A pool's logic, told as what happens and what it wants done.
@Suite struct PoolStateTests {
    typealias Action = PoolState.Action

    static let start = ContinuousClock.now

    struct Script: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var connections = 1
        var waiters = 10
        var affinities = 10
        var steps: [(PoolState.Event, [Action])]
    }

    static let scripts = [
        Script(
            testDescription: "a connection is opened when it is needed, and found again",
            steps: [
                (want(1, "a"), [open(0, 1)]), (opened(0), []), (back(0), []), (want(2, "a"), [lease(0, 2)]),
            ]),
        Script(
            testDescription: "an idle connection is taken before another is opened", connections: 2,
            steps: [
                (want(1, "a"), [open(0, 1)]), (opened(0), []), (back(0), []), (want(2, "b"), [lease(0, 2)]),
                (want(3, "b"), [open(1, 3)]),
            ]),
        Script(
            testDescription: "the one that served the affinity wins, then the one idle for longest", connections: 3,
            steps: [
                (want(1, "a"), [open(0, 1)]), (opened(0), []), (want(2, "b"), [open(1, 2)]), (opened(1), []),
                (want(3, "c"), [open(2, 3)]), (opened(2), []), (back(2), []), (back(0), []), (back(1), []),
                (want(4, "b"), [lease(1, 4)]), (want(5, "d"), [lease(2, 5)]), (want(6, "a"), [lease(0, 6)]),
            ]),
        Script(
            testDescription: "who served an affinity once is found again, and new ones go to who served the fewest",
            connections: 2,
            steps: [
                (want(1, "a"), [open(0, 1)]), (opened(0), []), (want(2, "b"), [open(1, 2)]), (opened(1), []),
                (back(0), []), (back(1), []), (want(3, "c"), [lease(0, 3)]), (back(0), []),
                (want(4, "d"), [lease(1, 4)]), (back(1), []), (want(5, "a"), [lease(0, 5)]), (back(0), []),
                (want(6, "b"), [lease(1, 6)]), (want(7, "b"), [lease(0, 7)]), (back(0), []), (back(1), []),
                (want(8, "e"), [lease(1, 8)]),
            ]),
        Script(
            testDescription: "before one forgets, another is opened", connections: 2, affinities: 2,
            steps: [
                (want(1, "a"), [open(0, 1)]), (opened(0), []), (back(0), []), (want(2, "b"), [lease(0, 2)]),
                (back(0), []), (want(3, "c"), [open(1, 3)]), (opened(1), []), (back(1), []),
                (want(4, "d"), [lease(1, 4)]), (back(1), []), (want(5, "e"), [lease(0, 5)]), (back(0), []),
                (want(6, "a"), [lease(0, 6)]), (back(0), []), (want(7, "d"), [lease(1, 7)]),
            ]),
        Script(
            testDescription: "affinities take turns, each in its own order",
            steps: [
                (want(1, "noisy"), [open(0, 1)]), (opened(0), []), (want(2, "noisy"), []), (want(3, "noisy"), []),
                (want(4, "noisy"), []), (want(5, "quiet"), []), (back(0), [lease(0, 2)]), (back(0), [lease(0, 5)]),
                (back(0), [lease(0, 3)]), (want(6, "quiet"), []), (back(0), [lease(0, 4)]), (back(0), [lease(0, 6)]),
                (back(0), []),
            ]),
        Script(
            testDescription: "one more than may wait is refused", waiters: 1,
            steps: [
                (want(1, "a"), [open(0, 1)]), (want(2, "a"), []), (want(3, "b"), [.refuse(waiter(3), .exhausted)]),
                (.cancelled(waiter(2)), [.refuse(waiter(2), .cancelled)]), (want(4, "b"), []),
            ]),
        Script(
            testDescription: "a cancelled waiter is not served, one served already is not cancelled",
            steps: [
                (want(1, "a"), [open(0, 1)]), (opened(0), []), (want(2, "a"), []), (want(3, "a"), []),
                (.cancelled(waiter(2)), [.refuse(waiter(2), .cancelled)]), (.cancelled(waiter(2)), []),
                (.cancelled(waiter(1)), []), (back(0), [lease(0, 3)]), (.cancelled(waiter(3)), []), (back(0), []),
            ]),
        Script(
            testDescription: "a broken connection makes room for another only when it is closed",
            steps: [
                (want(1, "a"), [open(0, 1)]), (opened(0), []), (want(2, "b"), []),
                (back(0, reusable: false), [.close(connection(0))]), (want(3, "c"), []),
                (.closed(connection(0)), [open(1, 2)]),
            ]),
        Script(
            testDescription: "after a failed open the next in line tries",
            steps: [
                (want(1, "a"), [open(0, 1)]), (want(2, "b"), []), (.openFailed(connection(0)), [open(1, 2)]),
                (.openFailed(connection(1)), []), (want(3, "a"), [open(2, 3)]),
            ]),
        Script(
            testDescription: "an old connection is replaced when it comes back",
            steps: [
                (want(1, "a"), [open(0, 1)]), (opened(0, expires: 10), []), (want(2, "a"), []),
                (back(0, at: 9), [lease(0, 2)]), (want(3, "a"), []), (back(0, at: 10), [.close(connection(0))]),
                (.closed(connection(0)), [open(1, 3)]),
            ]),
        Script(
            testDescription: "an old connection is not leased", connections: 2,
            steps: [
                (want(1, "a"), [open(0, 1)]), (opened(0, expires: 10), []), (back(0, at: 5), []),
                (want(2, "a", at: 10), [.close(connection(0)), open(1, 2)]), (.closed(connection(0)), []),
            ]),
        Script(
            testDescription: "a shutdown refuses those who wait, closes what is idle, and awaits what is not",
            connections: 2,
            steps: [
                (want(1, "a"), [open(0, 1)]), (opened(0), []), (want(2, "b"), [open(1, 2)]), (opened(1), []),
                (want(3, "c"), []), (.shutdown, [.refuse(waiter(3), .closed)]),
                (want(4, "a"), [.refuse(waiter(4), .closed)]), (back(1), [.close(connection(1))]),
                (.closed(connection(1)), []), (back(0), [.close(connection(0))]), (.closed(connection(0)), [.drained]),
            ]),
        Script(
            testDescription: "a shutdown awaits an open under way",
            steps: [
                (want(1, "a"), [open(0, 1)]), (.shutdown, []), (opened(0), []), (back(0), [.close(connection(0))]),
                (.closed(connection(0)), [.drained]),
            ]),
        Script(testDescription: "an empty pool is drained at once", steps: [(.shutdown, [.drained])]),
    ]

    @Test(arguments: scripts) func follows(_ script: Script) {
        var state = PoolState(connections: script.connections, waiters: script.waiters, affinities: script.affinities)
        for (number, (event, expected)) in script.steps.enumerated() {
            #expect(state.handle(event) == expected, "step \(number): \(event)")
        }
    }

    /// Anything may happen in any order; nobody is forgotten and no bound is passed.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64]) func keepsItsPromises(seed: UInt64) {
        var random = SplitMix(state: seed)
        var state = PoolState(connections: 3, waiters: 5)
        var opening: Set<PoolState.ConnectionID> = []
        var leased: Set<PoolState.ConnectionID> = []
        var closing: Set<PoolState.ConnectionID> = []
        var waiting: Set<PoolState.WaiterID> = []
        for step in 0..<2_000 {
            let now = Self.start + .seconds(step)
            let event: PoolState.Event? =
                switch Int.random(in: 0..<6, using: &random) {
                case 0, 1:
                    .wanted(Self.waiter(step), affinity: "\(Int.random(in: 0..<3, using: &random))", now: now)
                case 2: leased.popFirst().map { .returned($0, reusable: Bool.random(using: &random), now: now) }
                case 3:
                    opening.popFirst().map { Bool.random(using: &random) ? .openFailed($0) : .opened($0, expires: now) }
                case 4: closing.popFirst().map { .closed($0) }
                default: waiting.randomElement(using: &random).map { .cancelled($0) }
                }
            guard let event else { continue }
            if case .wanted(let waiter, _, _) = event { waiting.insert(waiter) }
            if case .opened(let connection, _) = event { leased.insert(connection) }
            for action in state.handle(event) {
                switch action {
                case .lease(let connection, let waiter):
                    #expect(leased.insert(connection).inserted && waiting.remove(waiter) != nil)
                case .open(let connection, let waiter):
                    #expect(opening.insert(connection).inserted && waiting.remove(waiter) != nil)
                case .refuse(let waiter, _): #expect(waiting.remove(waiter) != nil)
                case .close(let connection): #expect(closing.insert(connection).inserted)
                case .drained: Issue.record("drained without a shutdown")
                }
            }
            #expect(state.connectionCount == opening.count + leased.count + closing.count + state.idleCount)
            #expect(state.connectionCount <= 3 && state.waiterCount == waiting.count && waiting.count <= 5)
            #expect(waiting.isEmpty || (state.connectionCount == 3 && state.idleCount == 0))
        }
    }
}

extension PoolStateTests {
    static func waiter(_ number: Int) -> PoolState.WaiterID { .init(number: number) }
    static func connection(_ number: Int) -> PoolState.ConnectionID { .init(number: number) }

    static func want(_ number: Int, _ affinity: String, at second: Int = 0) -> PoolState.Event {
        .wanted(waiter(number), affinity: affinity, now: start + .seconds(second))
    }

    static func opened(_ number: Int, expires second: Int = 1000) -> PoolState.Event {
        .opened(connection(number), expires: start + .seconds(second))
    }

    static func back(_ number: Int, reusable: Bool = true, at second: Int = 0) -> PoolState.Event {
        .returned(connection(number), reusable: reusable, now: start + .seconds(second))
    }

    static func open(_ number: Int, _ waiting: Int) -> Action { .open(connection(number), waiter(waiting)) }
    static func lease(_ number: Int, _ waiting: Int) -> Action { .lease(connection(number), waiter(waiting)) }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
