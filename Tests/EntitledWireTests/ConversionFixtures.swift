public import EntitledCore
import EntitledWire
import Foundation
import SwiftProtobuf

/// Ids of samples are written as they are: they are known to be good.
extension Identifier: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) {
        self.init(stored: text)
    }
}

extension CalendarDay {
    /// The first and the last day that there is, and the one whose number is 0.
    static let first = CalendarDay(daysSince1970: -719_162)
    static let last = CalendarDay(daysSince1970: 2_932_896)
    static let zero = CalendarDay(daysSince1970: 0)
}

extension Instant {
    static let sample = Instant(microseconds: 1_767_225_600_123_456)
    static let zero = Instant(microseconds: 0)
    static let beforeZero = Instant(microseconds: -1)
}

extension ServiceTerms {
    /// Every field set, and every kind of pool.
    static let rich = ServiceTerms(
        products: Scope(stored: ["مضخة-٣", "мотор"]), channels: Scope(stored: ["phone", "kiosk ☎️"]),
        serviceLevel: "sla-4h", calendar: "büro", isHoursOnly: true,
        routing: Routing(
            queue: "二線", skills: ["hydraulik", "日本語"], casePriority: CasePriority(stored: 2), manager: "Zoë"),
        exhaustionPolicy: .block, renewalNoticeDays: 0,
        billing: BillingIncrement(incrementSeconds: 900, minimumSeconds: 1_800), allocations: pools)

    private static let pools = [
        AllocationTerms(kind: .perIncident(cases: 1_000_000_000)),
        AllocationTerms(
            name: "電子メール", kind: .incidentsPerPeriod(cases: 30, period: Period(3, .month, anchor: .latestArranged)),
            rolloverMaximum: 10, carryMaximum: 5, channels: Scope(stored: ["email"]),
            products: Scope(stored: ["мотор"]),
            weights: Weights(
                channels: [.init("phone", Factor(stored: 2_000)), .init("email", Factor(stored: 0))],
                priorities: [.init(CasePriority(stored: 1), Factor(stored: 1_000_000))],
                outOfHours: Factor(stored: 3_000)),
            consumption: .resolution, exhaustionPolicy: .allow, overageLimit: 7),
        AllocationTerms(
            name: "hours", kind: .hoursPerPeriod(seconds: 72_000, period: Period(1, .week)), consumption: .work,
            holdSeconds: 1_800),
        AllocationTerms(name: "block", kind: .hoursPerPeriod(seconds: 1, period: nil), carryMaximum: 1_000_000_000),
        AllocationTerms(name: "any", kind: .unlimited(unit: .second)),
    ]

    /// Nothing set that may be left out.
    static let minimal = ServiceTerms(allocations: [AllocationTerms(kind: .unlimited(unit: .case))])
}

extension EntitlementTerms {
    /// Every field set. The two spellings of é are two ids.
    static let rich = EntitlementTerms(
        customer: "café", servesDescendants: true, assets: Scope(stored: ["SN-1", "序列号-2"]),
        contacts: Scope(stored: ["rene\u{301}", "ren\u{E9}"]), startDay: .first, endDay: .latestArranged,
        renewalDay: .zero,
        timeZone: Zone(stored: "America/Argentina/Buenos_Aires"), priority: -7, plan: "ゴールド", contract: "SO-4711/1",
        quantity: 1, service: .rich)

    /// Nothing set that may be left out; begins on the day whose number is 0.
    static let minimal = EntitlementTerms(customer: "acme", startDay: .zero, service: .minimal)
}

extension Amendment {
    /// Every field set to something.
    static let rich = Amendment(
        products: .set(to: Scope(stored: ["мотор"])), channels: .set(to: Scope(stored: ["phone"])),
        assets: .set(to: Scope(stored: ["SN-1"])), contacts: .set(to: Scope(stored: ["ren\u{E9}"])),
        startDay: .first, endDay: .set(to: .latestArranged), serviceLevel: .set(to: "sla-1h"), quantity: 1_000_000,
        allocations: [.init(name: "main", quantity: 1), .init(name: "hours", quantity: 1_000_000_000)],
        isInFull: true)

    /// Every limit taken away.
    static let clearing = Amendment(
        products: .clear, channels: .clear, assets: .clear, contacts: .clear, endDay: .clear, serviceLevel: .clear)
}

extension Life {
    /// Every field set.
    static let rich = Life(
        cancelledAt: .sample,
        suspensions: [Suspension(from: .beforeZero, until: .zero), Suspension(from: .sample)],
        earlier: [EarlierTerms(until: .zero, terms: .minimal)],
        pending: [
            PendingAmendment(at: .zero, amendment: .rich), PendingAmendment(at: .sample, amendment: .clearing),
        ],
        predecessor: "e-silver", successor: "e-платина", renewedAt: .sample, carriesFrom: "e-silver")
}

extension Entitlement {
    static let draft = Entitlement(
        id: "e-least", terms: .minimal,
        allocations: EntitlementTerms.minimal.service.allocations.map { Allocation(terms: $0) })

    static let activated = Entitlement(
        id: "e-gold", version: 9_000_000_000, state: .activated, terms: .rich, life: .rich,
        allocations: zip(EntitlementTerms.rich.service.allocations, grants).map {
            Allocation(terms: $0, grants: $1)
        })

    private static let grants = [
        [
            Grant(number: 1, quantity: 1_000_000_000, charged: 999_999_999, held: 1, changedAt: .sample),
            Grant(
                number: 2, origin: .topUp, quantity: 0, from: .beforeZero, until: .sample, priority: 1_000,
                changedAt: .beforeZero),
        ],
        [
            Grant(
                number: 1, origin: .rollover, quantity: 10, from: .zero, until: .sample, priority: .min,
                changedAt: .zero),
            Grant(number: 2, quantity: 30, from: .zero, until: .sample, changedAt: .zero),
        ],
        [],
        [Grant(number: 1, origin: .carried, quantity: 1_000_000_000_000, from: .zero, changedAt: .zero)],
        [Grant(number: 1, quantity: nil, charged: 1_000_000_000_000, changedAt: .zero)],
    ]
}

extension Balance {
    static let rich = Balance(total: 1_000_000_000_000_000_000, charged: 999_999_999_999_999_999, held: 1)
    static let unlimited = Balance(total: nil, charged: 7, held: 0)
}

extension Entitled_V1_BatchItem {
    /// A command, and another one as a dry run without a request id.
    static let samples: [Entitled_V1_BatchItem] = [
        .with {
            $0.method = UInt32(Method.addChannel.rawValue)
            $0.requestID = Data(0xA0...0xAF)
            $0.message = Data("\n\u{3}fax".utf8)
        },
        .with {
            $0.method = UInt32(Method.activateEntitlement.rawValue)
            $0.message = Data("\n\u{6}e-gold".utf8)
            $0.dryRun = true
        },
    ]
}

extension Entitled_V1_BatchAnswer {
    /// Answered, failed, and carried out without room for the answer.
    static let samples: [Entitled_V1_BatchAnswer] = [
        .with {
            $0.header.journalNumber = 300
            $0.answer = Data("\n\u{3}fax".utf8)
        },
        .with {
            $0.header.status = 5
            $0.header.reason = "not_found"
            $0.header.message = "id: there is no 'e-gold'"
            $0.header.details = ["field": "id"]
        },
        .with {
            $0.header.replayed = true
            $0.header.journalNumber = 12
            $0.answerOmitted = true
        },
    ]
}
