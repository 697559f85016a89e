/// The figures that decide, and what they have to reach.
struct OverloadFigures: Codable, Hashable, Sendable {
    /// Under overload, of what is possible: the median of the rounds.
    let goodputRatio: Double
    /// The median of the rounds.
    let refusalP99Milliseconds: Double
    /// Refusals that say when to come back, of all: 0 to 1, in the worst round.
    let hintedPart: Double
    /// What the server took at most under overload, in MiB.
    let memoryMebibytes: Double
    /// That of the last round against that of the first: what grows without bounds grows with each round.
    let memoryRatio: Double
    /// How much longer quiet tenants wait for a noisy one: the median of the rounds.
    let fairnessRatio: Double
    /// Calls of quiet tenants that were refused, in all rounds.
    let quietRefused: Int
    /// Calls that were carried out although their time was over before they were begun, in all rounds.
    let expiredInSQL: Int

    /// - Parameter rounds: at least one.
    init(_ rounds: [OverloadRound]) {
        precondition(!rounds.isEmpty)
        func median(_ value: (OverloadRound) -> Double) -> Double { Spread(rounds.map(value)).median }
        let memory = rounds.map { Double($0.memory.most) / 1_048_576 }
        goodputRatio = median(\.goodputRatio)
        refusalP99Milliseconds = median(\.flood.refusalP99Milliseconds)
        hintedPart = Spread(rounds.map(\.flood.hintedPart)).least
        memoryMebibytes = Spread(memory).greatest
        memoryRatio = memory[memory.count - 1] / max(memory[0], 1)
        fairnessRatio = median(\.fairness.ratio)
        quietRefused = rounds.reduce(0) { $0 + $1.fairness.quietRefused }
        expiredInSQL = rounds.reduce(0) { $0 + $1.late.expiredInSQL }
    }

    var bars: [Figures.Bar] {
        [
            Figures.Bar(name: "goodput under overload, of peak", value: goodputRatio, limit: 0.9),
            ceiling("p99 of refusals, ms", refusalP99Milliseconds, 10),
            Figures.Bar(name: "refusals with a retry hint", value: hintedPart, limit: 1),
            ceiling("memory, last round against the first", memoryRatio, 1.25),
            ceiling("p99 of quiet tenants beside a noisy one", fairnessRatio, 1.2),
            ceiling("refusals of quiet tenants", Double(quietRefused), 0),
            ceiling("expired calls in SQL", Double(expiredInSQL), 0),
        ]
    }

    private func ceiling(_ name: String, _ value: Double, _ limit: Double) -> Figures.Bar {
        Figures.Bar(name: name, value: value, limit: limit, isCeiling: true)
    }

    /// The last line of the output, for programs.
    var line: String {
        [
            ("goodput_ratio", Text.number(goodputRatio)), ("refusal_p99_ms", Text.number(refusalP99Milliseconds)),
            ("memory_mib", Text.number(memoryMebibytes)), ("fairness_ratio", Text.number(fairnessRatio)),
            ("expired_in_sql", "\(expiredInSQL)"),
        ].map { "\($0)=\($1)" }.joined(separator: " ")
    }
}
