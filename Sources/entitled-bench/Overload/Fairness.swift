/// How long tenants wait who keep to their share.
struct FairnessFigures: Codable, Hashable, Sendable {
    /// As long as everybody does.
    var calmP50Milliseconds: Double
    var calmP99Milliseconds: Double
    /// While one asks for many times its share.
    var noisyP50Milliseconds: Double
    var noisyP99Milliseconds: Double
    /// Calls a second of the noisy tenant that were answered.
    var noisyAnswered: Double
    /// And refused.
    var noisyRefused: Double
    /// Calls of the quiet tenants that were refused or failed, in both cases: must be none.
    var quietRefused: Int

    var ratio: Double { noisyP99Milliseconds / max(calmP99Milliseconds, 0.001) }
}

/// Tenants of which the first one is quiet, or isn't.
struct Fairness: Sendable {
    let tenants: [BenchTenant]
    let seconds: Double
    let seed: UInt64

    /// - Parameter capacity: calls a second.
    func measure(capacity: Double) async throws -> FairnessFigures {
        let share = capacity * OverloadPlan.sharedPart / Double(tenants.count)
        let (_, calm) = try await run(share, first: share)
        let (noisy, disturbed) = try await run(share, first: share * OverloadPlan.noise)
        return FairnessFigures(
            calmP50Milliseconds: calm.answers.milliseconds(50),
            calmP99Milliseconds: calm.answers.milliseconds(99),
            noisyP50Milliseconds: disturbed.answers.milliseconds(50),
            noisyP99Milliseconds: disturbed.answers.milliseconds(99),
            noisyAnswered: Double(noisy.answered) / seconds, noisyRefused: Double(noisy.refusals.count) / seconds,
            quietRefused: [calm, disturbed].reduce(0) { $0 + $1.refusals.count + $1.failures })
    }

    /// - Returns: the first tenant's calls, and those of the others together.
    private func run(_ share: Double, first: Double) async throws -> (first: FloodTally, others: FloodTally) {
        let floods = tenants.enumerated().map { number, tenant in
            Flood(tenant: tenant, callsPerSecond: number == 0 ? first : share, seed: seed &+ UInt64(number))
        }
        let tallies = try await Flood.run(floods, for: .seconds(seconds))
        return (tallies[0], tallies.dropFirst().reduce(into: FloodTally()) { $0.add($1) })
    }
}
