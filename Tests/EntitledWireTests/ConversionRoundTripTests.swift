import EntitledCore
import EntitledWire
import Foundation
import NIOCore
import SwiftProtobuf
import Testing

struct ConversionRoundTripTests {
    @Test(arguments: ConversionSample.all)
    func whatIsWrittenIsReadAgain(sample: ConversionSample) throws {
        let bytes = try sample.encode()
        #expect(try sample.decodesBack(bytes))
    }

    @Test(arguments: ConversionSample.all)
    func unknownFieldsArePassedOver(sample: ConversionSample) throws {
        var bytes = try sample.encode()
        // Field 2000, varint 1, then field 2001, 2 bytes.
        bytes.writeBytes([0x80, 0x7D, 0x01, 0x8A, 0x7D, 0x02, 0xFF, 0xFE])
        #expect(try sample.decodesBack(bytes))
    }

    @Test func everyMethodHasASampleOfItsCallAndItsAnswer() {
        for method in Method.allCases {
            for side in ["call", "answer"] {
                let name = "\(method.name).\(side)"
                #expect(
                    ConversionSample.all.contains { $0.name == name || $0.name.hasPrefix(name + ".") }, "no \(name)")
            }
        }
        #expect(Set(ConversionSample.all.map(\.name)).count == ConversionSample.all.count)
    }

    /// Spellings that Swift's `String` takes for equal stay two ids.
    @Test func spellingsAreKept() throws {
        let composed = CustomerID(stored: "ren\u{E9}")
        let decomposed = CustomerID(stored: "rene\u{301}")
        for id in [composed, decomposed] {
            #expect(try GetCustomer.decodeCall(GetCustomer(id: id).encodeCall()).id == id)
        }
        #expect(composed != decomposed)
    }

    /// A scope may be sent in any order, with repetitions.
    @Test func scopesAreSorted() throws {
        var message = AddEntitlement(id: "e", terms: .minimal).message
        message.terms.service.products.ids = ["b", "a", "b", "B"]
        #expect(try AddEntitlement(message: message).terms.service.products?.members == ["B", "a", "b"])
    }

    /// A calendar's hours and holidays may be, too.
    @Test func calendarsAreSorted() throws {
        var message = BusinessCalendar.rich.message
        message.hours.reverse()
        message.holidays = message.holidays.reversed() + message.holidays
        #expect(try AddCalendar(message: message).record == .rich)
    }

    /// What a call leaves out has the meaning that the proto files give.
    @Test func defaults() throws {
        let customer = try AddCustomer(message: .with { ($0.id, $0.kind) = ("acme", .account) })
        #expect(customer.record == Customer(id: "acme", kind: .account, name: "acme", parent: nil))
        #expect(try AddProduct(message: .with { $0.id = "pump" }).record == Product(id: "pump", name: "pump"))
        #expect(try AddPlan(message: .with { $0.id = "bare" }).record.service == ServiceTerms())
        #expect(try UpdateSettings(message: .init()).settings == Settings())
        #expect(try ListProducts(message: .init()).page == PageRequest(after: nil, limit: 100))
        let grant = try AddGrant(message: .with { ($0.entitlement, $0.quantity) = ("e", 1) })
        #expect(grant == AddGrant(entitlement: "e", allocation: "main", quantity: 1))
        var message = AddEntitlement(id: "e", terms: .minimal).message
        message.terms.service.clearExhaustionPolicy()
        message.terms.clearQuantity()
        message.terms.service.allocations[0].clearName()
        #expect(try AddEntitlement(message: message).terms == .minimal)
    }

    /// The balances don't travel: whoever receives an entitlement sums its grants.
    @Test func balancesAreSummedFromGrants() throws {
        let view = EntitlementView(entitlement: .activated, status: .active, at: .zero)
        let received = try GetEntitlement.answer(from: GetEntitlement.message(of: view))
        #expect(received.balances == view.balances)
        #expect(received.balances[1] == Balance(total: 40, charged: 0, held: 0))
    }

    /// Bytes that were damaged on the way are read as something else or refused, but never trap; nor does asking the
    /// result for its sums and texts.
    @Test(arguments: ConversionSample.distinct)
    func damageNeverTraps(sample: ConversionSample) throws {
        let type = try #require(WireCalls.all.first { sample.name.hasPrefix($0.method.name + ".") })
        let bytes = Array(try sample.encode().readableBytesView)
        // All of a short message, enough of a long one.
        for index in stride(from: 0, to: bytes.count, by: 1 + bytes.count / 500) {
            for damage: UInt8 in [1 << (index % 8), 0xFF] {
                var damaged = bytes
                damaged[index] ^= damage
                Self.read(ByteBuffer(bytes: damaged), as: type)
            }
            Self.read(ByteBuffer(bytes: bytes[..<index]), as: type)
        }
    }

    private static func read<Call: WireCall>(_ bytes: ByteBuffer, as type: Call.Type) {
        _ = try? type.decodeCall(bytes)
        let answer = try? type.decodeAnswer(bytes)
        if let entitlement = answer as? Entitlement {
            for allocation in entitlement.allocations {
                let balance = allocation.balance(at: .zero)
                _ = [balance.remaining, balance.available, entitlement.terms.quantity(of: allocation.terms)]
            }
            _ = "\(entitlement.terms.startDay) \(entitlement.life.suspensions)"
        }
        if let result = answer as? AmendmentResult {
            _ = result.changes.map { [$0.before.available, $0.after.remaining] }
        }
        if let found = answer as? Case { _ = "\(found.openedAt)" }
    }
}
