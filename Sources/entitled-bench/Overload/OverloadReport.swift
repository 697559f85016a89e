/// Everything that was measured.
struct OverloadReport: Codable, Sendable {
    let surroundings: Surroundings
    let plan: OverloadPlan
    let tuning: Tuning
    let rounds: [OverloadRound]
    /// What doesn't add up; empty if all sums are right.
    let differences: [String]
    let figures: OverloadFigures

    /// - Parameter rounds: at least one.
    init(
        surroundings: Surroundings, plan: OverloadPlan, tuning: Tuning, rounds: [OverloadRound], differences: [String]
    ) {
        self.surroundings = surroundings
        self.plan = plan
        self.tuning = tuning
        self.rounds = rounds
        self.differences = differences
        figures = OverloadFigures(rounds)
    }

    /// For a person; the last line is for programs.
    var text: String {
        let lines = table + counts + ReportFile.sums(differences) + ["", "bars:"] + figures.bars.map(\.line)
        return (lines + ["", figures.line]).joined(separator: "\n")
    }

    private var table: [String] {
        let rows: [(String, (OverloadRound) -> Double)] = [
            ("peak, calls/s", { $0.capacity }),
            ("overload: wanted, calls/s", { $0.flood.wanted }),
            ("overload: offered, calls/s", { $0.flood.offered }),
            ("overload: answered, calls/s", { $0.flood.answered }),
            ("overload: refused, calls/s", { $0.flood.refused }),
            ("goodput, of peak", { $0.goodputRatio }),
            ("refusals: p50, ms", { $0.flood.refusalP50Milliseconds }),
            ("refusals: p99, ms", { $0.flood.refusalP99Milliseconds }),
            ("refusals: longest, ms", { $0.flood.refusalMaxMilliseconds }),
            ("refusals by the server, in all", { Double($0.flood.serverRefusals) }),
            ("refusals by the server: p99, ms", { $0.flood.serverRefusalP99Milliseconds }),
            ("memory before, MiB", { Double($0.memory.before) / 1_048_576 }),
            ("memory at most, MiB", { Double($0.memory.most) / 1_048_576 }),
            ("memory after, MiB", { Double($0.memory.after) / 1_048_576 }),
            ("quiet tenants: p50, ms", { $0.fairness.calmP50Milliseconds }),
            ("quiet tenants: p99, ms", { $0.fairness.calmP99Milliseconds }),
            ("beside a noisy one: p50, ms", { $0.fairness.noisyP50Milliseconds }),
            ("beside a noisy one: p99, ms", { $0.fairness.noisyP99Milliseconds }),
            ("noisy tenant: answered, calls/s", { $0.fairness.noisyAnswered }),
            ("noisy tenant: refused, calls/s", { $0.fairness.noisyRefused }),
        ]
        let lines = rows.map { name, value in
            let spread = Spread(rounds.map(value))
            return [name] + [spread.median, spread.least, spread.greatest].map(Text.number)
        }
        return ["", "medians of \(rounds.count) rounds:"] + Text.table([["", "median", "least", "greatest"]] + lines)
    }

    private var counts: [String] {
        func sum(_ counts: (OverloadRound) -> [String: Int]) -> [(key: String, value: Int)] {
            rounds.reduce(into: [:]) { $0.merge(counts($1), uniquingKeysWith: +) }.sorted { $0.value > $1.value }
        }
        let memory = rounds.map { "\($0.memory.most)" }.joined(separator: ", ")
        let late = rounds.map(\.late)
        let expired = late.reduce(0) { $0 + $1.expired }
        let begun = late.reduce(0) { $0 + $1.begun }
        let offered = Spread(rounds.map { $0.flood.offered / max($0.flood.wanted, 0.001) })
        var lines = sum(\.flood.refusals).map { "refused \($0.value) times: \($0.key)" }
        lines += sum(\.flood.failures).map { "FAILED \($0.value) times: \($0.key)" }
        if offered.least < 0.95 {
            lines.append("the generator couldn't keep up: it began \(Text.number(offered.median)) of what was wanted")
        }
        lines.append("memory at most in each round, bytes: \(memory)")
        lines.append(
            "expired: \(expired) calls; \(begun) had begun before and were carried out all the same; of the rest "
                + (figures.expiredInSQL == 0 ? "none" : "\(figures.expiredInSQL)") + " reached SQL")
        return [""] + lines
    }
}
