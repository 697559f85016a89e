import EntitledClient

/// A replay's result as it is printed.
struct ReplayReport: Encodable {
    let file: String
    let rows: Int
    /// What the log's times span; nil without incidents.
    let firstOpenedAt: Instant?
    let lastOpenedAt: Instant?
    let cases: Int
    let opened: Int
    let refused: Int
    /// By reason.
    let refusals: [String: Int]
    let repeated: Int
    let existed: Int
    let failed: Int
    let failures: [ReplayResult.FailedCase]
    let skipped: Int
    /// The first of the lines that were passed over.
    let skippedLines: [LineProblem]
    let updates: Int
    let visitors: Int
    let accountsOfCallers: Int
    let created: ReplayResult.Created
    let seconds: Double
    let casesPerSecond: Int
    let reconciliation: Reconciliation?

    /// The most lines that are listed of those passed over.
    static let listedLines = 20

    init(file: String, log: ServiceNowLog, plan: ReplayPlan, result: ReplayResult) {
        self.file = file
        rows = log.rows
        firstOpenedAt = log.incidents.map(\.openedAt).min()
        lastOpenedAt = log.incidents.map(\.openedAt).max()
        cases = plan.cases.count
        opened = result.opened
        refused = result.refused
        refusals = Dictionary(
            uniqueKeysWithValues: Refusal.Reason.allCases.map { ($0.name, result.refusals[$0] ?? 0) })
        repeated = result.repeated
        existed = result.existed
        failed = result.failed
        failures = result.failures
        let problems = (log.problems + plan.problems).sorted { $0.line < $1.line }
        skipped = problems.count
        skippedLines = Array(problems.prefix(Self.listedLines))
        updates = log.updates
        visitors = plan.visitors
        accountsOfCallers = plan.accountsOfCallers
        created = result.created
        seconds = result.duration / .seconds(1)
        casesPerSecond = seconds > 0 ? Int((Double(plan.cases.count) / seconds).rounded()) : 0
        reconciliation = result.reconciliation
    }

    /// For people, and a last line for programs.
    var text: String {
        ([summary, counts] + failureLines + skippedText + [createdText, speed, verdict, lastLine])
            .joined(separator: "\n")
    }

    /// Why the run is no success; nil if it is one.
    var failure: CommandFailure? {
        if failed > 0 { return CommandFailure("\(failed.of("case")) could not be decided; run it again to go on") }
        guard reconciliation?.isReconciled == true else {
            return CommandFailure("the journal and the balances differ")
        }
        return nil
    }

    private var summary: String {
        var span = ""
        if let firstOpenedAt, let lastOpenedAt {
            span = ", opened \(firstOpenedAt.shortText) to \(lastOpenedAt.shortText)"
        }
        return "\(file): \(rows.of("row")), \(cases.of("case"))\(span), \(updates.of("update")) skipped, "
            + "\(visitors.of("visitor")) at another location than their own"
    }

    private var counts: String {
        let reasons = Refusal.Reason.allCases.reversed().map { "\($0.name)=\(refusals[$0.name] ?? 0)" }
        return "opened=\(opened) refused=\(refused) (\(reasons.joined(separator: " "))) repeated=\(repeated) "
            + "existed=\(existed) failed=\(failed)"
    }

    private var failureLines: [String] {
        var lines = failures.map { "  \($0.caseID): \($0.error)" }
        if failed > failures.count { lines.append("  and \((failed - failures.count).grouped) more") }
        return lines
    }

    private var skippedText: [String] {
        guard skipped > 0 else { return ["no line skipped"] }
        var lines = ["\(skipped.of("line")) skipped:"] + skippedLines.map { "  \($0)" }
        if skipped > skippedLines.count { lines.append("  and \((skipped - skippedLines.count).grouped) more") }
        return lines
    }

    private var createdText: String {
        // They may have been made by an earlier run.
        let callers =
            accountsOfCallers > 0 && created.accounts > 0
            ? " (\(accountsOfCallers.of("caller")) without a location among them)" : ""
        return "created: \(created.accounts.of("account"))\(callers), \(created.contacts.of("contact")), "
            + "\(created.products.of("product")), \(created.channels.of("channel")), "
            + "\(created.entitlements.of("entitlement")) (each account's is <account>/replay)"
    }

    private var speed: String {
        let hundredths = Int((seconds * 100).rounded())
        return "\(casesPerSecond.grouped) cases per second: \(cases.of("case")) in "
            + "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
    }

    private var verdict: String { "journal " + (reconciliation?.text ?? "unknown") }

    private var lastLine: String {
        "replay: cases=\(cases) opened=\(opened) refused=\(refused) repeated=\(repeated) skipped=\(skipped) "
            + "cases_per_second=\(casesPerSecond) "
            + "journal=\(reconciliation?.isReconciled == true ? "reconciled" : "different")"
    }
}
