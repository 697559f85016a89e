import EntitledCore
import Foundation

extension Inquiry {
    static let rich = Inquiry(
        customer: "顧客-0042", product: "мотор", asset: "序列号-2", channel: "kiosk ☎️", priority: CasePriority(stored: 1),
        entitlement: "e-gold")
}

extension Case {
    static let rich = Case(
        id: "คดี-99", customer: "顧客-0042", product: "мотор", asset: "序列号-2", channel: "kiosk ☎️",
        priority: CasePriority(stored: 9), entitlement: "e-gold", serviceLevel: "sla-4h", openedAt: .sample,
        charges: [
            Charge(allocation: "main", grant: 1, amount: 1), Charge(allocation: "main", grant: 2, amount: 1),
            Charge(allocation: "電子メール", grant: 1, amount: 1, isHeld: true),
        ])

    static let minimal = Case(
        id: "1", customer: "acme", product: nil, channel: nil, entitlement: "e-least", openedAt: .zero, charges: [])
}

extension Specificity {
    static let rich = Specificity(
        namesAsset: true, namesContact: true, productLevels: 0, namesChannel: true, customerLevels: 32,
        priority: .min, startDay: .first)
    static let minimal = Specificity(
        namesAsset: false, namesContact: false, productLevels: nil, namesChannel: false, customerLevels: nil,
        priority: nil, startDay: .zero)
}

extension Candidate {
    static let explained = Candidate(
        entitlement: "e-gold", rank: 1, mismatch: nil, isDefault: true, specificity: .rich,
        demands: [
            Demand(allocation: "main", amount: 0, needed: 0, isHeld: false, available: nil),
            Demand(allocation: "hours", amount: 1_800, needed: 1_800, isHeld: true, available: -1, overage: 1_800),
        ])
}

extension Refusal {
    static let exhausted = Refusal(
        reason: .exhausted, entitlement: "e-gold",
        candidates: [
            Candidate(entitlement: "e-gold", rank: nil, mismatch: .exhausted),
            Candidate(entitlement: "e-least", rank: nil, mismatch: .wrongCustomer, specificity: .minimal),
        ], omitted: 12)

    /// With every reason that there is.
    static let notCovered = Refusal(
        reason: .notCovered, entitlement: nil,
        candidates: Mismatch.allCases.filter { $0 != .exhausted }.map {
            Candidate(entitlement: Identifier(stored: "e-\($0.name)"), rank: nil, mismatch: $0)
        }, omitted: 0)
}

extension Coverage {
    static let rich = Coverage(
        entitlement: "e-gold", serviceLevel: "sla-4h", routing: ServiceTerms.rich.routing,
        debits: [
            Debit(allocation: "main", amount: 1, remaining: 9, available: 8),
            Debit(allocation: "hours", amount: 1_800, isHeld: true, remaining: 7_200, available: 0),
        ],
        candidates: [.explained, Candidate(entitlement: "e-least", rank: 2, mismatch: nil)], omitted: 3)
}

extension JournalLine {
    /// A line for every event; the first has everything that a line can have.
    static let samples: [JournalLine] =
        [
            JournalLine(
                number: 9_000_000_000, request: RequestID(UUID(bytes: Array(0xA0...0xAF))), recordedAt: .sample,
                entry: JournalEntry(
                    event: .caseOpened, actor: "帳票", occurredAt: Instant(microseconds: 1_767_225_599_000_000),
                    customer: "顧客-0042", product: "мотор", channel: "kiosk ☎️", entitlement: "e-gold", case: "คดี-99",
                    postings: [
                        Posting(
                            allocation: "main", grant: 2, granted: -1, charged: 2, held: -3, remainingAfter: -4,
                            availableAfter: 0)
                    ], detail: #"{"reason":"für Elise"}"#))
        ]
        + zip(1..., JournalEntry.Event.allCases).map { number, event in
            JournalLine(
                number: number, request: nil, recordedAt: Instant(microseconds: 1),
                entry: JournalEntry(
                    event: event, actor: "setup", occurredAt: .zero,
                    postings: event == .entitlementActivated
                        ? [Posting(allocation: "main", grant: 1, remainingAfter: nil, availableAfter: nil)] : []))
        }
}
