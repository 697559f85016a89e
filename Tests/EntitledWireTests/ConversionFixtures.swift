public import EntitledCore
import Foundation

/// Ids of samples are written as they are: they are known to be good.
extension Identifier: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) {
        self.init(stored: text)
    }
}

extension Customer {
    static let rich = Customer(id: "顧客-0042", kind: .contact, name: "佐藤 花子", parent: "株式会社山田")
    static let minimal = Customer(id: "acme", kind: .account, name: "acme", parent: nil)
}

extension Inquiry {
    static let rich = Inquiry(customer: "顧客-0042", product: "мотор", channel: "kiosk ☎️", entitlement: "e-gold")
}

extension EntitlementTerms {
    /// Every field set. The two spellings of é are two ids.
    static let rich = EntitlementTerms(
        customer: "café", servesDescendants: true, products: Scope(stored: ["مضخة-٣", "мотор"]),
        channels: Scope(stored: ["phone", "kiosk ☎️"]),
        contacts: Scope(stored: ["rene\u{301}", "ren\u{E9}"]), startDay: CalendarDay(daysSince1970: -719_162),
        endDay: CalendarDay(daysSince1970: 2_932_896), timeZone: Zone(stored: "America/Argentina/Buenos_Aires"),
        priority: -7, exhaustionPolicy: .block,
        allocations: [
            AllocationTerms(kind: .perIncident(cases: 1_000_000_000)),
            AllocationTerms(name: "電子メール", kind: .unlimited),
        ])

    /// Nothing set that may be left out; begins on the day whose number is 0.
    static let minimal = EntitlementTerms(
        customer: "acme", startDay: CalendarDay(daysSince1970: 0), allocations: [AllocationTerms(kind: .unlimited)])
}

extension Entitlement {
    static let draft = Entitlement(
        id: "e-least", terms: .minimal, state: .draft,
        allocations: EntitlementTerms.minimal.allocations.map { Allocation(terms: $0, grants: []) })

    static let activated = Entitlement(
        id: "e-gold", terms: .rich, state: .activated,
        allocations: [
            Allocation(
                terms: EntitlementTerms.rich.allocations[0],
                grants: [
                    Grant(
                        number: 1, quantity: 1_000_000_000, charged: 999_999_999, held: 1,
                        changedAt: Instant(microseconds: 1_767_225_600_123_456)),
                    Grant(number: 2, quantity: 0, changedAt: Instant(microseconds: -1)),
                ]),
            Allocation(
                terms: EntitlementTerms.rich.allocations[1],
                grants: [
                    Grant(number: 1, quantity: nil, charged: 1_000_000_000_000, changedAt: Instant(microseconds: 0))
                ]),
        ])
}

extension Case {
    static let rich = Case(
        id: "คดี-99", customer: "顧客-0042", product: "мотор", channel: "kiosk ☎️", entitlement: "e-gold",
        openedAt: Instant(microseconds: 1_767_225_600_123_456),
        charges: [
            Charge(allocation: "main", grant: 1, amount: 1), Charge(allocation: "main", grant: 2, amount: 1),
            Charge(allocation: "電子メール", grant: 1, amount: 1),
        ])

    static let minimal = Case(
        id: "1", customer: "acme", product: nil, channel: nil, entitlement: "e-least",
        openedAt: Instant(microseconds: 0), charges: [])
}

extension Refusal {
    static let exhausted = Refusal(
        reason: .exhausted, entitlement: "e-gold",
        candidates: [
            Candidate(entitlement: "e-gold", rank: nil, mismatch: .exhausted),
            Candidate(entitlement: "e-least", rank: nil, mismatch: .wrongCustomer),
        ], omitted: 12)
}

extension JournalLine {
    /// A line for every event; the first has everything that a line can have.
    static let samples: [JournalLine] =
        [
            JournalLine(
                number: 9_000_000_000, request: RequestID(UUID(bytes: Array(0xA0...0xAF))),
                recordedAt: Instant(microseconds: 1_767_225_600_123_456),
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
                    event: event, actor: "setup", occurredAt: Instant(microseconds: 0),
                    postings: event == .entitlementActivated
                        ? [Posting(allocation: "main", grant: 1, remainingAfter: nil, availableAfter: nil)] : []))
        }
}
