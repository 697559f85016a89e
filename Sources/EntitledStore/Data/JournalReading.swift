import EntitledCore
import EntitledPostgres

/// Reads the journal's rows, in the order of columns that `load_decided` and `list_journal` share.
enum JournalReading {
    static func line(_ row: Row) throws -> JournalLine { try read(row).line }

    /// Rows come sorted by number: the row that bears a request id, then the further postings of the same entry.
    static func decided(_ rows: Rows) throws -> [RequestID: Decided] {
        var decided: [RequestID: Decided] = [:]
        var current: RequestID?
        for row in rows {
            let (line, fingerprint) = try read(row)
            if let request = line.request, let fingerprint {
                current = request
                decided[request] = Decided(
                    fingerprint: fingerprint, entry: line.entry, position: .number(line.number))
            } else if let current, let first = decided[current] {
                var entry = first.entry
                entry.postings += line.entry.postings
                decided[current] = Decided(fingerprint: first.fingerprint, entry: entry, position: first.position)
            }
        }
        return decided
    }

    private static func read(_ row: Row) throws -> (line: JournalLine, fingerprint: Fingerprint?) {
        var row = RowCursor(row)
        let number = try row.int8()
        let request = try row.optionalRequest()
        let fingerprint = try row.optionalFingerprint()
        let recordedAt = try row.instant()
        var entry = JournalEntry(
            event: try row.named(), actor: try row.text(), occurredAt: try row.instant(),
            customer: try row.optionalID(), product: try row.optionalID(), channel: try row.optionalID(),
            entitlement: try row.optionalID(), case: try row.optionalID())
        entry.detail = try row.optionalText()
        if let posting = try row.posting() { entry.postings = [posting] }
        return (JournalLine(number: number, request: request, recordedAt: recordedAt, entry: entry), fingerprint)
    }
}

extension RowCursor {
    fileprivate mutating func optionalFingerprint() throws -> Fingerprint? {
        guard let bytes = try optionalBytes() else { return nil }
        guard let fingerprint = Fingerprint(stored: bytes) else {
            throw PostgresError(.protocolViolation, "the journal holds a fingerprint of \(bytes.count) bytes")
        }
        return fingerprint
    }

    fileprivate mutating func posting() throws -> Posting? {
        guard let allocation = try optionalText() else { return nil }
        return Posting(
            allocation: allocation, grant: try int4(), granted: try int8(), charged: try int8(), held: try int8(),
            remainingAfter: try optionalInt8(), availableAfter: try optionalInt8())
    }
}
