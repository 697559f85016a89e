import EntitledClient
import EntitledCore
import Testing

@testable import entitlectl

@Suite("A replay's result")
struct ReplayResultTests {
    private static func log() throws -> (ServiceNowLog, ReplayPlan) {
        let log = try ServiceNowLog(
            "number,caller_id,location,contact_type,category,opened_at\n"
                + (1...5).map { "I\($0),?,Site,?,?,29-02-2016 01:16\n" }.joined()
                + "I1,?,Site,?,?,29-02-2016 01:16\n" + String(repeating: "bad\n", count: 22), zone: .utc)
        return (
            log,
            ReplayPlan(
                log.incidents, kind: .unlimited(unit: .case), startDay: CalendarDay(daysSince1970: 20_000), zone: .utc)
        )
    }

    private static func refused(_ reason: Refusal.Reason) -> CaseDecision {
        .refused(Refusal(reason: reason, entitlement: nil, candidates: [], omitted: 0))
    }

    private static func reply(_ decision: CaseDecision, repeated: Bool = false) -> Reply<CaseDecision> {
        Reply(answer: decision, journalNumber: 1, isRepeated: repeated)
    }

    @Test("counts what this run decided apart from answers that were given before")
    func counts() throws {
        let existing = Case(
            id: CaseID(stored: "I3"), customer: CustomerID(stored: "Site"), product: nil, channel: nil,
            entitlement: EntitlementID(stored: "E"), openedAt: Instant(seconds: 0), charges: [])
        var result = ReplayResult()
        result.count(Self.reply(Self.refused(.exhausted)))
        result.count(Self.reply(Self.refused(.notCovered), repeated: true))
        result.count(Self.reply(.exists(existing)))
        result.count(Self.reply(.opened(Opening(case: existing, debits: []))))
        result.count(EntitledError(.unavailable, "gone"), of: CaseID(stored: "I5"))
        result.duration = .milliseconds(500)
        result.reconciliation = Reconciliation(journalLines: 3, grants: 1, cases: 1, differences: [])

        let (log, plan) = try Self.log()
        let report = ReplayReport(file: "x.csv", log: log, plan: plan, result: result)
        let lines = report.text.split(separator: "\n")
        #expect(lines.contains("opened=1 refused=1 (exhausted=1 not_covered=0) repeated=1 existed=1 failed=1"))
        #expect(lines.contains("  I5: unavailable: gone"))
        #expect(lines.contains("22 lines skipped:"))
        #expect(lines.contains("  line 27: row: has 1 column, the header has 6"))
        #expect(!lines.contains("  line 28: row: has 1 column, the header has 6"))
        #expect(lines.contains("  and 2 more"))
        #expect(
            lines.last
                == "replay: cases=5 opened=1 refused=1 repeated=1 skipped=22 cases_per_second=10 journal=reconciled")
        #expect(report.failure != nil, "a case without a decision is no success")
    }

    @Test("is a success only if the journal is reconciled")
    func reconciliation() throws {
        let (log, plan) = try Self.log()
        var result = ReplayResult()
        result.reconciliation = Reconciliation(journalLines: 3, grants: 1, cases: 1, differences: [])
        #expect(ReplayReport(file: "x.csv", log: log, plan: plan, result: result).failure == nil)
        result.reconciliation = Reconciliation(journalLines: 3, grants: 1, cases: 1, differences: ["one"])
        let report = ReplayReport(file: "x.csv", log: log, plan: plan, result: result)
        #expect(report.failure == CommandFailure("the journal and the balances differ"))
        #expect(report.text.contains("different: 3 journal lines, 1 grant, 1 case\n  one\n"))
        #expect(report.text.hasSuffix("journal=different"))
    }
}

@Suite("Bounded work")
struct BoundedTests {
    private actor Gauge {
        private var present = 0
        private(set) var highest = 0

        func enter() {
            present += 1
            highest = max(highest, present)
        }

        func leave() { present -= 1 }
    }

    @Test("does everything, never more than the limit at once")
    func limit() async throws {
        let gauge = Gauge()
        var sum = 0
        try await Bounded.forEach(Array(1...200), limit: 7) { number in
            await gauge.enter()
            await Task.yield()
            await gauge.leave()
            return number
        } gather: {
            sum += $0
        }
        #expect(sum == 20_100)
        #expect(await gauge.highest <= 7)
    }
}
