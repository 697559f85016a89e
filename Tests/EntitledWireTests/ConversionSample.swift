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
    static let all = calls + answers

    static let calls: [ConversionSample] = [
        .call(AddCustomer(id: "顧客-0042", kind: .contact, name: "佐藤 花子", parent: "株式会社山田")),
        .call(AddCustomer(id: "acme", kind: .account), "minimal"),
        .call(GetCustomer(id: "клиент-7")),
        .call(ListCustomers(page: PageRequest(after: "клиент-7", limit: 1_000))),
        .call(ListCustomers(), "minimal"),
        .call(AddProduct(id: "مضخة-٣", name: "مضخة المياه", family: "مضخات")),
        .call(AddProduct(id: "pump"), "minimal"),
        .call(GetProduct(id: "मोटर-12")),
        .call(ListProducts(page: PageRequest(after: "मोटर-12", limit: 1))),
        .call(AddChannel(id: "kiosk ☎️")),
        .call(ListChannels(page: PageRequest(after: "kiosk", limit: 6))),
        .call(AddEntitlement(id: "e-gold", terms: .rich)),
        .call(AddEntitlement(id: "e-least", terms: .minimal), "minimal"),
        .call(GetEntitlement(id: "e-gold")),
        .call(ListEntitlements(customer: "café", page: PageRequest(after: "e-gold", limit: 50))),
        .call(ListEntitlements(), "minimal"),
        .call(ActivateEntitlement(id: "e-gold")),
        .call(OpenCase(id: "คดี-99", .rich)),
        .call(OpenCase(id: "1", Inquiry(customer: "acme")), "minimal"),
        .call(CheckCase(.rich)),
        .call(CheckCase(Inquiry(customer: "acme")), "minimal"),
        .call(GetCase(id: "כרטיס-5")),
        .call(ListJournal(entitlement: "e-gold", case: "כרטיס-5", page: PageRequest(after: "9000000000", limit: 500))),
        .call(ListJournal(), "minimal"),
        .call(Reconcile()),
    ]

    static let answers: [ConversionSample] = [
        .answer(AddCustomer.self, .rich),
        .answer(GetCustomer.self, .minimal),
        .answer(ListCustomers.self, Page(items: [.minimal, .rich], next: "顧客-0042")),
        .answer(ListCustomers.self, Page(items: [], next: nil), "empty"),
        .answer(AddProduct.self, Product(id: "مضخة-٣", name: "مضخة المياه", family: "مضخات")),
        .answer(GetProduct.self, Product(id: "pump", name: "pump", family: nil)),
        .answer(
            ListProducts.self, Page(items: [Product(id: "pump", name: "Pump", family: nil)], next: "pump")),
        .answer(AddChannel.self, Channel(id: "kiosk ☎️")),
        .answer(ListChannels.self, Page(items: [Channel(id: "fax"), Channel(id: "kiosk ☎️")], next: nil)),
        .answer(AddEntitlement.self, .draft),
        .answer(GetEntitlement.self, EntitlementView(entitlement: .activated, status: .active)),
        .answer(
            ListEntitlements.self,
            Page(
                items: [
                    EntitlementView(entitlement: .draft, status: .draft),
                    EntitlementView(entitlement: .activated, status: .expired),
                ], next: "e-least")),
        .answer(ActivateEntitlement.self, .activated),
        .answer(
            OpenCase.self,
            .opened(
                Opening(
                    case: .rich,
                    debits: [
                        Debit(allocation: "main", amount: 2, remaining: 0, available: -3),
                        Debit(allocation: "電子メール", amount: 1, remaining: nil, available: nil),
                    ])), "opened"),
        .answer(OpenCase.self, .refused(.exhausted), "refused"),
        .answer(OpenCase.self, .exists(.minimal), "exists"),
        .answer(
            CheckCase.self,
            .covered(
                Coverage(
                    entitlement: "e-gold", debits: [Debit(allocation: "main", amount: 1, remaining: 9, available: 8)],
                    candidates: [Candidate(entitlement: "e-gold", rank: 1, mismatch: nil)], omitted: 0)), "covered"),
        .answer(
            CheckCase.self,
            .refused(
                Refusal(
                    reason: .notCovered, entitlement: nil,
                    candidates: Mismatch.allCases.filter { $0 != .exhausted }.map {
                        Candidate(entitlement: Identifier(stored: "e-\($0.name)"), rank: nil, mismatch: $0)
                    }, omitted: 0)), "refused"),
        .answer(GetCase.self, .rich),
        .answer(ListJournal.self, Page(items: JournalLine.samples, next: "9000000004")),
        .answer(
            Reconcile.self,
            Reconciliation(
                journalLines: 9_000_000_000, grants: 3, cases: 2, differences: ["grant e-gold/main/1: 4 ≠ 5", "b"])),
        .answer(
            Reconcile.self, Reconciliation(journalLines: 0, grants: 0, cases: 0, differences: []), "empty"),
    ]
}
