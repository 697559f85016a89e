import EntitledCore
import EntitledWire
import NIOCore
import SwiftProtobuf
import Testing

/// One field of a good call, spoiled.
struct Rejection: Sendable, CustomTestStringConvertible {
    let method: Method
    let messageName: String
    let field: String
    /// A part of what the error says is allowed there.
    let allowed: String
    let decode: @Sendable () throws -> Void

    var testDescription: String { "\(method.name) \(field)" }

    init<Call: WireCall>(
        _ good: Call, _ field: String, _ allowed: String, _ spoil: (inout Call.CallMessage) -> Void
    ) where Call.CallMessage: Sendable {
        method = Call.method
        messageName = Call.CallMessage.protoMessageName.replacing("entitled.v1.", with: "")
        self.field = field
        self.allowed = allowed
        var message = good.message
        spoil(&message)
        let spoiled = message
        decode = {
            let call = try Call.decodeCall(ByteBuffer(bytes: spoiled.serializedBytes() as [UInt8]))
            // What reading leaves to the command.
            try (call as? any DecidableCommand)?.validate()
        }
    }
}

struct ConversionRejectionTests {
    private static let tooLong = String(repeating: "ö", count: 129)
    private static let customer = AddCustomer(.rich)
    private static let entitlement = AddEntitlement(id: "e", terms: .rich)
    private static let amend = AmendEntitlement(id: "e", .rich)
    private static let grant = AddGrant(entitlement: "e", quantity: 1)
    private static let open = OpenCase(id: "1", .rich)
    private static let check = CheckCase(.rich)
    private static let batch = PerformBatch(items: Entitled_V1_BatchItem.samples)

    static let ids: [Rejection] = [
        Rejection(customer, "id", "1 to 128") { $0.id = "" },
        Rejection(customer, "id", "1 to 128") { $0.id = tooLong },
        Rejection(customer, "id", "1 to 128") { $0.id = " c" },
        Rejection(customer, "id", "control") { $0.id = "a\u{0}b" },
        Rejection(customer, "parent", "1 to 128") { $0.parent = "" },
        Rejection(customer, "default_entitlement", "1 to 128") { $0.defaultEntitlement = "" },
        Rejection(GetCustomer(id: "c"), "id", "1 to 128") { $0.id = "" },
        Rejection(UpdateRecord<Customer>(.rich), "id", "1 to 128") { $0.id = "" },
        Rejection(AddProduct(.rich), "family", "1 to 128") { $0.family = "" },
        Rejection(AddAsset(.rich), "product", "1 to 128") { $0.product = "" },
        Rejection(AddAsset(.rich), "customer", "1 to 128") { $0.customer = "" },
        Rejection(AddServiceLevel(.rich), "calendar", "1 to 128") { $0.calendar = "" },
        Rejection(AddPlan(.rich), "service.sla", "1 to 128") { $0.service.sla = "" },
        Rejection(AddContract(.rich), "customer", "1 to 128") { $0.customer = "" },
        Rejection(UpdateSettings(.rich), "default_entitlement", "1 to 128") { $0.defaultEntitlement = "" },
        Rejection(AddChannel(id: "fax"), "id", "1 to 128") { $0.id = "fax\n" },
        Rejection(entitlement, "id", "1 to 128") { $0.id = "" },
        Rejection(entitlement, "terms.customer", "1 to 128") { $0.terms.customer = "" },
        Rejection(entitlement, "terms.assets", "1 to 128") { $0.terms.assets.ids = ["SN", ""] },
        Rejection(entitlement, "terms.contacts", "1 to 128") { $0.terms.contacts.ids = ["c "] },
        Rejection(entitlement, "terms.plan", "1 to 128") { $0.terms.plan = "" },
        Rejection(entitlement, "terms.contract", "1 to 128") { $0.terms.contract = "" },
        Rejection(entitlement, "terms.service.products", "1 to 128") { $0.terms.service.products.ids = ["p", ""] },
        Rejection(entitlement, "terms.service.channels", "1 to 128") { $0.terms.service.channels.ids = [tooLong] },
        Rejection(entitlement, "terms.service.calendar", "1 to 128") { $0.terms.service.calendar = "" },
        Rejection(entitlement, "terms.service.allocations.channels", "1 to 128") {
            $0.terms.service.allocations[1].channels.ids = [""]
        },
        Rejection(entitlement, "terms.service.allocations.products", "1 to 128") {
            $0.terms.service.allocations[1].products.ids = [""]
        },
        Rejection(entitlement, "terms.service.allocations.weights.channels.channel", "1 to 128") {
            $0.terms.service.allocations[1].weights.channels[0].channel = ""
        },
        Rejection(GetEntitlement(id: "e"), "id", "1 to 128") { $0.id = "" },
        Rejection(ListEntitlements(), "customer", "1 to 128") { $0.customer = "" },
        Rejection(ListEntitlements(), "contract", "1 to 128") { $0.contract = "" },
        Rejection(ActivateEntitlement(id: "e"), "id", "1 to 128") { $0.id = "" },
        Rejection(UpdateEntitlement(id: "e", terms: .rich), "id", "1 to 128") { $0.id = "" },
        Rejection(DeleteEntitlement(id: "e"), "id", "1 to 128") { $0.id = "" },
        Rejection(SuspendEntitlement(id: "e", reason: "x"), "id", "1 to 128") { $0.id = "" },
        Rejection(ResumeEntitlement(id: "e"), "id", "1 to 128") { $0.id = "" },
        Rejection(CancelEntitlement(id: "e", reason: "x"), "id", "1 to 128") { $0.id = "" },
        Rejection(RenewEntitlement(id: "e", successor: "f"), "id", "1 to 128") { $0.id = "" },
        Rejection(RenewEntitlement(id: "e", successor: "f"), "successor", "1 to 128") { $0.successor = "" },
        Rejection(amend, "id", "1 to 128") { $0.id = "" },
        Rejection(amend, "amendment.products", "1 to 128") { $0.amendment.products.set.ids = [""] },
        Rejection(amend, "amendment.sla", "1 to 128") { $0.amendment.sla.set = "" },
        Rejection(grant, "entitlement", "1 to 128") { $0.entitlement = "" },
        Rejection(open, "id", "1 to 128") { $0.id = "" },
        Rejection(open, "customer", "1 to 128") { $0.customer = "" },
        Rejection(open, "product", "1 to 128") { $0.product = "" },
        Rejection(open, "asset", "1 to 128") { $0.asset = "" },
        Rejection(open, "channel", "1 to 128") { $0.channel = "" },
        Rejection(open, "entitlement", "1 to 128") { $0.entitlement = "" },
        Rejection(check, "customer", "1 to 128") { $0.customer = "" },
        Rejection(check, "asset", "1 to 128") { $0.asset = "" },
        Rejection(GetCase(id: "1"), "id", "1 to 128") { $0.id = "" },
        Rejection(ListJournal(), "entitlement", "1 to 128") { $0.entitlement = "" },
        Rejection(ListJournal(), "case", "1 to 128") { $0.case = "" },
    ]

    static let records: [Rejection] = [
        Rejection(customer, "kind", "account, contact") { $0.kind = .unspecified },
        Rejection(customer, "kind", "account, contact") { $0.kind = .UNRECOGNIZED(3) },
        Rejection(customer, "kind", "account, contact") { $0.kind = .UNRECOGNIZED(65_537) },
        Rejection(customer, "name", "1 to 200") { $0.name = "" },
        Rejection(AddCalendar(.rich), "time_zone", "IANA") { $0.timeZone = "" },
        Rejection(AddCalendar(.rich), "hours.weekday", "1 (Monday)") { $0.hours[0].weekday = 65_537 },
        Rejection(AddCalendar(.rich), "hours.from_minute", "0 to 1439") { $0.hours[0].fromMinute = -1 },
        Rejection(AddCalendar(.rich), "hours.to_minute", "at most 1440") { $0.hours[2].toMinute = .max },
        Rejection(AddCalendar(.rich), "hours", "apart") { $0.hours[0].toMinute = 600 },
        Rejection(AddCalendar(.rich), "holidays", "9999-12-31") { $0.holidays[1] = .max },
        Rejection(AddServiceLevel(.rich), "targets", "1 to 100") { $0.targets = [] },
        Rejection(AddServiceLevel(.rich), "targets.name", "1 to 64") { $0.targets[0].name = "" },
        Rejection(AddServiceLevel(.rich), "targets.priority", "1 (most urgent)") { $0.targets[0].priority = 0 },
        Rejection(AddServiceLevel(.rich), "targets.priority", "1 (most urgent)") { $0.targets[0].priority = 65_537 },
        Rejection(AddServiceLevel(.rich), "targets.seconds", "1 to 315576000") { $0.targets[1].seconds = 0 },
        Rejection(AddPlan(.rich), "months", "1 to 1200") { $0.months = 0 },
        Rejection(AddPlan(.rich), "service.allocations.quantity", "1 to 1000000000") {
            $0.service.allocations[0].perIncident.quantity = 0
        },
        Rejection(AddPlan(.rich), "service.hours_only", "calendar") { $0.service.clearCalendar() },
        Rejection(AddContract(.rich), "manager", "1 to 64") { $0.manager = "" },
        Rejection(UpdateSettings(.rich), "closing_days", "0 to 366") { $0.closingDays = 367 },
    ]

    static let terms: [Rejection] = [
        Rejection(entitlement, "terms", "terms") { $0.clearTerms() },
        Rejection(UpdateEntitlement(id: "e", terms: .rich), "terms", "terms") { $0.clearTerms() },
        Rejection(entitlement, "terms.assets", "no scope at all") { $0.terms.assets.ids = [] },
        Rejection(entitlement, "terms.contacts", "no scope at all") { $0.terms.contacts.ids = [] },
        Rejection(entitlement, "terms.service.products", "no scope at all") { $0.terms.service.products.ids = [] },
        Rejection(entitlement, "terms.service.channels", "1 to 1000") {
            $0.terms.service.channels.ids = (0...1_000).map(String.init)
        },
        Rejection(entitlement, "terms.start_day", "0001-01-01") { $0.terms.clearStartDay() },
        Rejection(entitlement, "terms.start_day", "0001-01-01") { $0.terms.startDay = -719_163 },
        Rejection(entitlement, "terms.start_day", "9999-12-31") { $0.terms.startDay = .max },
        Rejection(entitlement, "terms.end_day", "2999-12-31") { $0.terms.endDay = 376_200 },
        Rejection(entitlement, "terms.end_day", "start day") { ($0.terms.startDay, $0.terms.endDay) = (1, 0) },
        Rejection(entitlement, "terms.renewal_day", "0001-01-01") { $0.terms.renewalDay = .min },
        Rejection(entitlement, "terms.time_zone", "IANA") { $0.terms.timeZone = "Middle-earth/Shire" },
        Rejection(entitlement, "terms.time_zone", "IANA") { $0.terms.timeZone = "" },
        Rejection(entitlement, "terms.quantity", "1 to 1000000") { $0.terms.quantity = 0 },
        Rejection(entitlement, "terms.quantity", "1 to 1000000") { $0.terms.quantity = .max },
        Rejection(entitlement, "terms.quantity", "together") { $0.terms.quantity = 2 },
        Rejection(entitlement, "terms.service.exhaustion_policy", "block") {
            $0.terms.service.exhaustionPolicy = .unspecified
        },
        Rejection(entitlement, "terms.service.renewal_notice_days", "0 to 3660") {
            $0.terms.service.renewalNoticeDays = -1
        },
        Rejection(entitlement, "terms.service.billing.increment_seconds", "1 to 86400") {
            $0.terms.service.billing.incrementSeconds = 0
        },
        Rejection(entitlement, "terms.service.billing.minimum_seconds", "0 to 86400") {
            $0.terms.service.billing.minimumSeconds = -1
        },
        Rejection(entitlement, "terms.service.routing.queue", "1 to 64") { $0.terms.service.routing.queue = "" },
        Rejection(entitlement, "terms.service.routing.skills", "at most 20") {
            $0.terms.service.routing.skills = Array(repeating: "x", count: 21)
        },
        Rejection(entitlement, "terms.service.routing.case_priority", "1 (most urgent)") {
            $0.terms.service.routing.casePriority = 10
        },
        Rejection(entitlement, "terms.service.routing.manager", "1 to 64") { $0.terms.service.routing.manager = "" },
        Rejection(AddEntitlement(id: "e", terms: .minimal), "terms.service.allocations", "1 to 100") {
            $0.terms.clearService()
        },
    ]

    /// One field of the richest pool, spoiled.
    private static func pool(
        _ field: String, _ allowed: String, of index: Int = 1,
        _ spoil: (inout Entitled_V1_AllocationTerms) -> Void
    ) -> Rejection {
        Rejection(entitlement, "terms.service.allocations.\(field)", allowed) {
            spoil(&$0.terms.service.allocations[index])
        }
    }

    static let pools: [Rejection] = [
        pool("kind", "per_incident, incidents_per_period, hours_per_period, unlimited") { $0.kind = nil },
        pool("name", "1 to 64") { $0.name = "" },
        pool("name", "a name for each") { $0.name = "main" },
        pool("quantity", "1 to 1000000000") { $0.incidentsPerPeriod.quantity = 1_000_000_001 },
        pool("quantity", "1 to 1000000000", of: 2) { $0.hoursPerPeriod.quantity = -1 },
        pool("period", "how long") { $0.incidentsPerPeriod.clearPeriod() },
        pool("period.length", "1 to 1000") { $0.incidentsPerPeriod.period.length = 0 },
        pool("period.unit", "day, week, month, quarter, year") { $0.incidentsPerPeriod.period.unit = .unspecified },
        pool("period.anchor", "2999-12-31") { $0.incidentsPerPeriod.period.anchor = 376_200 },
        pool("period.anchor", "0001-01-01") { $0.incidentsPerPeriod.period.anchor = .min },
        pool("unit", "case, second", of: 4) { $0.unlimited.unit = .UNRECOGNIZED(3) },
        pool("rollover_maximum", "0 to 1000000000") { $0.rolloverMaximum = -1 },
        pool("carry_maximum", "in a counted pool", of: 4) { $0.carryMaximum = 1 },
        pool("hold_seconds", "in a pool of seconds") { $0.holdSeconds = 1 },
        pool("consumption", "creation, resolution") { $0.consumption = .work },
        pool("consumption", "creation, resolution, work") { $0.consumption = .unspecified },
        pool("exhaustion_policy", "block") { $0.exhaustionPolicy = .UNRECOGNIZED(9) },
        pool("channels", "no scope at all") { $0.channels.ids = [] },
        pool("weights.channels", "each once") { $0.weights.channels[1].channel = "phone" },
        pool("weights.channels.factor", "0 to 1000000") { $0.weights.channels[0].factor = -1 },
        pool("weights.priorities", "each once") { $0.weights.priorities.append($0.weights.priorities[0]) },
        pool("weights.priorities.priority", "1 (most urgent)") { $0.weights.priorities[0].priority = 0 },
        pool("weights.priorities.factor", "0 to 1000000") { $0.weights.priorities[0].factor = 1_000_001 },
        pool("weights.out_of_hours", "0 to 1000000") { $0.weights.outOfHours = .max },
    ]

    static let acts: [Rejection] = [
        Rejection(SuspendEntitlement(id: "e", reason: "x"), "reason", "1 to 200") { $0.reason = "" },
        Rejection(CancelEntitlement(id: "e", reason: "x"), "reason", "1 to 200") { $0.reason = " x" },
        Rejection(CancelEntitlement(id: "e", reason: "x"), "day", "9999-12-31") { $0.day = .max },
        Rejection(amend, "amendment", "what is to change") { $0.clearAmendment() },
        Rejection(amend, "amendment", "at least one field") { $0.amendment = .with { $0.inFull = true } },
        Rejection(amend, "amendment.channels", "set, clear") { $0.amendment.channels.change = nil },
        Rejection(amend, "amendment.end_day", "set, clear") { $0.amendment.endDay.change = nil },
        Rejection(amend, "amendment.end_day", "9999-12-31") { $0.amendment.endDay.set = .max },
        Rejection(amend, "amendment.start_day", "0001-01-01") { $0.amendment.startDay = .min },
        Rejection(amend, "amendment.sla", "set, clear") { $0.amendment.sla.change = nil },
        Rejection(amend, "amendment.contacts", "no scope at all") { $0.amendment.contacts.set.ids = [] },
        Rejection(amend, "amendment.allocations.name", "each once") { $0.amendment.allocations[1].name = "main" },
        Rejection(amend, "at_us", "microseconds") { $0.atUs = .max },
        Rejection(grant, "quantity", "1 to 1000000000") { $0.quantity = 0 },
        Rejection(grant, "priority", "-1000 to 1000") { $0.priority = 1_001 },
        Rejection(grant, "end_day", "2999-12-31") { $0.endDay = 376_200 },
        Rejection(grant, "start_day", "0001-01-01") { $0.startDay = .min },
        Rejection(grant, "end_day", "start day") { ($0.startDay, $0.endDay) = (1, 0) },
        Rejection(open, "priority", "1 (most urgent)") { $0.priority = 0 },
        Rejection(check, "priority", "1 (most urgent)") { $0.priority = 65_537 },
        Rejection(check, "at_us", "microseconds") { $0.atUs = .min },
        Rejection(ListCustomers(), "limit", "1 to 1000") { $0.limit = 0 },
        Rejection(ListPlans(), "limit", "1 to 1000") { $0.limit = 1_001 },
        Rejection(ListProducts(), "limit", "1 to 1000") { $0.limit = -1 },
        Rejection(ListChannels(), "limit", "1 to 1000") { $0.limit = 4_294_967_297 },
        Rejection(ListEntitlements(), "limit", "1 to 1000") { $0.limit = .min },
        Rejection(ListJournal(), "limit", "1 to 1000") { $0.limit = .max },
        Rejection(ListCustomers(), "after", "1 to 128") { $0.after = "" },
        Rejection(ListJournal(), "after", "whole number") { $0.after = "-1" },
        Rejection(ListJournal(), "after", "whole number") { $0.after = "9223372036854775808" },
        Rejection(batch, "items", "1 to 1000") { $0.items = [] },
        Rejection(batch, "items", "1 to 1000") { $0.items = Array(repeating: $0.items[0], count: 1_001) },
    ]

    @Test(arguments: ids + records + terms + pools + acts)
    func aSpoiledFieldIsNamed(rejection: Rejection) throws {
        let error = try #require(throws: EntitledError.self) { try rejection.decode() }
        #expect(error.reason == .invalidField)
        #expect(error.details["field"] == rejection.field)
        #expect(try ProtoFields.all.get().contain(rejection.field, in: rejection.messageName))
        #expect(error.details["allowed"]?.contains(rejection.allowed) == true, "\(error)")
    }

    @Test func bytesThatAreNoMessageAreMalformed() {
        // In these field 1 is no text, and what has another type is an unknown field.
        let withoutText: Set<Method> = [.reconcile, .getSettings, .updateSettings]
        // A field that ends early; invalid UTF-8 in field 1; a group's end without its start.
        for bytes: [UInt8] in [[0x0A, 0x05, 0x61], [0x0A, 0x01, 0xFF], [0x0C]] {
            for type in WireCalls.all where !withoutText.contains(type.method) {
                #expect(Self.reason(of: ByteBuffer(bytes: bytes), as: type) == .malformedRequest, "\(type) \(bytes)")
            }
        }
    }

    private static func reason<Call: WireCall>(of bytes: ByteBuffer, as type: Call.Type) -> ErrorReason? {
        do {
            _ = try type.decodeCall(bytes)
            return nil
        } catch {
            return error.reason
        }
    }
}
