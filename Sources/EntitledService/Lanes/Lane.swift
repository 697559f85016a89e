import DequeModule
import EntitledCore
import Synchronization

/// A queue whose calls are taken in batches: while one batch is under way the next one gathers; an idle lane starts at
/// once. There is no timer, and no added latency.
final class Lane<Call: Sendable>: Sendable {
    private struct State {
        var queue: Deque<Call> = []
        /// Whether a task is working through the queue, or has been asked for.
        var isRunning = false
    }

    private let state = Mutex(State())
    /// How many wait, as last seen: whoever looks at it needn't hold the others up.
    private let waiting = Atomic<Int>(0)
    private let queueLimit: Int
    /// Asks the owner for a task that calls ``run(_:)``.
    private let start: @Sendable (Lane<Call>) -> Void

    init(queueLimit: Int, start: @escaping @Sendable (Lane<Call>) -> Void) {
        self.queueLimit = queueLimit
        self.start = start
    }

    /// Whether a call would be refused now. A look in advance: ``enqueue(_:)`` has the last word.
    var isFull: Bool { waiting.load(ordering: .relaxed) >= queueLimit }

    /// Whether enough wait for another lane to be worth its batches.
    var isLong: Bool { waiting.load(ordering: .relaxed) >= Limits.longQueue }

    /// - Throws: ``EntitledError`` `overloaded` if too many wait already.
    func enqueue(_ call: Call) throws(EntitledError) {
        let (isFull, mustStart) = state.withLock { state in
            guard state.queue.count < queueLimit else { return (true, false) }
            state.queue.append(call)
            waiting.store(state.queue.count, ordering: .relaxed)
            defer { state.isRunning = true }
            return (false, !state.isRunning)
        }
        if isFull { throw Limits.laneIsFull }
        if mustStart { start(self) }
    }

    /// Empties the queue because nobody will work through it any more.
    /// - Returns: the calls that waited.
    func abandon() -> [Call] {
        state.withLock { state in
            defer {
                state = State()
                waiting.store(0, ordering: .relaxed)
            }
            return Array(state.queue)
        }
    }

    /// Works through the queue until it is empty.
    /// - Parameters:
    ///   - turn: waits until a batch may begin, and says how many calls it may have. Only then is it made up: what
    ///     comes meanwhile goes along.
    ///   - settle: carries out one batch, and returns what of it must come first in the next one.
    func run(turn: () async -> Int, _ settle: ([Call]) async -> [Call]) async {
        var first: [Call] = []
        while hasMore(than: first) {
            let limit = await turn()
            first = await settle(next(after: first, limit: limit))
        }
    }

    private func hasMore(than first: [Call]) -> Bool {
        state.withLock { state in
            state.isRunning = !first.isEmpty || !state.queue.isEmpty
            return state.isRunning
        }
    }

    private func next(after first: [Call], limit: Int) -> [Call] {
        state.withLock { state in
            var batch = first
            while batch.count < limit, let call = state.queue.popFirst() { batch.append(call) }
            waiting.store(state.queue.count, ordering: .relaxed)
            return batch
        }
    }
}
