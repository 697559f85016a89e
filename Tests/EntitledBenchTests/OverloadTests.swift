import EntitledClient
import Testing

@testable import entitled_bench

@Suite("Beyond the greatest load")
struct OverloadTests {
    @Test("The whole measurement runs, everything adds up, and nothing is left behind", .timeLimit(.minutes(3)))
    func smoke() async throws {
        let outcome = try await BenchProcess.run("overload", "--smoke")
        try #require(outcome.status == 0, "\(outcome.text)")
        #expect(outcome.text.contains("sums: reconciled"))
        // What doesn't depend on how fast the machine is.
        for bar in ["refusals with a retry hint", "refusals of quiet tenants", "expired calls in SQL"] {
            #expect(outcome.text.contains("pass  \(bar)"), "\(outcome.text)")
        }
        let last = try #require(outcome.text.split(separator: "\n").last)
        let names = last.split(separator: " ").compactMap { $0.split(separator: "=").first }
        #expect(names == ["goodput_ratio", "refusal_p99_ms", "memory_mib", "fairness_ratio", "expired_in_sql"])
        #expect(outcome.results == ["overload.json"])
        #expect(outcome.left.isEmpty)
    }

    @Test("Refusals are told from failures, and those without a hint are counted")
    func tallies() {
        var tally = FloodTally()
        tally.refuse(EntitledError(.overloaded, "full", retryAfter: .seconds(1)), after: .milliseconds(2))
        tally.refuse(EntitledError(.tooManyCalls, "many; nothing was sent"), after: .milliseconds(4))
        tally.refuse(EntitledError(.deadlineExceeded, "late"), after: .seconds(1))
        var sum = tally
        sum.add(tally)
        #expect(sum.refusals.count == 4)
        #expect(sum.refusalCounts == ["full": 2, "many; nothing was sent": 2])
        #expect(sum.withoutHint == 2)
        #expect(sum.failures == 2)
        sum.begun = 20
        sum.answered = 14
        let figures = FloodFigures(sum, wanted: 12, seconds: 2)
        #expect([figures.offered, figures.answered, figures.refused] == [10, 7, 2])
        #expect(figures.hintedPart == 0.5)
        #expect(abs(figures.refusalMaxMilliseconds - 4) < 0.01)
        // What the client refused by itself says nothing of the server.
        #expect(figures.serverRefusals == 2)
        #expect(abs(figures.serverRefusalP99Milliseconds - 2) < 0.01)
        // Where nothing was refused nothing is known of hints.
        #expect(FloodFigures(FloodTally(), wanted: 1, seconds: 1).hintedPart == 0)
    }

    private static func round(
        answered: Int = 95, refusalMilliseconds: Int = 10, hasHint: Bool = true, memory: Int = 100 << 20,
        noisy: Double = 6, quietRefused: Int = 0, expiredInSQL: Int = 0
    ) -> OverloadRound {
        var tally = FloodTally()
        tally.answered = answered
        let hint: Duration? = hasHint ? .milliseconds(100) : nil
        tally.refuse(EntitledError(.overloaded, "full", retryAfter: hint), after: .milliseconds(refusalMilliseconds))
        return OverloadRound(
            capacity: 100, flood: FloodFigures(tally, wanted: 300, seconds: 1),
            memory: MemoryUse(before: 1, most: memory, after: 1),
            fairness: FairnessFigures(
                calmP50Milliseconds: 1, calmP99Milliseconds: 5, noisyP50Milliseconds: 1,
                noisyP99Milliseconds: noisy, noisyAnswered: 1, noisyRefused: 1,
                quietRefused: quietRefused),
            late: LateFigures(expired: 3, begun: 1, expiredInSQL: expiredInSQL))
    }

    private static func missed(_ rounds: [OverloadRound]) -> [String] {
        OverloadFigures(rounds).bars.filter { !$0.isMet }.map(\.name)
    }

    @Test("Every bar is met by what is just good enough")
    func met() {
        #expect(Self.missed([Self.round(answered: 90, refusalMilliseconds: 9)]).isEmpty)
    }

    @Test(
        "Every bar is missed by what isn't",
        arguments: [
            (round(answered: 89), "goodput under overload, of peak"),
            (round(refusalMilliseconds: 11), "p99 of refusals, ms"),
            (round(hasHint: false), "refusals with a retry hint"),
            (round(memory: 126 << 20), "memory, last round against the first"),
            (round(noisy: 6.1), "p99 of quiet tenants beside a noisy one"),
            (round(quietRefused: 1), "refusals of quiet tenants"),
            (round(expiredInSQL: 1), "expired calls in SQL"),
        ])
    func missed(round: OverloadRound, bar: String) {
        // Two bad rounds of three, since medians count.
        #expect(Self.missed([Self.round(), round, round]) == [bar])
    }

    @Test("The last line is for programs")
    func line() {
        let rounds = [Self.round(memory: 50 << 20, expiredInSQL: 1), Self.round(expiredInSQL: 2)]
        let line = OverloadFigures(rounds).line
        #expect(
            line.hasPrefix("goodput_ratio=0.950 refusal_p99_ms=10.0 memory_mib=100 fairness_ratio=1.20 "), "\(line)")
        #expect(line.hasSuffix(" expired_in_sql=3"))
    }

    @Test("A loop begins what is due, and never has more in flight than its limit")
    func loop() async throws {
        let (begun, inFlight, most) = (Counter(), Counter(), Counter())
        let start = ContinuousClock.now
        let schedule = OpenLoopSchedule(start: start, callsPerSecond: 10_000, end: start + .milliseconds(5))
        try await OpenLoop(schedule: schedule, limit: 3, executors: [globalConcurrentExecutor]).run { _, _ in
            begun.add(1)
            if inFlight.add(1) > 3 { most.add(1) }
            await Task.yield()
            inFlight.add(-1)
        }
        #expect(begun.value == 50)
        #expect(most.value == 0)
    }

    @Test("Columns stand below each other")
    func tables() {
        #expect(Text.table([["", "ab"], ["name", "c"]]) == ["      ab", "name   c"])
        #expect(Text.table([]).isEmpty)
        #expect(Text.mebibytes(3 << 19) == "1.50 MiB")
    }
}
