/// What a connection has prepared, scope by scope.
///
/// PostgreSQL plans a prepared statement anew whenever the path along which its names are looked up is another one than
/// before (PostgreSQL manual, `PREPARE`). So a connection that serves several schemas in turn keeps a statement for
/// each.
struct PreparedStatements {
    /// More scopes than that make the connection forget all of them: the server's memory for plans stays bounded.
    static let scopeLimit = 32

    struct Known {
        let sql: String
        /// Under which the server knows it.
        let serverName: String
    }

    private struct Scope {
        let number: Int
        /// By the statements' own names.
        var known: [String: Known] = [:]
    }

    private var scopes: [String: Scope] = [:]
    /// The present one, which isn't among the others meanwhile.
    private var scope = Scope(number: 0)
    private var scopeName: String?
    /// Whether the server is still to be told that everything is forgotten.
    private(set) var isForgetting = false

    /// From now on statements are those of this scope.
    mutating func enter(_ name: String) {
        if name == scopeName { return }
        if let scopeName { scopes[scopeName] = scope }
        scopeName = name
        if let known = scopes.removeValue(forKey: name) {
            scope = known
            return
        }
        if scopes.count >= Self.scopeLimit {
            scopes = [:]
            isForgetting = true
        }
        scope = Scope(number: scopes.count + 1)
    }

    /// What has to go before anything else, if scopes were forgotten.
    mutating func forgetting() -> PipelineStep? {
        guard isForgetting else { return nil }
        isForgetting = false
        return PipelineStep(Statement(name: "", sql: "deallocate all"))
    }

    /// Short, since PostgreSQL tells names apart by their first 63 bytes.
    func serverName(of statement: Statement) -> String {
        known(statement)?.serverName ?? "\(scope.number) \(statement.name)"
    }

    func known(_ statement: Statement) -> Known? { scope.known[statement.name] }

    mutating func add(_ statement: Statement) {
        scope.known[statement.name] = Known(sql: statement.sql, serverName: serverName(of: statement))
    }
}
