import EntitledCore
import EntitledPostgres

/// The journal rows of a batch, column by column: a row for each posting, one for an entry without any.
struct JournalColumns {
    private(set) var parameters = Parameters()
    private let rows: [Row]

    /// What stands in a row, as places in the batch's changes: entries are large.
    private struct Row {
        let entry: Int
        /// Among the entry's postings; nil if it has none.
        let posting: Int?
        /// On the first row of a call's answer only.
        let decision: Int?
        let isFirstOfEntry: Bool
    }

    init(_ facts: WorkingSet) {
        let (entries, decisions) = (facts.changes.entries, facts.changes.decisions)
        rows = Self.rows(of: facts.changes)
        func posting(_ row: Row) -> Posting? { row.posting.map { entries[row.entry].postings[$0] } }
        append(.int2) { $0.append(int2: entries[$1.entry].event.rawValue) }
        append(.text) { $0.append(text: entries[$1.entry].actor) }
        append(.timestamptz) { $0.append(timestamp: entries[$1.entry].occurredAt.microseconds) }
        append(.uuid) { $0.append(bytes: $1.decision.map { decisions[$0].request.bytes }) }
        append(.int2) { $0.append(int2: $1.decision.map { Int16(decisions[$0].method.rawValue) }) }
        append(.bytea) { $0.append(bytes: $1.decision.map { decisions[$0].fingerprint.bytes }) }
        append(.int4) { $0.append(int4: $1.decision == nil ? nil : Int32(entries[$1.entry].rowCount)) }
        append(.text) { $0.append(text: entries[$1.entry].customer?.text) }
        append(.text) { $0.append(text: entries[$1.entry].product?.text) }
        append(.text) { $0.append(text: entries[$1.entry].channel?.text) }
        append(.text) { $0.append(text: entries[$1.entry].entitlement?.text) }
        append(.text) { $0.append(text: entries[$1.entry].case?.text) }
        append(.text) { $0.append(text: posting($1)?.allocation) }
        append(.int4) { $0.append(int4: posting($1)?.grant) }
        append(.int8) { $0.append(int8: posting($1)?.granted) }
        append(.int8) { $0.append(int8: posting($1)?.charged) }
        append(.int8) { $0.append(int8: posting($1)?.held) }
        append(.int8) { $0.append(int8: posting($1)?.remainingAfter) }
        append(.int8) { $0.append(int8: posting($1)?.availableAfter) }
        append(.text) { $0.append(text: $1.isFirstOfEntry ? entries[$1.entry].detail : nil) }
        parameters.append(timestamp: facts.now.microseconds)
    }

    private mutating func append(_ type: TypeOID, _ write: (inout ArrayElements, Row) -> Void) {
        let rows = rows
        parameters.append(arrayOf: type, count: rows.count) { elements in
            for row in rows { write(&elements, row) }
        }
    }

    private static func rows(of changes: Changes) -> [Row] {
        let entries = changes.entries
        var rows: [Row] = []
        rows.reserveCapacity(changes.journalRowCount)
        for (place, decision) in changes.decisions.enumerated() {
            for entry in decision.entries {
                // What came about on the way stands before the answer, as rows of its own.
                let isAnswer = entry == decision.entries.upperBound - 1
                let postings = entries[entry].postings.count
                for row in 0..<max(1, postings) {
                    rows.append(
                        Row(
                            entry: entry, posting: postings == 0 ? nil : row,
                            decision: isAnswer && row == 0 ? place : nil, isFirstOfEntry: row == 0))
                }
            }
        }
        return rows
    }
}
