/// How much a case takes, and from which grants.
enum Consumption {
    /// What opening a case costs each allocation that covers it.
    static let caseCost: Int64 = 1

    /// Whether the allocation can give so much. The boundary is exact: equal passes.
    ///
    /// Without a grant it gives nothing, also if it is unlimited: an activated allocation always has one, but what a
    /// database holds must never stop the server.
    static func covers(_ cost: Int64, _ allocation: Allocation) -> Bool {
        guard !allocation.grants.isEmpty else { return false }
        return allocation.available.map { $0 >= cost } ?? true
    }

    /// Takes `cost` from the grants in burn order, which ``covers(_:_:)`` has allowed.
    /// - Returns: a posting for each grant that gave something.
    static func take(_ cost: Int64, from allocation: inout Allocation, at now: Instant) -> [Posting] {
        var due = cost
        var postings: [Posting] = []
        for index in allocation.grants.indices where due > 0 {
            let grant = allocation.grants[index]
            let amount = min(due, grant.available ?? due)
            guard amount > 0 else { continue }
            due -= amount
            allocation.grants[index].charged += amount
            allocation.grants[index].changedAt = now
            postings.append(
                Posting(
                    allocation: allocation.name, grant: grant.number, charged: amount,
                    remainingAfter: allocation.remaining, availableAfter: allocation.available))
        }
        precondition(due == 0, "an allocation gave less than it had been found to cover")
        return postings
    }
}
