import DequeModule
import EntitledCore
import Synchronization

/// Lets so many batches be under way at once, over all tenants: with more of them, each would only take longer. Who is
/// next, ``TurnOrder`` says.
final class Turns: Sendable {
    private struct State {
        var order: TurnOrder
        /// Who waits, by tenant: each in the order in which it came.
        var waiters: [TenantSlug: Deque<CheckedContinuation<Int, Never>>] = [:]
    }

    private let state: Mutex<State>

    /// - Parameter count: at least 1.
    init(_ count: Int) {
        state = Mutex(State(order: TurnOrder(count)))
    }

    /// How many wait.
    var waiting: Int { state.withLock { $0.order.waitingCount } }

    /// Waits until it is the tenant's turn; ``end(_:calls:)`` must follow.
    /// - Returns: how many calls may be taken along.
    func begin(_ tenant: TenantSlug) async -> Int {
        await withCheckedContinuation { continuation in
            let granted = state.withLock { state in
                let granted = state.order.ask(for: tenant)
                if granted == nil { state.waiters[tenant, default: []].append(continuation) }
                return granted
            }
            if let granted { continuation.resume(returning: granted) }
        }
    }

    /// - Parameter calls: that were taken along.
    func end(_ tenant: TenantSlug, calls: Int) {
        let granted = state.withLock { state in
            state.order.end(tenant, calls: calls).map { turn in
                let waiter = state.waiters[turn.tenant]?.popFirst()
                if state.waiters[turn.tenant]?.isEmpty == true { state.waiters[turn.tenant] = nil }
                return (waiter: waiter, calls: turn.calls)
            }
        }
        for turn in granted { turn.waiter?.resume(returning: turn.calls) }
    }
}
