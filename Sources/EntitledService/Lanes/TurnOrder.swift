import EntitledCore

/// Whose turn it is, as a value. So many batches are under way at once, over all tenants; when more are wanted, the
/// tenant that was served least comes first, the longest waiting first among equals. So whoever asks for much waits on
/// itself, and whoever asks for little finds that it is next (start-time fair queueing; Goyal, Vin and Cheng,
/// "Start-Time Fair Queueing", SIGCOMM 1996).
struct TurnOrder {
    /// What a batch costs besides its calls, in calls.
    private static let batchCost = 16
    /// With so many tenants remembered, those that are owed nothing are forgotten.
    private static let remembered = 1_000

    private struct Waiting {
        var count = 0
        var since: Int
    }

    private let most: Int
    private var free: Int
    private var waiting: [TenantSlug: Waiting] = [:]
    private var underWay: [TenantSlug: Int] = [:]
    /// What tenants were served, in calls, each counted from ``level`` when it comes back: nobody saves turns up.
    private var served: [TenantSlug: Int] = [:]
    /// What the tenant whose turn came last had been served by then.
    private var level = 0
    private var arrivals = 0
    private var latest: TenantSlug?
    /// Turns since the latest one of another tenant.
    private var inARow = Limits.turnsAlone

    /// - Parameter count: of batches at once, at least 1.
    init(_ count: Int) {
        most = max(1, count)
        free = most
    }

    /// How many wait.
    var waitingCount: Int { waiting.values.reduce(0) { $0 + $1.count } }

    /// Somebody wants a turn.
    /// - Returns: how many calls may be taken along; nil if it has to wait.
    mutating func ask(for tenant: TenantSlug) -> Int? {
        if mayBegin(tenant) { return grant(tenant) }
        arrivals += 1
        waiting[tenant, default: Waiting(since: arrivals)].count += 1
        return nil
    }

    /// A turn is over.
    /// - Parameter calls: that it took along.
    /// - Returns: whose turns come now, with how many calls each may take along.
    mutating func end(_ tenant: TenantSlug, calls: Int) -> [(tenant: TenantSlug, calls: Int)] {
        free += 1
        underWay[tenant, default: 1] -= 1
        if underWay[tenant] == 0 { underWay[tenant] = nil }
        served[tenant, default: level] += Self.batchCost + calls
        forget()
        var granted: [(tenant: TenantSlug, calls: Int)] = []
        while let next {
            waiting[next]?.count -= 1
            if waiting[next]?.count == 0 {
                waiting[next] = nil
            } else {
                arrivals += 1
                waiting[next]?.since = arrivals
            }
            granted.append((next, grant(next)))
        }
        return granted
    }

    /// Who is next, if anybody is.
    private var next: TenantSlug? {
        waiting.filter { mayBegin($0.key) }
            .min { (share(of: $0.key), $0.value.since) < (share(of: $1.key), $1.value.since) }?.key
    }

    /// What it was served, and is about to be.
    private func share(of tenant: TenantSlug) -> Int {
        max(served[tenant] ?? level, level) + (underWay[tenant] ?? 0) * Limits.sharedBatch
    }

    /// The last of several free turns is kept for others, as long as there are any.
    private func mayBegin(_ tenant: TenantSlug) -> Bool {
        free > 0 && ((underWay[tenant] ?? 0) < max(1, most - 1) || isAlone(tenant))
    }

    /// Whether the tenant has the server for itself, and had it for some turns.
    private func isAlone(_ tenant: TenantSlug) -> Bool {
        (latest ?? tenant) == tenant && inARow >= Limits.turnsAlone && waiting.keys.allSatisfy { $0 == tenant }
    }

    /// While several tenants are served batches are small, so that none waits long for another.
    private mutating func grant(_ tenant: TenantSlug) -> Int {
        let isAlone = isAlone(tenant)
        if let latest, latest != tenant { inARow = 0 } else { inARow += 1 }
        latest = tenant
        free -= 1
        underWay[tenant, default: 0] += 1
        let before = max(served[tenant] ?? level, level)
        served[tenant] = before
        level = before
        return isAlone ? Limits.batch : Limits.sharedBatch
    }

    private mutating func forget() {
        if free == most && waiting.isEmpty {
            served = [:]
            level = 0
        } else if served.count > Self.remembered {
            served = served.filter { $0.value > level || underWay[$0.key] != nil }
        }
    }
}
