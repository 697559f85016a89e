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
        message.terms.products.ids = ["b", "a", "b", "B"]
        #expect(try AddEntitlement(message: message).terms.products?.members == ["B", "a", "b"])
    }

    /// What a call leaves out has the meaning that the proto files give.
    @Test func defaults() throws {
        let customer = try AddCustomer(message: .with { ($0.id, $0.kind) = ("acme", .account) })
        #expect(customer == AddCustomer(id: "acme", kind: .account, name: "acme", parent: nil))
        #expect(try AddProduct(message: .with { $0.id = "pump" }) == AddProduct(id: "pump", name: "pump", family: nil))
        #expect(try ListProducts(message: .init()).page == PageRequest(after: nil, limit: 100))
        var message = AddEntitlement(id: "e", terms: .minimal).message
        message.terms.allocations[0].clearName()
        #expect(try AddEntitlement(message: message).terms.allocations.map(\.name) == ["main"])
    }

    /// Bytes that were damaged on the way are read as something else or refused, but never trap; nor does asking the
    /// result for its sums and texts.
    @Test(arguments: ConversionSample.all)
    func damageNeverTraps(sample: ConversionSample) throws {
        let bytes = Array(try sample.encode().readableBytesView)
        for index in bytes.indices {
            for damage: UInt8 in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF] {
                var damaged = bytes
                damaged[index] ^= damage
                for type in WireCalls.all where sample.name.hasPrefix(type.method.name + ".") {
                    Self.read(ByteBuffer(bytes: damaged), as: type)
                }
            }
            for type in WireCalls.all where sample.name.hasPrefix(type.method.name + ".") {
                Self.read(ByteBuffer(bytes: bytes[..<index]), as: type)
            }
        }
    }

    private static func read<Call: WireCall>(_ bytes: ByteBuffer, as type: Call.Type) {
        _ = try? type.decodeCall(bytes)
        let answer = try? type.decodeAnswer(bytes)
        if let entitlement = answer as? Entitlement {
            _ = entitlement.allocations.map { [$0.remaining, $0.available, $0.charged] }
            _ = "\(entitlement.terms.startDay)"
        }
        if let view = answer as? EntitlementView { _ = view.entitlement.allocations.map(\.available) }
        if let found = answer as? Case { _ = "\(found.openedAt)" }
    }
}
