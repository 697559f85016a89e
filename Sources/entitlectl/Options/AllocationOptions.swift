import ArgumentParser
import EntitledClient

/// How many cases or hours, and for how long.
struct AllocationOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "An allocation: NAME=QUANTITY [per PERIOD] [OPTION=VALUE …]; repeatable.", valueName: "allocation"))
    var allocation: [String] = []
    @Option(name: .long, help: ArgumentHelp("Short for one allocation: so many cases.", valueName: "n"))
    var incidents: String?
    @Option(name: .long, help: ArgumentHelp("Short for one allocation: so much work.", valueName: "duration"))
    var hours: String?
    @Flag(name: .long, help: "Short for one allocation: any number of cases.")
    var unlimited = false
    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --incidents or --hours: day, week, month, quarter, year, or '2 weeks' (default: the whole term).",
            valueName: "period"))
    var per: String?

    func validate() throws {
        let ways = [incidents != nil, hours != nil, unlimited, !allocation.isEmpty].count { $0 }
        guard ways <= 1 else {
            throw ValidationError("at most one of --incidents, --hours, --unlimited and --allocation")
        }
        guard per == nil || incidents != nil || hours != nil else {
            throw ValidationError("--per goes with --incidents or --hours")
        }
    }

    /// What is given; empty if nothing is.
    /// - Throws: ``EntitledError`` `invalid_field`.
    func terms() throws(EntitledError) -> [AllocationTerms] {
        if unlimited { return [AllocationTerms(kind: .unlimited(unit: .case))] }
        if let incidents {
            guard Int64(incidents) != nil else {
                throw .invalid("incidents", "'\(incidents)' is no number of cases", allowed: "a whole number")
            }
            return [AllocationTerms(kind: try AllocationText.kind(incidents, per: per, field: "incidents"))]
        }
        if let hours {
            guard DurationText.looksLikeOne(hours) else {
                throw .invalid("hours", "'\(hours)' is no duration", allowed: DurationText.allowed)
            }
            return [AllocationTerms(kind: try AllocationText.kind(hours, per: per, field: "hours"))]
        }
        var terms: [AllocationTerms] = []
        for text in allocation { terms.append(try AllocationText.terms(text)) }
        return terms
    }
}
