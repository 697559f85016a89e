/// A statement that each connection prepares once, under its name, together with its first execution.
///
/// The same name with other SQL is refused. An empty name means PostgreSQL's unnamed statement, parsed at each use.
package struct Statement: Sendable, Hashable {
    package var name: String
    package var sql: String

    package init(name: String, sql: String) {
        self.name = name
        self.sql = sql
    }
}

/// One execution in a pipeline.
package struct PipelineStep: Sendable {
    package var statement: Statement
    package var parameters: Parameters
    /// Whether this step ends a transaction for good: losing the connection before its answer is `commitUnknown`, and
    /// so is a warning of the server's on it.
    package var isCommit: Bool

    package init(_ statement: Statement, _ parameters: Parameters = Parameters(), isCommit: Bool = false) {
        self.statement = statement
        self.parameters = parameters
        self.isCommit = isCommit
    }

    package static let begin = PipelineStep(Statement(name: "begin", sql: "begin"))
    package static let commit = PipelineStep(Statement(name: "commit", sql: "commit"), isCommit: true)
    package static let rollback = PipelineStep(Statement(name: "rollback", sql: "rollback"))
}
