import ArgumentParser
import EntitledClient
import EntitledCore
import Testing

@testable import entitlectl

@Suite("What is printed")
struct TextTests {
    private static func reply(_ decision: CaseDecision, repeated: Bool = false) -> Reply<CaseDecision> {
        Reply(answer: decision, journalNumber: 7, isRepeated: repeated)
    }

    private static let opened = Case(
        id: CaseID(stored: "C1"), customer: CustomerID(stored: "acme"), product: nil, channel: nil,
        entitlement: EntitlementID(stored: "E1"), openedAt: Instant(seconds: 0),
        charges: [Charge(allocation: "main", grant: 1, amount: 1)])
    private static let refusal = Refusal(
        reason: .notCovered, entitlement: nil,
        candidates: [Candidate(entitlement: EntitlementID(stored: "E1"), rank: nil, mismatch: .expired)], omitted: 2)

    @Test
    func decisions() {
        let id = CaseID(stored: "C1")
        let opening = Opening(
            case: Self.opened,
            debits: [
                Debit(allocation: "main", amount: 1, remaining: 9, available: 9),
                Debit(allocation: "email", amount: 1, remaining: nil, available: nil),
            ])
        #expect(
            Self.reply(.opened(opening)).text(of: id, PoolUnits())
                == "opened C1 by E1 (main: 1, 9 remaining; email: 1, unlimited)")
        #expect(
            Self.reply(.opened(opening), repeated: true).text(of: id, PoolUnits())
                == "opened C1 by E1 (main: 1, 9 remaining; email: 1, unlimited) (first answer, journal 7)")
        #expect(
            Self.reply(.refused(Self.refusal)).text(of: id, PoolUnits())
                == "refused C1: not_covered\n  E1: ended\n  and 2 more")
        #expect(
            Self.reply(.exists(Self.opened)).text(of: id, PoolUnits())
                == "exists C1 (opened 1970-01-01T00:00:00.000Z by E1)")
    }

    @Test("What was held is told apart from what was charged, and hours are hours")
    func heldHours() {
        let entitlement = EntitlementID(stored: "E1")
        let opening = Opening(
            case: Case(
                id: CaseID(stored: "C1"), customer: CustomerID(stored: "acme"), product: nil, channel: nil,
                priority: CasePriority(stored: 2), entitlement: entitlement, serviceLevel: ServiceLevelID(stored: "s"),
                openedAt: Instant(seconds: 0),
                charges: [Charge(allocation: "work", grant: 2, amount: 1_800, isHeld: true)]),
            debits: [Debit(allocation: "work", amount: 1_800, isHeld: true, remaining: 72_000, available: 70_200)],
            routing: Routing(queue: "q", skills: ["a", "b"], casePriority: CasePriority(stored: 1), manager: "m"))
        var units = PoolUnits()
        units.add(entitlement, [AllocationTerms(name: "work", kind: .hoursPerPeriod(seconds: 72_000, period: nil))])
        #expect(
            Self.reply(.opened(opening)).text(of: opening.case.id, units) == """
                opened C1 by E1 (work: 0:30:00 held, 19:30:00 available)
                  sla: s
                  routing: queue q, skills a and b, priority 1, manager m
                """)
        #expect(
            opening.case.text(units) == """
                case C1
                  customer     acme
                  priority     2
                  opened       1970-01-01T00:00:00.000Z
                  entitlement  E1
                  sla          s
                  [work]       0:30:00 held in grant 2
                """)
    }

    @Test("as JSON has sorted keys in snake case")
    func json() throws {
        let record = DecisionRecord(Self.reply(.refused(Self.refusal)), of: CaseID(stored: "C1"))
        #expect(
            try JSONText.of(record)
                == #"{"case_id":"C1","decision":"refused","is_repeated":false,"journal_number":7,"refusal":"#
                + #"{"candidates":[{"entitlement":"E1","mismatch":"expired"}],"omitted":2,"reason":"not_covered"}}"#)
    }

    @Test
    func journal() {
        func line(
            _ number: Int64, _ event: JournalEntry.Event, postings: [Posting] = [], detail: String? = nil
        ) -> JournalLine {
            JournalLine(
                number: number, request: nil, recordedAt: Instant(seconds: 0),
                entry: JournalEntry(
                    event: event, actor: "desk", occurredAt: Instant(seconds: 0),
                    entitlement: event == .caseRefused ? nil : EntitlementID(stored: "E1"),
                    case: event == .entitlementActivated ? nil : CaseID(stored: "C1"), postings: postings,
                    detail: detail))
        }
        let lines = [
            line(
                9, .entitlementActivated,
                postings: [
                    Posting(allocation: "main", grant: 1, granted: 100, remainingAfter: 100, availableAfter: 100)
                ]),
            line(
                10, .caseOpened,
                postings: [Posting(allocation: "main", grant: 1, charged: 1, remainingAfter: 99, availableAfter: 99)]),
            line(
                11, .caseRefused,
                detail: #"{"candidates":[{"entitlement":"E1","mismatch":"expired"}],"omitted":2,"#
                    + #""reason":"not_covered"}"#),
        ]
        let time = "1970-01-01T00:00:00.000Z"
        let refusal = "not_covered (E1 expired, and 2 more)"
        #expect(
            JournalRecord.table(lines.map(JournalRecord.init)) == """
                NUMBER  TIME                      EVENT                  ACTOR  ABOUT     POSTING    BALANCE  REASON
                     9  \(time)  entitlement.activated  desk   E1        main +100      100
                    10  \(time)  case.opened            desk   C1 by E1  main −1         99
                    11  \(time)  case.refused           desk   C1                            \(refusal)
                """)
    }

    @Test("A journal line names the record that was written, and why somebody did it")
    func journalDetails() {
        func row(_ event: JournalEntry.Event, detail: String) -> String? {
            let entry = JournalEntry(
                event: event, actor: "desk", occurredAt: Instant(seconds: 0),
                entitlement: event == .entitlementSuspended ? EntitlementID(stored: "E1") : nil, detail: detail)
            let line = JournalLine(number: 1, request: nil, recordedAt: Instant(seconds: 0), entry: entry)
            return JournalRecord.table([JournalRecord(line)]).split(separator: "\n").last.map(String.init)
        }
        #expect(row(.planAdded, detail: #"{"id":"gold","name":"Gold"}"#)?.hasSuffix("desk   gold") == true)
        #expect(row(.entitlementSuspended, detail: #"{"reason":"not paid"}"#)?.hasSuffix("not paid") == true)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "−1,234,567")])
    func numbers(number: Int, text: String) {
        #expect(number.grouped == text)
    }

    @Test("An error is one line; refusals and wrong usage have exit codes of their own")
    func errors() {
        let invalid = EntitledError.invalid("customer", "is empty", allowed: "a\nb")
        #expect(CommandFailure.line(for: invalid) == "invalid_field: customer: is empty; allowed: a b")
        #expect(CommandFailure.line(for: CommandFailure("no")) == "no")
        #expect(CommandFailure.line(for: ExitCode.refused) == nil)
        #expect(CommandFailure.line(for: ValidationError("usage")) == nil)
        #expect(Entitlectl.exitCode(for: ExitCode.refused).rawValue == 3)
        #expect(Entitlectl.exitCode(for: ValidationError("usage")).rawValue == 64)
    }
}
