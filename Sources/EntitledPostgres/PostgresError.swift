/// Why a question to the database could not be answered.
///
/// `description` is fit for logs: it leaves out `detail`, and the message of data exceptions (SQLSTATE class 22),
/// because PostgreSQL quotes values there.
package struct PostgresError: Error, Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        /// No connection came about: wrong address, refused, rejected login, or `connectTimeout` passed.
        case connectionFailed
        /// The connection is gone, and with it the transaction that was open on it. What ran outside an explicit
        /// transaction may have taken effect.
        case connectionLost
        /// A commit was sent and its outcome will never be known here. Ask the data whether it took place.
        case commitUnknown
        /// The server refused a statement; `sqlState` says why. The connection goes on.
        case server
        /// What arrived is not what the protocol or the reader of a value allows.
        case protocolViolation
        /// What the caller handed over can't be sent (too many parameters, too large a value, a name used twice).
        case invalidArgument
        /// The pool is closed or closing.
        case poolClosed
        /// As many callers wait for a connection as may; come again after the hint.
        case poolExhausted(retryAfter: Duration)
    }

    package var code: Code
    /// The server's primary message, or ours.
    package var message: String
    /// The five characters of PostgreSQL's Appendix A, if the server spoke.
    package var sqlState: String?
    /// The constraint that was violated, if one was.
    package var constraint: String?
    /// The name of the statement that failed, if one did.
    package var statement: String?
    /// The server's detail line. It may quote values: never log it.
    package var detail: String?

    package init(
        _ code: Code, _ message: String, sqlState: String? = nil, constraint: String? = nil, statement: String? = nil,
        detail: String? = nil
    ) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.constraint = constraint
        self.statement = statement
        self.detail = detail
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        var parts = ["\(code)"]
        if let sqlState { parts.append("sqlstate \(sqlState)") }
        if let statement { parts.append("statement \(statement)") }
        if let constraint { parts.append("constraint \(constraint)") }
        if sqlState?.hasPrefix("22") != true { parts.append(message) }
        return parts.joined(separator: ", ")
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

/// What an SQLSTATE means for the connection that it arrived on.
enum StateClass {
    /// Says nothing about the connection.
    case statement
    /// The connection, or the server behind it, is going away (class 08, 57P01 to 57P03).
    case connection
    /// The server itself does not know how a transaction ended (08007, 40003).
    case unknownOutcome
    /// A prepared statement no longer fits the tables or is gone (0A000, 26000): a fresh connection helps.
    case staleStatement

    init(_ sqlState: String) {
        self =
            switch sqlState {
            case "08007", "40003": .unknownOutcome
            case "57P01", "57P02", "57P03": .connection
            case "0A000", "26000": .staleStatement
            case _ where sqlState.hasPrefix("08"): .connection
            default: .statement
            }
    }
}
