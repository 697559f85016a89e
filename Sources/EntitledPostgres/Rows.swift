internal import CLibPQ

/// The answer to one execution: its rows, if it has any, and its command tag.
///
/// Values stay where libpq put them until they are read; they live as long as a copy of `Rows` or a `Row` of it.
package struct Rows: Sendable, RandomAccessCollection {
    let result: QueryResult
    package let endIndex: Int

    init(_ result: QueryResult) {
        self.result = result
        endIndex = result.rowCount
    }

    package var startIndex: Int { 0 }

    /// Any position is taken; a row that does not exist throws when it is read.
    package subscript(position: Int) -> Row { Row(result: result, index: position) }

    /// "INSERT 0 12", "COMMIT", … (PostgreSQL manual, "Message Formats", CommandComplete).
    package var commandTag: String { result.string(PQcmdStatus(result.pointer)) }

    /// The rows that a select, insert, update, delete or merge had to do with; 0 for other commands.
    package var rowsAffected: Int { Int(result.string(PQcmdTuples(result.pointer))) ?? 0 }

    /// The one row of an answer that always has one.
    ///
    /// - Throws: `protocolViolation` if there are none or several.
    package func only() throws(PostgresError) -> Row {
        guard count == 1 else { throw PostgresError(.protocolViolation, "\(count) rows where one was expected") }
        return self[0]
    }
}

/// The one owner of a `PGresult`.
///
/// `@unchecked Sendable`: a result is never changed once libpq has handed it over, and such results "can be passed
/// around freely between threads" (PostgreSQL manual, "Behavior in Threaded Programs"). The functions used here only
/// read, and `deinit`, which frees, runs when no reader is left.
final class QueryResult: @unchecked Sendable {
    let pointer: OpaquePointer
    let rowCount: Int
    /// What the columns' values read like, asked once for all rows; nil for a type that isn't read here, or for text.
    let columns: [TypeOID?]

    /// Takes over `pointer`.
    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        rowCount = Int(PQntuples(pointer))
        columns = (0..<PQnfields(pointer)).map { column in
            PQfformat(pointer, column) == 1 ? TypeOID(rawValue: PQftype(pointer, column))?.wireType : nil
        }
    }

    deinit { PQclear(pointer) }

    /// `text` belongs to this result.
    func string(_ text: UnsafePointer<CChar>?) -> String {
        withExtendedLifetime(self) { text.map { String(cString: $0) } ?? "" }
    }
}

extension QueryResult {
    /// libpq's statuses, folded to what can be done about them.
    enum Outcome {
        case rows(Rows)
        case failed(PostgresError, endsConnection: Bool)
        /// Skipped, because a step before it failed.
        case skipped
        case synchronised
        case unexpected(String)
    }

    var outcome: Outcome {
        let status = PQresultStatus(pointer)
        switch status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return .rows(Rows(self))
        case PGRES_FATAL_ERROR: return failure
        case PGRES_PIPELINE_ABORTED: return .skipped
        case PGRES_PIPELINE_SYNC: return .synchronised
        default: return .unexpected(String(cString: PQresStatus(status)))
        }
    }

    private var failure: Outcome {
        guard let sqlState = field(.sqlState) else {
            // Only libpq itself speaks without a state: it lost the connection or can't follow the server.
            return .failed(
                PostgresError(.connectionLost, tidy(PQresultErrorMessage(pointer))), endsConnection: true)
        }
        let severity = field(.severity)
        let endsConnection =
            severity == "FATAL" || severity == "PANIC"
            || [.connection, .unknownOutcome].contains(StateClass(sqlState))
        let error = PostgresError(
            endsConnection ? .connectionLost : .server, field(.message) ?? "", sqlState: sqlState,
            constraint: field(.constraint), detail: field(.detail))
        return .failed(error, endsConnection: endsConnection)
    }

    private func field(_ field: DiagnosticField) -> String? {
        withExtendedLifetime(self) { field.text(in: pointer) }
    }
}

/// The fields of an error or notice, by the letters that libpq's header gives them (`PG_DIAG_…`, macros that Swift
/// can't import).
enum DiagnosticField: Unicode.Scalar {
    /// PG_DIAG_SEVERITY_NONLOCALIZED.
    case severity = "V"
    case sqlState = "C"
    /// PG_DIAG_MESSAGE_PRIMARY.
    case message = "M"
    case detail = "D"
    case constraint = "n"

    /// A copy of the field's text in `result`, which has to be alive.
    func text(in result: OpaquePointer) -> String? {
        PQresultErrorField(result, Int32(rawValue.value)).map { String(cString: $0) }
    }
}

/// libpq's messages are several lines and end in one.
func tidy(_ message: UnsafePointer<CChar>?) -> String {
    guard let message else { return "" }
    let lines = String(cString: message).split(whereSeparator: \.isNewline)
    return lines.map { $0.drop(while: \.isWhitespace) }.joined(separator: "; ")
}
