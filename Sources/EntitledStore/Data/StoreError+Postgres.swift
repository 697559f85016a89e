import EntitledPostgres
import EntitledService

extension StoreError {
    /// The one place where SQLSTATEs get their meaning (PostgreSQL manual, Appendix A).
    init(of error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as PostgresError: self.init(Self.failure(of: error), error.description)
        case is CancellationError: self.init(.connection, "cancelled while waiting for a connection")
        default: self.init(.bug, "\(type(of: error))")
        }
    }

    private static func failure(of error: PostgresError) -> Failure {
        switch error.code {
        case .connectionFailed, .connectionLost, .poolClosed: .connection
        case .commitUnknown: .outcomeUnknown
        case .poolExhausted: .overloaded
        case .protocolViolation, .invalidArgument: .bug
        case .server: failure(ofState: error.sqlState ?? "")
        }
    }

    private static func failure(ofState state: String) -> Failure {
        switch state {
        // unique_violation, deadlock_detected, serialization_failure
        case "23505", "40P01", "40001": .conflict
        // lock_not_available, query_canceled
        case "55P03", "57014": .busy
        // feature_not_supported and invalid_sql_statement_name: a prepared statement went stale, a new one helps.
        case "0A000", "26000": .conflict
        default:
            switch state.prefix(2) {
            // 54: what one call brought is too much for the database.
            case "22", "23", "54": .data
            case "08", "57", "53": .connection
            case "42", "3F", "28", "0P": .tenantUnavailable
            default: .bug
            }
        }
    }
}
