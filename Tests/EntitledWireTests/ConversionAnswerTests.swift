import EntitledCore
import EntitledWire
import NIOCore
import SwiftProtobuf
import Testing

/// An answer that this version can't understand: from a newer server, or a broken one.
struct Misfit: Sendable, CustomTestStringConvertible {
    let method: Method
    let field: String
    let decode: @Sendable () throws -> Void

    var testDescription: String { "\(method.name) \(field)" }

    init<Call: WireCall>(
        _ type: Call.Type, _ good: Call.Answer, _ field: String, _ spoil: (inout Call.AnswerMessage) -> Void
    ) where Call.AnswerMessage: Sendable {
        method = Call.method
        self.field = field
        var message = Call.message(of: good)
        spoil(&message)
        let spoiled = message
        decode = { _ = try Call.decodeAnswer(ByteBuffer(bytes: spoiled.serializedBytes() as [UInt8])) }
    }
}

struct ConversionAnswerTests {
    private static let journal = Page(items: JournalLine.samples, next: nil)
    private static let view = EntitlementView(entitlement: .activated, status: .active)

    static let misfits: [Misfit] = [
        Misfit(GetCustomer.self, .rich, "id") { $0.id = "" },
        Misfit(GetCustomer.self, .rich, "parent") { $0.parent = "" },
        Misfit(GetCustomer.self, .rich, "kind") { $0.kind = .UNRECOGNIZED(3) },
        Misfit(GetCustomer.self, .rich, "kind") { $0.kind = .UNRECOGNIZED(Int(Int32.max)) },
        Misfit(GetCustomer.self, .rich, "kind") { $0.kind = .unspecified },
        Misfit(ListCustomers.self, Page(items: [.rich], next: nil), "kind") { $0.items[0].kind = .UNRECOGNIZED(-1) },
        Misfit(GetEntitlement.self, view, "status") { $0.status = .UNRECOGNIZED(5) },
        Misfit(GetEntitlement.self, view, "state") { $0.entitlement.state = .UNRECOGNIZED(3) },
        Misfit(GetEntitlement.self, view, "id") { $0.clearEntitlement() },
        Misfit(ActivateEntitlement.self, .activated, "terms.start_day") { $0.clearTerms() },
        Misfit(ActivateEntitlement.self, .activated, "terms.products") { $0.terms.products.ids = [""] },
        Misfit(ActivateEntitlement.self, .activated, "terms.end_day") { $0.terms.endDay = .max },
        Misfit(ActivateEntitlement.self, .activated, "terms.exhaustion_policy") {
            $0.terms.exhaustionPolicy = .UNRECOGNIZED(2)
        },
        Misfit(ActivateEntitlement.self, .activated, "terms.allocations.kind") {
            $0.allocations[1].terms.kind = nil
        },
        Misfit(ActivateEntitlement.self, .activated, "quantity") { $0.allocations[0].grants[1].quantity = -1 },
        Misfit(ActivateEntitlement.self, .activated, "charged") { $0.allocations[0].grants[1].charged = .max },
        Misfit(ActivateEntitlement.self, .activated, "held") { $0.allocations[0].grants[1].held = .min },
        Misfit(ActivateEntitlement.self, .activated, "changed_at_us") {
            $0.allocations[0].grants[1].changedAtUs = .min
        },
        Misfit(OpenCase.self, .exists(.rich), "decision") { $0.decision = nil },
        Misfit(OpenCase.self, .exists(.rich), "opened_at_us") { $0.exists.openedAtUs = 253_402_300_800_000_000 },
        Misfit(OpenCase.self, .opened(Opening(case: .rich, debits: [])), "id") { $0.opened.clearCase() },
        Misfit(OpenCase.self, .refused(.exhausted), "reason") { $0.refused.reason = .UNRECOGNIZED(3) },
        Misfit(OpenCase.self, .refused(.exhausted), "mismatch") {
            $0.refused.candidates[0].mismatch = .UNRECOGNIZED(3)
        },
        Misfit(CheckCase.self, .refused(.exhausted), "finding") { $0.finding = nil },
        Misfit(CheckCase.self, .refused(.exhausted), "entitlement") { $0.covered = .init() },
        Misfit(ListJournal.self, journal, "event") { $0.items[0].event = .UNRECOGNIZED(99) },
        Misfit(ListJournal.self, journal, "request_id") { $0.items[0].requestID.removeLast() },
        Misfit(ListJournal.self, journal, "recorded_at_us") { $0.items[0].recordedAtUs = .max },
        Misfit(ListJournal.self, journal, "occurred_at_us") { $0.items[0].occurredAtUs = .min },
        Misfit(ListJournal.self, journal, "case") { $0.items[0].case = "" },
    ]

    @Test(arguments: misfits)
    func whatCannotBeUnderstoodIsAnErrorThatNamesTheField(misfit: Misfit) throws {
        let error = try #require(throws: EntitledError.self) { try misfit.decode() }
        #expect(error.reason == .internalError)
        #expect(error.details["field"] == misfit.field, "\(error)")
    }

    /// A newer server may allow longer ids, and know zones that this machine doesn't.
    @Test func whatAServerHasStoredIsBelieved() throws {
        var message = AddEntitlement.message(of: .activated)
        message.id = String(repeating: "x", count: 200)
        message.terms.timeZone = "Antarctica/New_Base"
        let answer = try AddEntitlement.answer(from: message)
        #expect(answer.id.text == message.id)
        #expect(answer.terms.timeZone?.name == "Antarctica/New_Base")
    }

    @Test func bytesThatAreNoAnswerAreAnError() {
        for type in WireCalls.all {
            #expect(Self.reason(of: ByteBuffer(bytes: [0x0A, 0x05, 0x61]), as: type) == .internalError, "\(type)")
        }
    }

    private static func reason<Call: WireCall>(of bytes: ByteBuffer, as type: Call.Type) -> ErrorReason? {
        do {
            _ = try type.decodeAnswer(bytes)
            return nil
        } catch {
            return error.reason
        }
    }
}
