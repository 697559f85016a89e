import EntitledClient

/// What a replay did, counted.
struct ReplayResult {
    struct Created: Hashable, Encodable {
        var accounts = 0
        var contacts = 0
        var products = 0
        var channels = 0
        var entitlements = 0
    }

    struct FailedCase: Hashable, Encodable {
        let caseID: CaseID
        let error: String
    }

    /// The most failures that are kept.
    static let listedFailures = 20

    /// Made by this run.
    var created = Created()
    /// Decided by this run.
    private(set) var opened = 0
    private(set) var refusals: [Refusal.Reason: Int] = [:]
    /// First answers, given again.
    private(set) var repeated = 0
    /// The case was opened by other means.
    private(set) var existed = 0
    private(set) var failed = 0
    /// The first ones.
    private(set) var failures: [FailedCase] = []
    /// From the first case sent to the last one answered.
    var duration: Duration = .zero
    var reconciliation: Reconciliation?

    var refused: Int { refusals.values.reduce(0, +) }

    mutating func count(_ reply: Reply<CaseDecision>) {
        guard !reply.isRepeated else {
            repeated += 1
            return
        }
        switch reply.answer {
        case .opened: opened += 1
        case .refused(let refusal): refusals[refusal.reason, default: 0] += 1
        case .exists: existed += 1
        }
    }

    mutating func count(_ error: EntitledError, of id: CaseID) {
        failed += 1
        if failures.count < Self.listedFailures {
            failures.append(FailedCase(caseID: id, error: error.description))
        }
    }
}
