import EntitledCore
import Synchronization

/// What a tenant's latest batches were like: guesses at what the next one needs, so that one round trip loads it.
/// A wrong guess costs another round trip, and nothing else.
final class LoadingHints: Sendable {
    /// More calendars would cost every batch more than they spare a few.
    static let limit = 16

    private struct State {
        var calendars: Set<CalendarID> = []
        var haveCustomersStoodAlone = false
    }

    private let state = Mutex(State())

    /// Those that the tenant's entitlements named lately. Which of them a batch needs is known only afterwards.
    var calendars: Set<CalendarID> { state.withLock(\.calendars) }

    /// Whether the customers of the latest batch stood alone (``FactLoader/Loaded/standAlone(_:)``).
    var haveCustomersStoodAlone: Bool { state.withLock(\.haveCustomersStoodAlone) }

    /// - Parameter missed: those that weren't thought of. Forgetting all the others now and then is cheaper than
    ///   knowing which are stale.
    func learn(missed: Set<CalendarID>) {
        state.withLock { state in
            state.calendars.formUnion(missed)
            if state.calendars.count > Self.limit { state.calendars = missed.count > Self.limit ? [] : missed }
        }
    }

    func learn(haveStoodAlone: Bool) {
        state.withLock { $0.haveCustomersStoodAlone = haveStoodAlone }
    }
}
