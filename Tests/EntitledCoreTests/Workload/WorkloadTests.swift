import EntitledTestKit
import Foundation
import Testing

/// Seeded random workloads, against a model that was written apart from the product.
///
/// `ENTITLED_SEED=N` runs one of them again. `ENTITLED_SOAK_SECONDS=N` goes on with new seeds for so long.
@Suite struct WorkloadTests {
    /// Calls of one episode, and episodes of a normal run: 10,000 calls together.
    private static let calls = 250
    private static let episodes: UInt64 = 40

    @Test func agreesWithTheModel() async throws {
        if let seed = Workload.wantedSeed {
            _ = try Self.episode(seed)
            return
        }
        let tally = try await Self.episodes(1...Self.episodes)
        #expect(
            tally.missing.isEmpty, "too little happened: \(tally.missing)\n\(tally.counts.sorted { $0.key < $1.key })")
        if let seconds = ProcessInfo.processInfo.environment["ENTITLED_SOAK_SECONDS"].flatMap(Double.init) {
            try await Self.soak(for: .seconds(seconds))
        }
    }

    private static func episode(_ seed: UInt64) throws -> WorkloadTally {
        var episode = try WorkloadEpisode(seed: seed)
        try episode.run(calls: calls)
        return episode.tally
    }

    private static func episodes(_ seeds: ClosedRange<UInt64>) async throws -> WorkloadTally {
        try await withThrowingTaskGroup(of: WorkloadTally.self) { group in
            for seed in seeds { group.addTask { try episode(seed) } }
            return try await group.reduce(into: WorkloadTally()) { $0.merge($1) }
        }
    }

    private static func soak(for duration: Duration) async throws {
        let clock = ContinuousClock()
        let end = clock.now + duration
        var seed = UInt64.random(in: 1_000...1_000_000_000)
        print("soaking from seed \(seed)")
        while clock.now < end {
            _ = try await episodes(seed...(seed + episodes - 1))
            seed += episodes
        }
        print("soaked to seed \(seed - 1)")
    }
}
