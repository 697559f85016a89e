import EntitledCore
import Synchronization

/// The calendars that a tenant's entitlements named lately. They are loaded along with every batch, since which of them
/// it needs is known only afterwards: one that wasn't thought of costs another round trip, and nothing else.
final class CalendarHints: Sendable {
    /// More would cost every batch more than they spare a few.
    static let limit = 16

    private let lately = Mutex<Set<CalendarID>>([])

    var calendars: Set<CalendarID> { lately.withLock(\.self) }

    /// - Parameter missed: those that weren't thought of. Forgetting all the others now and then is cheaper than
    ///   knowing which are stale.
    func learn(_ missed: Set<CalendarID>) {
        lately.withLock { lately in
            lately.formUnion(missed)
            if lately.count > Self.limit { lately = missed.count > Self.limit ? [] : missed }
        }
    }
}
