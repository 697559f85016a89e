import EntitledCore

/// Adds a journal up, entry by entry: from it alone every balance can be told, at each of its instants.
struct JournalAuditor {
    private struct Sum: Equatable {
        var granted: Int64 = 0
        var charged: Int64 = 0
        var held: Int64 = 0

        mutating func add(_ posting: Posting) {
            granted += posting.granted
            charged += posting.charged
            held += posting.held
        }
    }

    private var sums: [GrantKey: Sum] = [:]
    private var audited = 0

    /// Reads on, and compares: every posting's balance with what the postings so far come to, then the sums with the
    /// grants that are stored. A grant's validity isn't in the journal; it is taken from the grant.
    /// - Returns: what doesn't agree; nil if all does.
    mutating func audit(_ run: ProductRun) -> String? {
        var touched: Set<EntitlementID> = []
        for entry in run.journal.dropFirst(audited) {
            for posting in entry.postings {
                guard let id = entry.entitlement, let entitlement = run.entitlements[id],
                    let allocation = entitlement.allocations.first(where: { $0.name == posting.allocation })
                else { return "a posting of \(entry.event.name) is for no allocation: \(posting)" }
                touched.insert(id)
                let key = GrantKey(entitlement: id, allocation: posting.allocation, grant: posting.grant)
                sums[key, default: Sum()].add(posting)
                let balance = balance(of: allocation, id, at: entry.occurredAt)
                if balance.remaining != posting.remainingAfter || balance.available != posting.availableAfter {
                    return "\(entry.event.name) of \(id) at \(entry.occurredAt) says \(posting), the sum is \(balance)"
                }
            }
        }
        audited = run.journal.count
        return touched.sorted().compactMap { difference(of: $0, run) }.first
    }

    private func balance(of allocation: Allocation, _ id: EntitlementID, at instant: Instant) -> Balance {
        var balance = Balance(total: allocation.terms.kind.quantity == nil ? nil : 0, charged: 0, held: 0)
        for grant in allocation.grants where grant.isValid(at: instant) {
            let key = GrantKey(entitlement: id, allocation: allocation.name, grant: grant.number)
            guard let sum = sums[key] else { continue }
            balance.total = balance.total.map { $0 + sum.granted }
            balance.charged += sum.charged
            balance.held += sum.held
        }
        return balance
    }

    private func difference(of id: EntitlementID, _ run: ProductRun) -> String? {
        for allocation in run.entitlements[id]?.allocations ?? [] {
            for grant in allocation.grants {
                let key = GrantKey(entitlement: id, allocation: allocation.name, grant: grant.number)
                let stored = Sum(granted: grant.quantity ?? 0, charged: grant.charged, held: grant.held)
                guard sums[key] == stored else {
                    return "\(key) is \(stored), its postings come to \(sums[key] ?? Sum())"
                }
            }
        }
        return nil
    }
}
