/// Bounds of the account and product trees.
package enum Tree {
    /// The most levels below which something can be put.
    package static let maximumDepth = 32
    /// Where a walk to the top ends at the latest, whatever a database holds.
    static let maximumWalk = 1_024

    /// A record and everything above it, nearest first; empty if it isn't known.
    static func line<Record: StoredRecord>(
        from first: Identifier<Record>, in records: [Identifier<Record>: Record],
        above: (Record) -> Identifier<Record>?
    ) -> [Record] {
        var line: [Record] = []
        var next: Identifier<Record>? = first
        // Bounded, so that a cycle that came in by other means can't hold a connection's thread for ever.
        while let id = next, line.count < maximumWalk, let record = records[id] {
            line.append(record)
            next = above(record)
        }
        return line
    }

    /// Whether something may stand below the end of a line.
    /// - Parameters:
    ///   - line: what it is to stand below, nearest first.
    ///   - isMoved: whether it has stood elsewhere before, so that others may stand below it.
    static func check<Record: StoredRecord>(
        lineAbove line: [Record], of id: Identifier<Record>, isMoved: Bool, field: String
    ) throws(EntitledError) {
        guard line.count < maximumDepth else {
            throw .invalid(field, "is \(line.count) levels deep already", allowed: "at most \(maximumDepth) levels")
        }
        guard !isMoved || !line.contains(where: { $0.id == id }) else {
            throw .invalid(field, "stands below '\(id)' itself", allowed: "what doesn't stand below it")
        }
    }
}
