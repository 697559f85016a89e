import EntitledCore
import EntitledWire
import NIOCore
import SwiftProtobuf
import Testing

/// One field of a good call, spoiled.
struct Rejection: Sendable, CustomTestStringConvertible {
    let method: Method
    let field: String
    /// A part of what the error says is allowed there.
    let allowed: String
    let decode: @Sendable () throws -> Void

    var testDescription: String { "\(method.name) \(field)" }

    init<Call: WireCall>(
        _ good: Call, _ field: String, _ allowed: String, _ spoil: (inout Call.CallMessage) -> Void
    ) where Call.CallMessage: Sendable {
        method = Call.method
        self.field = field
        self.allowed = allowed
        var message = good.message
        spoil(&message)
        let spoiled = message
        decode = { _ = try Call.decodeCall(ByteBuffer(bytes: spoiled.serializedBytes() as [UInt8])) }
    }
}

struct ConversionRejectionTests {
    private static let tooLong = String(repeating: "ö", count: 129)
    private static let customer = AddCustomer(id: "c", kind: .account)
    private static let product = AddProduct(id: "p")
    private static let entitlement = AddEntitlement(id: "e", terms: .rich)
    private static let open = OpenCase(id: "1", .rich)
    private static let check = CheckCase(.rich)

    static let ids: [Rejection] = [
        Rejection(customer, "id", "1 to 128") { $0.id = "" },
        Rejection(customer, "id", "1 to 128") { $0.id = tooLong },
        Rejection(customer, "id", "1 to 128") { $0.id = " c" },
        Rejection(customer, "id", "control") { $0.id = "a\u{0}b" },
        Rejection(customer, "parent", "1 to 128") { $0.parent = "" },
        Rejection(GetCustomer(id: "c"), "id", "1 to 128") { $0.id = "" },
        Rejection(product, "id", "1 to 128") { $0.id = "" },
        Rejection(product, "family", "1 to 128") { $0.family = "" },
        Rejection(GetProduct(id: "p"), "id", "1 to 128") { $0.id = "" },
        Rejection(AddChannel(id: "fax"), "id", "1 to 128") { $0.id = "fax\n" },
        Rejection(entitlement, "id", "1 to 128") { $0.id = "" },
        Rejection(entitlement, "terms.customer", "1 to 128") { $0.terms.customer = "" },
        Rejection(entitlement, "terms.products", "1 to 128") { $0.terms.products.ids = ["p", ""] },
        Rejection(entitlement, "terms.channels", "1 to 128") { $0.terms.channels.ids = [tooLong] },
        Rejection(entitlement, "terms.contacts", "1 to 128") { $0.terms.contacts.ids = ["c "] },
        Rejection(GetEntitlement(id: "e"), "id", "1 to 128") { $0.id = "" },
        Rejection(ListEntitlements(), "customer", "1 to 128") { $0.customer = "" },
        Rejection(ActivateEntitlement(id: "e"), "id", "1 to 128") { $0.id = "" },
        Rejection(open, "id", "1 to 128") { $0.id = "" },
        Rejection(open, "customer", "1 to 128") { $0.customer = "" },
        Rejection(open, "product", "1 to 128") { $0.product = "" },
        Rejection(open, "channel", "1 to 128") { $0.channel = "" },
        Rejection(open, "entitlement", "1 to 128") { $0.entitlement = "" },
        Rejection(check, "customer", "1 to 128") { $0.customer = "" },
        Rejection(check, "product", "1 to 128") { $0.product = "" },
        Rejection(check, "channel", "1 to 128") { $0.channel = "" },
        Rejection(check, "entitlement", "1 to 128") { $0.entitlement = "" },
        Rejection(GetCase(id: "1"), "id", "1 to 128") { $0.id = "" },
        Rejection(ListJournal(), "entitlement", "1 to 128") { $0.entitlement = "" },
        Rejection(ListJournal(), "case", "1 to 128") { $0.case = "" },
    ]

    static let values: [Rejection] = [
        Rejection(customer, "kind", "account, contact") { $0.kind = .unspecified },
        Rejection(customer, "kind", "account, contact") { $0.kind = .UNRECOGNIZED(3) },
        Rejection(customer, "kind", "account, contact") { $0.kind = .UNRECOGNIZED(65_537) },
        Rejection(entitlement, "terms", "terms") { $0.clearTerms() },
        Rejection(entitlement, "terms.products", "no scope at all") { $0.terms.products.ids = [] },
        Rejection(entitlement, "terms.channels", "no scope at all") { $0.terms.channels.ids = [] },
        Rejection(entitlement, "terms.contacts", "no scope at all") { $0.terms.contacts.ids = [] },
        Rejection(entitlement, "terms.products", "1 to 1000") { $0.terms.products.ids = (0...1_000).map(String.init) },
        Rejection(entitlement, "terms.start_day", "0001-01-01") { $0.terms.clearStartDay() },
        Rejection(entitlement, "terms.start_day", "0001-01-01") { $0.terms.startDay = -719_163 },
        Rejection(entitlement, "terms.start_day", "9999-12-31") { $0.terms.startDay = .max },
        Rejection(entitlement, "terms.end_day", "9999-12-31") { $0.terms.endDay = 2_932_897 },
        Rejection(entitlement, "terms.end_day", "0001-01-01") { $0.terms.endDay = .min },
        Rejection(entitlement, "terms.time_zone", "IANA") { $0.terms.timeZone = "Middle-earth/Shire" },
        Rejection(entitlement, "terms.time_zone", "IANA") { $0.terms.timeZone = "" },
        Rejection(entitlement, "terms.exhaustion_policy", "block") { $0.terms.exhaustionPolicy = .unspecified },
        Rejection(entitlement, "terms.exhaustion_policy", "block") { $0.terms.exhaustionPolicy = .UNRECOGNIZED(9) },
        Rejection(entitlement, "terms.allocations.kind", "per_incident, unlimited") {
            $0.terms.allocations[1].kind = nil
        },
        Rejection(ListCustomers(), "limit", "1 to 1000") { $0.limit = 0 },
        Rejection(ListCustomers(), "limit", "1 to 1000") { $0.limit = 1_001 },
        Rejection(ListProducts(), "limit", "1 to 1000") { $0.limit = -1 },
        Rejection(ListChannels(), "limit", "1 to 1000") { $0.limit = 4_294_967_297 },
        Rejection(ListEntitlements(), "limit", "1 to 1000") { $0.limit = .min },
        Rejection(ListJournal(), "limit", "1 to 1000") { $0.limit = .max },
        Rejection(ListCustomers(), "after", "1 to 128") { $0.after = "" },
        Rejection(ListJournal(), "after", "whole number") { $0.after = "-1" },
        Rejection(ListJournal(), "after", "whole number") { $0.after = "9223372036854775808" },
    ]

    @Test(arguments: ids + values)
    func aSpoiledFieldIsNamed(rejection: Rejection) throws {
        let error = try #require(throws: EntitledError.self) { try rejection.decode() }
        #expect(error.reason == .invalidField)
        #expect(error.details["field"] == rejection.field)
        #expect(error.details["allowed"]?.contains(rejection.allowed) == true, "\(error)")
    }

    @Test func bytesThatAreNoMessageAreMalformed() {
        // A field that ends early; invalid UTF-8 in field 1; a group's end without its start.
        for bytes: [UInt8] in [[0x0A, 0x05, 0x61], [0x0A, 0x01, 0xFF], [0x0C]] {
            for type in WireCalls.all where type.method != .reconcile {
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
