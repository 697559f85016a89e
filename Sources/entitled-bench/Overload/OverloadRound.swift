/// What one round has measured.
struct OverloadRound: Codable, Hashable, Sendable {
    /// Calls a second in a closed loop.
    var capacity: Double
    var flood: FloodFigures
    var memory: MemoryUse
    var fairness: FairnessFigures
    var late: LateFigures

    /// The part of what is possible that is still done under overload.
    var goodputRatio: Double { flood.answered / max(capacity, 0.001) }
}

/// Calls beyond the greatest load; where nothing else is said, a second.
struct FloodFigures: Codable, Hashable, Sendable {
    var wanted: Double
    /// What the generator began.
    var offered: Double
    var answered: Double
    var refused: Double
    var refusalP50Milliseconds: Double
    var refusalP99Milliseconds: Double
    var refusalMaxMilliseconds: Double
    /// Of those that the server refused.
    var serverRefusals: Int
    var serverRefusalP99Milliseconds: Double
    /// Refusals that say when to come back, of all: 0 to 1; 0 if there were none.
    var hintedPart: Double
    /// How often which refusal was heard, in all.
    var refusals: [String: Int]
    /// What else went wrong, and how often.
    var failures: [String: Int]

    init(_ tally: FloodTally, wanted: Double, seconds: Double) {
        let refusals = tally.refusals
        self.wanted = wanted
        offered = Double(tally.begun) / seconds
        answered = Double(tally.answered) / seconds
        refused = Double(refusals.count) / seconds
        refusalP50Milliseconds = refusals.milliseconds(50)
        refusalP99Milliseconds = refusals.milliseconds(99)
        refusalMaxMilliseconds = refusals.milliseconds(100)
        serverRefusals = tally.serverRefusals.count
        serverRefusalP99Milliseconds = tally.serverRefusals.milliseconds(99)
        hintedPart = refusals.count == 0 ? 0 : 1 - Double(tally.withoutHint) / Double(refusals.count)
        self.refusals = tally.refusalCounts
        failures = tally.failureCounts
    }
}
