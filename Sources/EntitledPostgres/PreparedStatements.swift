/// What a connection has prepared, scope by scope.
///
/// PostgreSQL plans a prepared statement anew whenever the path along which its names are looked up is another one than
/// before (PostgreSQL manual, `PREPARE`). So a connection that serves several schemas in turn keeps a statement for
/// each.
struct PreparedStatements {
    /// More scopes than that make the connection forget all of them: the server's memory for plans stays bounded.
    static let scopeLimit = 32

    private var numbers: [String: Int] = [:]
    private var number = 0
    /// By the names under which the server knows them.
    private var sql: [String: String] = [:]
    /// Whether the server is still to be told that everything is forgotten.
    private var isForgetting = false

    /// From now on statements are those of this scope.
    mutating func enter(_ scope: String) {
        if let known = numbers[scope] {
            number = known
            return
        }
        if numbers.count >= Self.scopeLimit {
            numbers = [:]
            sql = [:]
            isForgetting = true
        }
        number = numbers.count + 1
        numbers[scope] = number
    }

    /// What has to go before anything else, if scopes were forgotten.
    mutating func forgetting() -> PipelineStep? {
        guard isForgetting else { return nil }
        isForgetting = false
        return PipelineStep(Statement(name: "", sql: "deallocate all"))
    }

    /// Short, since PostgreSQL tells names apart by their first 63 bytes.
    func serverName(of statement: Statement) -> String { "\(number) \(statement.name)" }

    func sql(of statement: Statement) -> String? { sql[serverName(of: statement)] }

    mutating func add(_ statement: Statement) { sql[serverName(of: statement)] = statement.sql }
}
