import EntitledPostgres

/// One transaction as a tenant's role, opened together with its first statements, so that opening costs no round trip.
///
/// Lives inside one lease of a session and never leaves it.
final class TenantTransaction {
    enum Kind {
        /// Locks and writes. Each statement sees what was committed before it.
        case batch
        /// Reads one snapshot.
        case snapshot
    }

    private let session: PostgresSession
    private let placement: Placement
    private let kind: Kind
    private var isOpen = false

    var hints: LoadingHints { placement.hints }

    init(_ kind: Kind, on session: PostgresSession, of placement: Placement) {
        self.kind = kind
        self.session = session
        self.placement = placement
        session.enter(scope: placement.schema)
    }

    /// Sends the first steps, which a flush (with `commits`: a commit) is going to ask for on the connection's thread.
    func sendAhead(_ steps: [PipelineStep], commits: Bool) {
        session.sendAhead(opening + steps + (commits ? [commitStep] : []))
    }

    /// Runs the steps in one round trip.
    /// - Parameter silence: how long the server may say nothing; nil is the connection's usual time.
    /// - Returns: an answer for each step.
    func flush(_ steps: [PipelineStep], silence: Duration? = nil) throws -> [Rows] {
        if isOpen { return try session.flush(steps, silence: silence) }
        let opening = opening
        let answers: [Rows]
        do {
            answers = try session.flush(opening + steps, silence: silence)
        } catch  where error.deniesRole {
            session.retire()
            throw error
        }
        isOpen = true
        try session.requireOwnRole(asOf: answers[1])
        return Array(answers.dropFirst(opening.count))
    }

    /// Runs the steps and commits, in one round trip. What is run after it is another transaction.
    /// - Parameter silence: as for ``flush(_:silence:)``.
    /// - Returns: an answer for each step.
    @discardableResult
    func commit(_ steps: [PipelineStep] = [], silence: Duration? = nil) throws -> [Rows] {
        let answers = try flush(steps + [commitStep], silence: silence)
        isOpen = false
        return Array(answers.dropLast())
    }

    /// Rolls back what is open; the pool discards a connection on which that fails. What is run after it is another
    /// transaction.
    func abandon() {
        isOpen = false
        if session.transactionStatus != .idle { _ = try? session.flush([.rollback]) }
    }

    private var opening: [PipelineStep] { [PipelineStep(begin), placement.enter] }

    private var begin: Statement {
        switch kind {
        case .batch: Statements.beginBatch
        case .snapshot: Statements.beginSnapshot
        }
    }

    private var commitStep: PipelineStep {
        switch kind {
        case .batch: .commit
        case .snapshot: PipelineStep(Statements.endSnapshot)
        }
    }
}

extension PostgresSession {
    /// A connection that came back from its last user with another role than its login's is not used again.
    /// - Parameter entered: the answer of a statement that read the role before it set it.
    func requireOwnRole(asOf entered: Rows) throws(PostgresError) {
        guard try entered.only().bool(0) else {
            retire()
            throw PostgresError(.connectionLost, "the connection had kept another role")
        }
    }
}

extension PostgresError {
    /// Whether the role couldn't be taken. That may be the connection's fault: PostgreSQL keeps each session's list of
    /// memberships, and one that is made up while another is granted can miss it until the next is.
    var deniesRole: Bool { sqlState == "42501" && statement == Statements.enterTenant.name }
}
