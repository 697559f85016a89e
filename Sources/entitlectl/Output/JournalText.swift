import EntitledClient

/// A journal line as it is printed.
struct JournalRecord: Encodable {
    let number: Int64
    let occurredAt: Instant
    let recordedAt: Instant
    let event: JournalEntry.Event
    let actor: String
    let requestID: String?
    let customer: CustomerID?
    let product: ProductID?
    let channel: ChannelID?
    let entitlement: EntitlementID?
    let `case`: CaseID?
    let posting: Posting?
    /// Why a case was refused.
    let refusal: Refusal?
    /// The id of the record that was written, for kinds that have no column of their own.
    let recordID: String?
    /// Why somebody did it, in their words.
    let reason: String?

    init(_ line: JournalLine) {
        let entry = line.entry
        number = line.number
        occurredAt = entry.occurredAt
        recordedAt = line.recordedAt
        event = entry.event
        actor = entry.actor
        requestID = line.request?.description
        customer = entry.customer
        product = entry.product
        channel = entry.channel
        entitlement = entry.entitlement
        `case` = entry.case
        posting = entry.postings.first
        refusal = entry.event == .caseRefused ? JSONText.read(Refusal.self, from: entry.detail) : nil
        let detail = JSONText.read(JournalDetail.self, from: entry.detail)
        recordID = detail?.id
        reason = refusal == nil ? detail?.reason : nil
    }

    static func table(_ records: [JournalRecord]) -> String {
        var table = Table(
            ["number", "time", "event", "actor", "about", "posting", "balance", "reason"], rightAligned: [0, 6])
        for record in records {
            let balance = record.posting.map { $0.remainingAfter.map(String.init) ?? "unlimited" }
            table.add([
                "\(record.number)", record.occurredAt.shortText, record.event.name, record.actor, record.subject,
                record.posting?.text ?? "", balance ?? "",
                record.refusal?.shortText ?? record.reason ?? "",
            ])
        }
        return table.text
    }

    /// What the line is about: the case and its entitlement, or the record that was written.
    private var subject: String {
        switch event {
        case .caseOpened, .caseRefused:
            let by = entitlement.map { event == .caseOpened ? " by \($0)" : " (\($0))" } ?? ""
            return (`case`?.text ?? "") + by
        case .entitlementDrafted, .entitlementActivated, .entitlementRedrafted, .entitlementDeleted,
            .entitlementSuspended, .entitlementResumed, .entitlementCancelled, .entitlementRenewed,
            .entitlementAmended, .amendmentArranged, .periodStarted, .grantAdded, .grantCarried,
            .entitlementRelinked:
            return entitlement?.text ?? ""
        case .customerAdded, .customerUpdated: return customer?.text ?? ""
        case .productAdded, .productUpdated: return product?.text ?? ""
        case .channelAdded: return channel?.text ?? ""
        case .assetAdded, .assetUpdated, .calendarAdded, .calendarUpdated, .serviceLevelAdded, .serviceLevelUpdated,
            .planAdded, .planUpdated, .contractAdded, .contractUpdated:
            return recordID ?? ""
        case .settingsUpdated: return "settings"
        }
    }
}

/// What is printed of the details that kinds of lines have in common.
private struct JournalDetail: Decodable {
    let id: String?
    let reason: String?
}

extension Posting {
    /// `main +100`, `main −1`, `main held +1`.
    fileprivate var text: String {
        var moves: [String] = []
        if granted != 0 { moves.append(Self.signed(granted)) }
        if charged != 0 { moves.append(Self.signed(0 - charged)) }
        if held != 0 { moves.append("held " + Self.signed(held)) }
        if moves.isEmpty { moves.append(remainingAfter == nil ? "+unlimited" : "+0") }
        return "\(allocation) " + moves.joined(separator: ", ")
    }

    private static func signed(_ amount: Int64) -> String {
        amount < 0 ? "−\(amount.magnitude)" : "+\(amount)"
    }
}

extension Refusal {
    /// `not_covered (A expired, B draft, and 2 more)`.
    fileprivate var shortText: String {
        var parts = candidates.prefix(3).map { "\($0.entitlement) \($0.mismatch?.name ?? "covers")" }
        let others = candidates.count + Int(omitted) - parts.count
        if others > 0 { parts.append("and \(others) more") }
        return parts.isEmpty ? reason.name : "\(reason.name) (\(parts.joined(separator: ", ")))"
    }
}
