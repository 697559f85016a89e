import EntitledCore
import EntitledWire
import NIOCore
import SwiftProtobuf
import Testing

/// A call or an answer, with its bytes in `proto-spec/vectors/messages/<name>.hex`.
struct ConversionSample: Sendable, CustomTestStringConvertible {
    /// `method.call`, or `method.answer`; a variant of it has a third part.
    let name: String
    /// As it travels.
    let message: any SwiftProtobuf.Message
    let encode: @Sendable () throws -> ByteBuffer
    /// Whether the bytes are read as the sample's value.
    let decodesBack: @Sendable (ByteBuffer) throws -> Bool

    var testDescription: String { name }

    static func call<Call: WireCall & Equatable>(_ call: Call, _ variant: String? = nil) -> ConversionSample {
        ConversionSample(
            name: [Call.method.name, "call", variant].compactMap(\.self).joined(separator: "."),
            message: call.message, encode: { try call.encodeCall() },
            decodesBack: { try Call.decodeCall($0) == call })
    }

    static func answer<Call: WireCall>(
        _ type: Call.Type, _ answer: Call.Answer, _ variant: String? = nil
    ) -> ConversionSample where Call.Answer: Equatable {
        ConversionSample(
            name: [Call.method.name, "answer", variant].compactMap(\.self).joined(separator: "."),
            message: Call.message(of: answer), encode: { try Call.encode(answer) },
            decodesBack: { try Call.decodeAnswer($0) == answer })
    }
}

extension ConversionSample {
    static let all = recordCalls + entitlementCalls + otherCalls + recordAnswers + entitlementAnswers + otherAnswers

    /// Without those that only say in another method what was said before.
    static let distinct: [ConversionSample] = {
        var seen: Set<String> = []
        return all.filter { seen.insert($0.message.textFormatString()).inserted }
    }()

    private static let recordCalls: [ConversionSample] =
        record(Customer.rich, Customer.minimal) + record(Product.rich, Product.minimal)
        + record(Asset.rich, Asset.minimal)
        + record(BusinessCalendar.rich, BusinessCalendar.minimal) + record(ServiceLevel.rich, ServiceLevel.minimal)
        + record(Plan.rich, Plan.minimal) + record(Contract.rich, Contract.minimal)

    /// The four calls of one kind of record.
    private static func record<Record: CatalogueRecord & WireItem>(_ rich: Record, _ minimal: Record) -> [Self] {
        [
            .call(AddRecord(rich)), .call(AddRecord(minimal), "minimal"), .call(GetRecord(id: rich.id)),
            .call(ListRecords<Record>(page: PageRequest(after: rich.id.text, limit: 1_000))),
            .call(ListRecords<Record>(), "minimal"), .call(UpdateRecord(rich)),
        ]
    }

    private static let entitlementCalls: [ConversionSample] = [
        .call(AddEntitlement(id: "e-gold", terms: .rich)),
        .call(AddEntitlement(id: "e-least", terms: .minimal), "minimal"),
        .call(GetEntitlement(id: "e-gold")),
        .call(
            ListEntitlements(customer: "café", contract: "SO-4711/1", page: PageRequest(after: "e-gold", limit: 50))),
        .call(ListEntitlements(), "minimal"),
        .call(ActivateEntitlement(id: "e-gold")),
        .call(UpdateEntitlement(id: "e-gold", terms: .rich, version: 2)),
        .call(UpdateEntitlement(id: "e-least", terms: .minimal), "minimal"),
        .call(DeleteEntitlement(id: "e-gold", version: 3)),
        .call(DeleteEntitlement(id: "e-least"), "minimal"),
        .call(SuspendEntitlement(id: "e-gold", reason: "未払い")),
        .call(ResumeEntitlement(id: "e-gold")),
        .call(CancelEntitlement(id: "e-gold", reason: "résilié", on: .latestArranged)),
        .call(CancelEntitlement(id: "e-least", reason: "x"), "minimal"),
        .call(RenewEntitlement(id: "e-gold", successor: "e-платина", asDraft: true)),
        .call(AmendEntitlement(id: "e-gold", .rich, at: .sample, version: 4)),
        .call(AmendEntitlement(id: "e-gold", .clearing), "clearing"),
        .call(
            AddGrant(
                entitlement: "e-gold", allocation: "電子メール", quantity: 1_000_000_000, startDay: .first,
                endDay: .latestArranged,
                priority: -1_000)),
        .call(AddGrant(entitlement: "e-least", quantity: 1), "minimal"),
    ]

    private static let otherCalls: [ConversionSample] = [
        .call(AddChannel(id: "kiosk ☎️")),
        .call(ListChannels(page: PageRequest(after: "kiosk", limit: 6))),
        .call(OpenCase(id: "คดี-99", .rich)),
        .call(OpenCase(id: "1", Inquiry(customer: "acme")), "minimal"),
        .call(CheckCase(.rich, at: .sample, explains: true)),
        .call(CheckCase(Inquiry(customer: "acme")), "minimal"),
        .call(GetCase(id: "כרטיס-5")),
        .call(GetSettings()),
        .call(UpdateSettings(.rich)),
        .call(ListJournal(entitlement: "e-gold", case: "כרטיס-5", page: PageRequest(after: "9000000000", limit: 500))),
        .call(ListJournal(), "minimal"),
        .call(Reconcile()),
        .call(PerformBatch(items: Entitled_V1_BatchItem.samples)),
    ]

    private static let recordAnswers: [ConversionSample] =
        answers(Customer.rich, Customer.minimal) + answers(Product.rich, Product.minimal)
        + answers(Asset.rich, Asset.minimal)
        + answers(BusinessCalendar.rich, BusinessCalendar.minimal) + answers(ServiceLevel.rich, ServiceLevel.minimal)
        + answers(Plan.rich, Plan.minimal) + answers(Contract.rich, Contract.minimal)
        + [.answer(ListCustomers.self, Page(items: [], next: nil), "empty")]

    /// The four answers of one kind of record.
    private static func answers<Record: CatalogueRecord & WireItem>(_ rich: Record, _ minimal: Record) -> [Self] {
        [
            .answer(AddRecord<Record>.self, rich), .answer(GetRecord<Record>.self, minimal),
            .answer(ListRecords<Record>.self, Page(items: [minimal, rich], next: rich.id.text)),
            .answer(UpdateRecord<Record>.self, rich),
        ]
    }

    private static let entitlementAnswers: [ConversionSample] = [
        .answer(AddEntitlement.self, .draft),
        .answer(GetEntitlement.self, EntitlementView(entitlement: .activated, status: .active, at: .sample)),
        .answer(
            ListEntitlements.self,
            Page(
                items: EntitlementStatus.allCases.map {
                    EntitlementView(entitlement: .draft, status: $0, at: .zero)
                }, next: "e-least")),
        .answer(ActivateEntitlement.self, .activated),
        .answer(UpdateEntitlement.self, .draft),
        .answer(DeleteEntitlement.self, .draft),
        .answer(SuspendEntitlement.self, .activated),
        .answer(ResumeEntitlement.self, .activated),
        .answer(CancelEntitlement.self, .activated),
        .answer(RenewEntitlement.self, .activated),
        .answer(
            AmendEntitlement.self,
            AmendmentResult(
                entitlement: .activated, effectiveAt: .sample, amendment: .rich,
                changes: [
                    BalanceChange(
                        allocation: "main", difference: -1_000_000_000, before: .rich,
                        after: Balance(total: 0, charged: 0, held: 0)),
                    BalanceChange(allocation: "電子メール", difference: 1, before: .unlimited, after: .rich),
                ])),
        .answer(AddGrant.self, .activated),
    ]

    private static let otherAnswers: [ConversionSample] = [
        .answer(AddChannel.self, Channel(id: "kiosk ☎️")),
        .answer(ListChannels.self, Page(items: [Channel(id: "fax"), Channel(id: "kiosk ☎️")], next: nil)),
        .answer(
            OpenCase.self,
            .opened(
                Opening(
                    case: .rich,
                    debits: [
                        Debit(allocation: "main", amount: 2, remaining: 0, available: -3),
                        Debit(allocation: "電子メール", amount: 1, isHeld: true, remaining: nil, available: nil),
                    ], routing: ServiceTerms.rich.routing)), "opened"),
        .answer(OpenCase.self, .refused(.exhausted), "refused"),
        .answer(OpenCase.self, .exists(.minimal), "exists"),
        .answer(CheckCase.self, .covered(.rich), "covered"),
        .answer(CheckCase.self, .refused(.notCovered), "refused"),
        .answer(GetCase.self, .rich),
        .answer(GetSettings.self, Settings()),
        .answer(UpdateSettings.self, .rich),
        .answer(ListJournal.self, Page(items: JournalLine.samples, next: "9000000004")),
        .answer(
            Reconcile.self,
            Reconciliation(
                journalLines: 9_000_000_000, grants: 3, cases: 2, differences: ["grant e-gold/main/1: 4 ≠ 5", "b"])),
        .answer(
            Reconcile.self, Reconciliation(journalLines: 0, grants: 0, cases: 0, differences: []), "empty"),
        .answer(PerformBatch.self, Entitled_V1_BatchAnswer.samples),
    ]
}
