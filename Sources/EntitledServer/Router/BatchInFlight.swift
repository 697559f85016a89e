import EntitledCore
import EntitledService
import EntitledWire
import Synchronization

/// A batch whose items are being carried out: so many at a time, until each has its answer.
final class BatchInFlight: StartedCall {
    /// Starts an item; its reply comes once, maybe at once.
    typealias Starter =
        @Sendable (Entitled_V1_BatchItem, @escaping @Sendable (RoutedReply) -> Void) -> (any StartedCall)?

    private struct State {
        /// The first item that hasn't been started.
        var next = 0
        var answers: [Entitled_V1_BatchAnswer]
        /// Bytes that are left for texts and answers.
        var room: Int
        var answered = 0
        /// Items without an answer, by their places, as far as they can be cancelled.
        var started: [Int: StartingCall] = [:]
        var isCancelled = false
        /// Whether somebody is starting items; one at a time, so that answers which come at once don't pile up on the
        /// stack.
        var isStarting = false
    }

    private let items: [Entitled_V1_BatchItem]
    private let start: Starter
    private let completion: @Sendable ([Entitled_V1_BatchAnswer]) -> Void
    private let state: Mutex<State>

    /// - Parameter answerBytes: what the answers may take together.
    init(
        _ items: [Entitled_V1_BatchItem], answerBytes: Int, start: @escaping Starter,
        completion: @escaping @Sendable ([Entitled_V1_BatchAnswer]) -> Void
    ) {
        self.items = items
        self.start = start
        self.completion = completion
        state = Mutex(
            State(
                answers: [Entitled_V1_BatchAnswer](repeating: Entitled_V1_BatchAnswer(), count: items.count),
                room: answerBytes - items.count * ProtocolLimits.batchAnswerBytes))
    }

    /// Starts as many items as may be under way.
    func startMore() {
        while let place = nextPlace() {
            let call = start(items[place]) { self.ended(place, $0) }
            let isUnwanted = state.withLock { $0.started[place]?.started(call) ?? false }
            if isUnwanted { call?.cancel() }
        }
    }

    /// The items that have not begun are answered `cancelled`.
    func cancel() {
        let calls = state.withLock { state in
            state.isCancelled = true
            return state.started.keys.compactMap { state.started[$0]?.cancel() }
        }
        for call in calls { call.cancel() }
    }

    private func nextPlace() -> Int? {
        state.withLock { state in
            let mayStart = state.next < items.count && state.next - state.answered < BatchDesk.itemsInFlight
            state.isStarting = mayStart
            guard mayStart else { return nil }
            let place = state.next
            state.next += 1
            state.started[place] = state.isCancelled ? .unwanted : .starting
            return place
        }
    }

    private func ended(_ place: Int, _ reply: RoutedReply) {
        let (answers, mustStart) = state.withLock { state -> ([Entitled_V1_BatchAnswer]?, Bool) in
            // Fitted as they come, so that what is too much is never kept.
            state.answers[place] = Entitled_V1_BatchAnswer(reply, room: &state.room)
            state.answered += 1
            state.started[place] = nil
            if state.answered == items.count { return (state.answers, false) }
            defer { state.isStarting = true }
            return (nil, !state.isStarting)
        }
        if let answers { completion(answers) } else if mustStart { startMore() }
    }
}
