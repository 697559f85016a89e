import EntitledCore
import EntitledPostgres

/// How the journal is written: a row for each posting, one for an entry without any.
enum JournalTable {
    /// What stands in a row, as places in a batch's changes: entries are large.
    struct JournalRow: Sendable {
        let entries: [JournalEntry]
        let decisions: [Changes.Decision]
        fileprivate let entryPlace: Int
        /// Among the entry's postings; nil if it has none.
        fileprivate let postingPlace: Int?
        /// On the first row of a call's answer only.
        fileprivate let decisionPlace: Int?
        fileprivate let isFirstOfEntry: Bool

        var entry: JournalEntry { entries[entryPlace] }
        var posting: Posting? { postingPlace.map { entry.postings[$0] } }
        var decision: Changes.Decision? { decisionPlace.map { decisions[$0] } }
    }

    private static let table = Table<JournalRow>(
        "journal",
        [
            .int2("event") { $0.entry.event.rawValue },
            .text("actor") { $0.entry.actor },
            .instant("occurred_at") { $0.entry.occurredAt },
            .request("request_id") { $0.decision?.request },
            .int2("method") { $0.decision.map { Int16($0.method.rawValue) } },
            .bytes("fingerprint") { $0.decision?.fingerprint.bytes },
            .int4("row_count") { $0.decisionPlace == nil ? nil : Int32($0.entry.rowCount) },
            .text("customer_id") { $0.entry.customer?.text },
            .text("product_id") { $0.entry.product?.text },
            .text("channel") { $0.entry.channel?.text },
            .text("entitlement_id") { $0.entry.entitlement?.text },
            .text("case_id") { $0.entry.case?.text },
            .text("allocation") { $0.posting?.allocation },
            .int4("grant_number") { $0.posting?.grant },
            .int8("granted") { $0.posting?.granted },
            .int8("charged") { $0.posting?.charged },
            .int8("held") { $0.posting?.held },
            .int8("remaining_after") { $0.posting?.remainingAfter },
            .int8("available_after") { $0.posting?.availableAfter },
            .encodedJSON("detail") { $0.isFirstOfEntry ? $0.entry.detail : nil },
        ], inserting: Templates.insertJournal, leading: 2)

    /// The step that writes the rows of a batch.
    static func inserting(_ facts: WorkingSet) throws -> [PipelineStep] {
        let rows = rows(of: facts.changes)
        var leading = Parameters()
        leading.append(int8: Int64(rows.count))
        leading.append(timestamp: facts.now.microseconds)
        return try table.inserting(rows, leading: leading)
    }

    private static func rows(of changes: Changes) -> [JournalRow] {
        let (entries, decisions) = (changes.entries, changes.decisions)
        var rows: [JournalRow] = []
        rows.reserveCapacity(changes.journalRowCount)
        for (place, decision) in decisions.enumerated() {
            for entry in decision.entries {
                // What came about on the way stands before the answer, as rows of its own.
                let isAnswer = entry == decision.entries.upperBound - 1
                let postings = entries[entry].postings.count
                for row in 0..<max(1, postings) {
                    rows.append(
                        JournalRow(
                            entries: entries, decisions: decisions, entryPlace: entry,
                            postingPlace: postings == 0 ? nil : row, decisionPlace: isAnswer && row == 0 ? place : nil,
                            isFirstOfEntry: row == 0))
                }
            }
        }
        return rows
    }
}
