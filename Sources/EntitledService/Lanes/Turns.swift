import DequeModule
import EntitledCore
import Synchronization

/// Lets so many batches be under way at once, over all tenants: with more of them, each would only take longer. When
/// there are more, tenants take turns, so that whoever asks for much waits on itself.
final class Turns: Sendable {
    private struct State {
        var free: Int
        /// Who waits, by tenant: each in the order in which it came.
        var waiting: [TenantSlug: Deque<CheckedContinuation<Bool, Never>>] = [:]
        /// The tenants for which somebody waits: the first is served next, then goes to the end.
        var order: Deque<TenantSlug> = []
        var latest: TenantSlug?
        /// Turns since the latest one of another tenant.
        var inARow = Limits.turnsAlone

        /// - Returns: nil if there is none left; otherwise as ``grant(_:)``.
        mutating func take(_ tenant: TenantSlug) -> Bool? {
            guard free > 0 else { return nil }
            free -= 1
            return grant(tenant)
        }

        mutating func wait(_ tenant: TenantSlug, _ waiter: CheckedContinuation<Bool, Never>) {
            if waiting[tenant] == nil { order.append(tenant) }
            waiting[tenant, default: []].append(waiter)
        }

        /// - Returns: whether the tenant has the server for itself.
        mutating func grant(_ tenant: TenantSlug) -> Bool {
            if let latest, latest != tenant { inARow = 0 } else { inARow += 1 }
            latest = tenant
            return order.allSatisfy { $0 == tenant } && inARow > Limits.turnsAlone
        }
    }

    private let state: Mutex<State>

    /// - Parameter count: at least 1.
    init(_ count: Int) {
        state = Mutex(State(free: max(1, count)))
    }

    /// How many wait.
    var waiting: Int { state.withLock { $0.waiting.values.reduce(0) { $0 + $1.count } } }

    /// Waits until it is the tenant's turn; ``end()`` must follow.
    /// - Returns: how many calls may be taken along. While several tenants are served these are fewer, so that none
    ///   waits long for another.
    func begin(_ tenant: TenantSlug) async -> Int {
        let isAlone: Bool
        if let granted = state.withLock({ $0.take(tenant) }) {
            isAlone = granted
        } else {
            isAlone = await withCheckedContinuation { continuation in
                let granted = state.withLock { state in
                    let granted = state.take(tenant)
                    if granted == nil { state.wait(tenant, continuation) }
                    return granted
                }
                if let granted { continuation.resume(returning: granted) }
            }
        }
        return isAlone ? Limits.batch : Limits.sharedBatch
    }

    /// Whoever waits the longest is next, tenant after tenant.
    func end() {
        let next: (CheckedContinuation<Bool, Never>, isAlone: Bool)? = state.withLock { state in
            guard let tenant = state.order.popFirst(), let waiter = state.waiting[tenant]?.popFirst() else {
                state.free += 1
                return nil
            }
            if state.waiting[tenant]?.isEmpty == true {
                state.waiting[tenant] = nil
            } else {
                state.order.append(tenant)
            }
            return (waiter, state.grant(tenant))
        }
        if let (waiter, isAlone) = next { waiter.resume(returning: isAlone) }
    }
}
