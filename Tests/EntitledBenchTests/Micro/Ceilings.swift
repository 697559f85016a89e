/// What operations may cost: what was recorded, and a little.
struct Ceilings {
    private struct Limit: Sendable {
        let name: String
        let count: @Sendable (MicrobenchReport.Counts) -> Double?
        /// How much more than recorded is allowed.
        let margin: Double
        /// The same with another compiler or processor; nil: then they can't be compared.
        let marginElsewhere: Double?
    }

    let recorded: MicrobenchReport

    static let recording = """
        swift run -q entitled-microbench --instructions --json > Tests/EntitledBenchTests/Micro/ceilings.json
        """

    private static let limits: [Limit] = [
        Limit(name: "allocations", count: { $0.allocations }, margin: 0, marginElsewhere: 0.1),
        // An array grows into what its block has room for, and that depends on what was freed before.
        Limit(name: "bytes", count: { $0.bytes }, margin: 0.05, marginElsewhere: 0.1),
        // Libraries choose their code by the processor's features.
        Limit(name: "instructions", count: { $0.instructions }, margin: 0.1, marginElsewhere: nil),
    ]

    /// Where the costs aren't what was recorded. A cost that has fallen below half is a finding too, so that what was
    /// won can't be lost unseen.
    func findings(in measured: MicrobenchReport) -> [String] {
        guard measured.configuration == recorded.configuration else {
            return ["recorded was \(recorded.configuration), this is \(measured.configuration)"]
        }
        let names = Set(recorded.benchmarks.keys).union(measured.benchmarks.keys).sorted()
        return names.flatMap { name in
            guard let old = recorded.benchmarks[name] else { return ["\(name) isn't recorded: \(Self.recording)"] }
            guard let new = measured.benchmarks[name] else { return ["\(name) is recorded, and no longer measured"] }
            return Self.limits.compactMap { limit in
                let isHere = measured.platform == recorded.platform
                guard let margin = isHere ? limit.margin : limit.marginElsewhere else { return nil }
                return finding("\(name): \(limit.name)", limit.count(old), limit.count(new), margin)
            }
        }
    }

    private func finding(_ what: String, _ old: Double?, _ new: Double?, _ margin: Double) -> String? {
        guard let old, let new else { return "\(what) weren't counted" }
        if new > old * (1 + margin) {
            return "\(what) are \(new), allowed: \(old * (1 + margin)). If that must be: \(Self.recording)"
        }
        if new < old / 2 {
            return "\(what) are \(new), less than half of \(old). Keep what was won: \(Self.recording)"
        }
        return nil
    }
}
