/// Something that is measured in each round.
struct Contender: Sendable {
    let name: String
    let seconds: Double
    /// - Parameters: the seconds, and what was measured before.
    let measure: @Sendable (Double, Measurements) async throws -> Sample

    init(
        _ name: String, seconds: Double, _ measure: @escaping @Sendable (Double, Measurements) async throws -> Sample
    ) {
        self.name = name
        self.seconds = seconds
        self.measure = measure
    }
}

/// Measures contenders in turn: what changes on the machine meanwhile meets them all.
enum Rounds {
    static func run(
        _ contenders: [Contender], rounds: Int, into measurements: inout Measurements
    ) async throws {
        for round in 1...rounds {
            for contender in contenders {
                let sample = try await contender.measure(contender.seconds, measurements)
                measurements.add(sample, to: contender.name)
                Progress.say("round \(round)/\(rounds)  \(contender.name): \(Text.number(sample.perSecond))/s")
            }
        }
    }
}

/// The count with which a contender does best.
struct Tuning: Codable, Sendable {
    struct Attempt: Codable, Sendable {
        let count: Int
        let perSecond: Double
    }

    let name: String
    let attempts: [Attempt]
    let best: Int

    /// - Parameters:
    ///   - counts: at least one; if there is only one, nothing is tried.
    ///   - passes: how often all of them are tried in turn, so that one slow second decides nothing.
    static func find(
        _ name: String, among counts: [Int], passes: Int, _ measure: (Int) async throws -> Sample
    ) async throws -> Tuning {
        var sums: [Int: Double] = [:]
        if counts.count > 1 {
            for _ in 0..<passes {
                for count in counts { sums[count, default: 0] += try await measure(count).perSecond }
            }
        }
        let attempts = counts.compactMap { count in
            sums[count].map { Attempt(count: count, perSecond: $0 / Double(passes)) }
        }
        let best = attempts.max { $0.perSecond < $1.perSecond }?.count ?? counts[0]
        let tried = attempts.map { "\($0.count): \(Text.number($0.perSecond))/s" }.joined(separator: ", ")
        Progress.say("best count for \(name): \(best)" + (tried.isEmpty ? "" : " (\(tried))"))
        return Tuning(name: name, attempts: attempts, best: best)
    }
}
