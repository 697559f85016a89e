/// What the journal keeps of an act on an entitlement: the entitlement whole, as the answer to be given again.
struct EntitlementDetail: Codable {
    let entitlement: Entitlement
    var reason: String?

    static func answer(from entry: JournalEntry) throws -> Entitlement {
        try Detail.decode(EntitlementDetail.self, from: entry).entitlement
    }
}

extension Entitlement {
    /// A journal entry about it.
    func entry(
        _ event: JournalEntry.Event, _ actor: String, at now: Instant, postings: [Posting] = [],
        reason: String? = nil
    ) throws -> JournalEntry {
        try requireSize()
        return JournalEntry(
            event: event, actor: actor, occurredAt: now, customer: terms.customer, entitlement: id,
            postings: postings, detail: try Detail.encode(EntitlementDetail(entitlement: self, reason: reason)))
    }

    /// What its terms, those before and those to come, may take as JSON: with its grants it must fit in an answer, and
    /// every decision about its customer reads it.
    private static let maximumBytes = 128 << 10

    /// - Throws: ``EntitledError`` `invalid_field` if its terms have become too large.
    func requireSize() throws {
        let bytes = try Detail.encode(terms).utf8.count + Detail.encode(life).utf8.count
        guard bytes <= Self.maximumBytes else {
            throw EntitledError.invalid(
                "terms", "take \(bytes) bytes, with those before and after them",
                allowed: "at most \(Self.maximumBytes) bytes; families and renewals keep them short")
        }
    }
}
