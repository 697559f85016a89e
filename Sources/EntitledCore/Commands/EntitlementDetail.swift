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
        JournalEntry(
            event: event, actor: actor, occurredAt: now, customer: terms.customer, entitlement: id,
            postings: postings, detail: try Detail.encode(EntitlementDetail(entitlement: self, reason: reason)))
    }
}
