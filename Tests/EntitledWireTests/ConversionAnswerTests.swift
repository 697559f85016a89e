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
    private static let view = EntitlementView(entitlement: .activated, status: .active, at: .sample)
    private static let result = AmendmentResult(
        entitlement: .activated, effectiveAt: .sample, amendment: .rich,
        changes: [BalanceChange(allocation: "main", difference: 1, before: .rich, after: .unlimited)])

    static let misfits: [Misfit] = [
        Misfit(GetCustomer.self, .rich, "id") { $0.id = "" },
        Misfit(GetCustomer.self, .rich, "parent") { $0.parent = "" },
        Misfit(GetCustomer.self, .rich, "kind") { $0.kind = .UNRECOGNIZED(3) },
        Misfit(GetCustomer.self, .rich, "kind") { $0.kind = .UNRECOGNIZED(Int(Int32.max)) },
        Misfit(GetCustomer.self, .rich, "kind") { $0.kind = .unspecified },
        Misfit(ListCustomers.self, Page(items: [.rich], next: nil), "items.kind") {
            $0.items[0].kind = .UNRECOGNIZED(-1)
        },
        Misfit(GetCalendar.self, .rich, "holidays") { $0.holidays[0] = .max },
        Misfit(GetServiceLevel.self, .rich, "targets.priority") { $0.targets[0].priority = .max },
        Misfit(GetPlan.self, .rich, "service.allocations.period.unit") {
            $0.service.allocations[1].incidentsPerPeriod.period.unit = .UNRECOGNIZED(6)
        },
        Misfit(GetSettings.self, .rich, "default_entitlement") { $0.defaultEntitlement = "" },
        Misfit(GetEntitlement.self, view, "status") { $0.status = .UNRECOGNIZED(8) },
        Misfit(GetEntitlement.self, view, "at_us") { $0.atUs = .max },
        Misfit(GetEntitlement.self, view, "entitlement.state") { $0.entitlement.state = .UNRECOGNIZED(3) },
        Misfit(GetEntitlement.self, view, "entitlement.id") { $0.clearEntitlement() },
        Misfit(ActivateEntitlement.self, .activated, "terms.start_day") { $0.clearTerms() },
        Misfit(ActivateEntitlement.self, .activated, "terms.assets") { $0.terms.assets.ids = [""] },
        Misfit(ActivateEntitlement.self, .activated, "terms.end_day") { $0.terms.endDay = .max },
        Misfit(ActivateEntitlement.self, .activated, "terms.quantity") { $0.terms.quantity = .max },
        Misfit(ActivateEntitlement.self, .activated, "terms.service.exhaustion_policy") {
            $0.terms.service.exhaustionPolicy = .UNRECOGNIZED(2)
        },
        Misfit(ActivateEntitlement.self, .activated, "terms.service.allocations.quantity") {
            $0.terms.service.allocations[0].perIncident.quantity = .max
        },
        Misfit(ActivateEntitlement.self, .activated, "life.cancelled_at_us") { $0.life.cancelledAtUs = .max },
        Misfit(ActivateEntitlement.self, .activated, "life.suspensions.from_us") {
            $0.life.suspensions[0].fromUs = .min
        },
        Misfit(ActivateEntitlement.self, .activated, "life.earlier.terms.start_day") {
            $0.life.earlier[0].clearTerms()
        },
        Misfit(ActivateEntitlement.self, .activated, "life.pending.amendment.sla") {
            $0.life.pending[0].amendment.sla.change = nil
        },
        Misfit(ActivateEntitlement.self, .activated, "life.successor") { $0.life.successor = "" },
        Misfit(ActivateEntitlement.self, .activated, "allocations.terms.kind") { $0.allocations[1].terms.kind = nil },
        Misfit(ActivateEntitlement.self, .activated, "allocations.grants.origin") {
            $0.allocations[0].grants[1].origin = .UNRECOGNIZED(9)
        },
        Misfit(ActivateEntitlement.self, .activated, "allocations.grants.quantity") {
            $0.allocations[0].grants[1].quantity = -1
        },
        Misfit(ActivateEntitlement.self, .activated, "allocations.grants.charged") {
            $0.allocations[0].grants[1].charged = .max
        },
        Misfit(ActivateEntitlement.self, .activated, "allocations.grants.held") {
            $0.allocations[0].grants[1].held = .min
        },
        Misfit(ActivateEntitlement.self, .activated, "allocations.grants.until_us") {
            $0.allocations[0].grants[1].untilUs = .max
        },
        Misfit(ActivateEntitlement.self, .activated, "allocations.grants.changed_at_us") {
            $0.allocations[0].grants[1].changedAtUs = .min
        },
        Misfit(AmendEntitlement.self, result, "effective_at_us") { $0.effectiveAtUs = .max },
        Misfit(AmendEntitlement.self, result, "amendment.products") { $0.amendment.products.change = nil },
        Misfit(AmendEntitlement.self, result, "changes.before.total") { $0.changes[0].before.total = .min },
        Misfit(AmendEntitlement.self, result, "changes.after.held") { $0.changes[0].after.held = .max },
        Misfit(OpenCase.self, .exists(.rich), "decision") { $0.decision = nil },
        Misfit(OpenCase.self, .exists(.rich), "exists.opened_at_us") {
            $0.exists.openedAtUs = 253_402_300_800_000_000
        },
        Misfit(OpenCase.self, .opened(Opening(case: .rich, debits: [])), "opened.case.id") { $0.opened.clearCase() },
        Misfit(OpenCase.self, .refused(.exhausted), "refused.reason") { $0.refused.reason = .UNRECOGNIZED(3) },
        Misfit(OpenCase.self, .refused(.exhausted), "refused.candidates.mismatch") {
            $0.refused.candidates[0].mismatch = .UNRECOGNIZED(14)
        },
        Misfit(CheckCase.self, .refused(.exhausted), "finding") { $0.finding = nil },
        Misfit(CheckCase.self, .refused(.exhausted), "covered.entitlement") { $0.covered = .init() },
        Misfit(CheckCase.self, .covered(.rich), "covered.candidates.specificity.start_day") {
            $0.covered.candidates[0].specificity.startDay = .max
        },
        Misfit(ListJournal.self, journal, "items.event") { $0.items[0].event = .UNRECOGNIZED(99) },
        Misfit(ListJournal.self, journal, "items.request_id") { $0.items[0].requestID.removeLast() },
        Misfit(ListJournal.self, journal, "items.recorded_at_us") { $0.items[0].recordedAtUs = .max },
        Misfit(ListJournal.self, journal, "items.occurred_at_us") { $0.items[0].occurredAtUs = .min },
        Misfit(ListJournal.self, journal, "items.case") { $0.items[0].case = "" },
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
        message.terms.service.routing.casePriority = 12
        message.terms.service.allocations[1].weights.outOfHours = 2_000_000
        let answer = try AddEntitlement.answer(from: message)
        #expect(answer.id.text == message.id)
        #expect(answer.terms.timeZone?.name == "Antarctica/New_Base")
        #expect(answer.terms.service.routing?.casePriority?.number == 12)
        #expect(answer.terms.service.allocations[1].weights?.outOfHours?.thousandths == 2_000_000)
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
