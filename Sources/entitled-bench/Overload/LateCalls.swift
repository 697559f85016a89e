import EntitledClient
import EntitledService

/// What became of calls whose deadlines passed while the database was held up.
struct LateFigures: Codable, Hashable, Sendable {
    /// Calls whose callers were told that time had passed.
    var expired: Int
    /// Of those, the ones that had been begun before nothing got through any more, and were carried out all the same.
    var begun: Int
    /// Those that came later and were carried out all the same: must be none.
    var expiredInSQL: Int
}

/// Holds the way into a tenant's journal shut, lets calls with a short deadline arrive, opens it again, and looks which
/// of them are in the database.
struct LateCalls: Sendable {
    private static let patience: Duration = .milliseconds(200)
    /// So many that some are for every lane: the first one has to be long before others are used.
    private static let firstCalls = 4 * Limits.longQueue
    /// Cases that are looked up at once.
    private static let lookups = 64

    let plan: OverloadPlan
    let stage: Stage
    /// The tenant's name.
    let name: String
    let tenant: BenchTenant

    func measure() async throws -> LateFigures {
        try await becomeAlone()
        var first: [CaseID] = []
        var later: [CaseID] = []
        try await stage.holdingJournal(of: name) {
            let opening = ContinuousClock.now + .seconds(plan.heldSeconds)
            async let early = open(Self.firstCalls)
            try await waitUntilNothingGetsThrough()
            later = try await open(plan.lateCalls)
            first = try await early
            try await Task.sleep(until: opening)
        }
        try await waitUntilAllGetThrough()
        let begun = try await carriedOut(first)
        return LateFigures(
            expired: first.count + later.count, begun: begun, expiredInSQL: try await carriedOut(later))
    }

    /// - Returns: the cases whose callers gave up.
    private func open(_ count: Int) async throws -> [CaseID] {
        try await withThrowingTaskGroup(of: CaseID?.self) { group in
            for number in 0..<count {
                group.addTask { try await tenant.openWithin(Self.patience, customer: number) }
            }
            return try await group.reduce(into: []) { ids, id in if let id { ids.append(id) } }
        }
    }

    /// As long as a tenant isn't served alone, it gets fewer turns than it has lanes.
    private func becomeAlone() async throws {
        for number in 0...Limits.turnsAlone {
            _ = try await tenant.openWithin(OverloadPlan.patience, customer: number)
        }
    }

    /// Every lane has a batch that waits for the lock, so the next call stays outside of the database.
    private func waitUntilNothingGetsThrough() async throws {
        let patience = ContinuousClock.now + .seconds(5)
        let query = """
            select (count(distinct pid) >= \(Limits.lanes))::text
            from pg_locks join pg_stat_activity using (pid)
            where not granted and datname = '\(Stage.database)'
            """
        while try await stage.rows(query, columns: 1) != [["true"]] {
            guard ContinuousClock.now < patience else { throw NothingHeldUp() }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Calls of a lane are taken in their order: those that are answered now came after all that had waited.
    private func waitUntilAllGetThrough() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<Self.firstCalls {
                group.addTask { _ = try await tenant.openWithin(OverloadPlan.patience, customer: number) }
            }
            try await group.waitForAll()
        }
    }

    private func carriedOut(_ ids: [CaseID]) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for first in 0..<Self.lookups {
                group.addTask {
                    var found = 0
                    for place in stride(from: first, to: ids.count, by: Self.lookups)
                    where try await tenant.findUnanswered(ids[place]) { found += 1 }
                    return found
                }
            }
            return try await group.reduce(0, +)
        }
    }
}

struct NothingHeldUp: Error, CustomStringConvertible {
    let description = "no batch waits for the journal's lock, although another session holds it"
}
