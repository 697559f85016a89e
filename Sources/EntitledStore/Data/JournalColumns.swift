import EntitledCore
import EntitledPostgres

/// The journal rows of a batch, column by column: a row for each posting, one for an entry without any.
struct JournalColumns {
    private(set) var parameters = Parameters()

    private struct Row {
        let entry: JournalEntry
        let posting: Posting?
        /// On the first row of a call's answer only.
        let call: Changes.Decision?
        let isFirstOfEntry: Bool
    }

    init(_ facts: WorkingSet) {
        let rows = Self.rows(of: facts.changes)
        parameters.append(int2s: rows.map(\.entry.event.rawValue))
        parameters.append(texts: rows.map(\.entry.actor))
        parameters.append(timestamps: rows.map(\.entry.occurredAt.microseconds))
        parameters.append(optionalUUIDs: rows.map { $0.call?.request.bytes })
        parameters.append(optionalInt2s: rows.map { $0.call.map { Int16($0.method.rawValue) } })
        parameters.append(optionalByteStrings: rows.map { $0.call?.fingerprint.bytes })
        parameters.append(optionalInt4s: rows.map { $0.call == nil ? nil : Int32($0.entry.rowCount) })
        parameters.append(optionalTexts: rows.map { $0.entry.customer?.text })
        parameters.append(optionalTexts: rows.map { $0.entry.product?.text })
        parameters.append(optionalTexts: rows.map { $0.entry.channel?.text })
        parameters.append(optionalTexts: rows.map { $0.entry.entitlement?.text })
        parameters.append(optionalTexts: rows.map { $0.entry.case?.text })
        parameters.append(optionalTexts: rows.map { $0.posting?.allocation })
        parameters.append(optionalInt4s: rows.map { $0.posting?.grant })
        parameters.append(optionalInt8s: rows.map { $0.posting?.granted })
        parameters.append(optionalInt8s: rows.map { $0.posting?.charged })
        parameters.append(optionalInt8s: rows.map { $0.posting?.held })
        parameters.append(optionalInt8s: rows.map { $0.posting?.remainingAfter })
        parameters.append(optionalInt8s: rows.map { $0.posting?.availableAfter })
        parameters.append(optionalTexts: rows.map { $0.isFirstOfEntry ? $0.entry.detail : nil })
        parameters.append(timestamp: facts.now.microseconds)
    }

    private static func rows(of changes: Changes) -> [Row] {
        var rows: [Row] = []
        rows.reserveCapacity(changes.journalRowCount)
        for decision in changes.decisions {
            for index in decision.entries {
                let entry = changes.entries[index]
                // What came about on the way stands before the answer, as rows of its own.
                let isAnswer = index == decision.entries.upperBound - 1
                let postings: [Posting?] = entry.postings.isEmpty ? [nil] : entry.postings
                for (place, posting) in postings.enumerated() {
                    rows.append(
                        Row(
                            entry: entry, posting: posting, call: isAnswer && place == 0 ? decision : nil,
                            isFirstOfEntry: place == 0))
                }
            }
        }
        return rows
    }
}
