import EntitledCore
import Testing

@testable import entitlectl

@Suite("A replay's request ids")
struct ReplayRequestTests {
    private static func id(_ command: some Command) -> RequestID { ReplayRequest.id(of: command, format: .serviceNow) }

    private static func open(
        _ id: String = "I1", customer: String = "Ann", product: String? = nil
    ) throws -> OpenCase {
        OpenCase(
            id: try CaseID(id),
            Inquiry(customer: try CustomerID(customer), product: try product.map { try ProductID($0) }))
    }

    @Test("are the same for the same content, today and in every later version")
    func same() throws {
        #expect(Self.id(try Self.open()) == Self.id(try Self.open()))
        #expect(Self.id(try Self.open()).description == "9798f132-eee7-82a5-9cfd-dc51bd658f40")
    }

    @Test("differ with each part of the content, and with the method")
    func different() throws {
        let ids = [
            Self.id(try Self.open()), Self.id(try Self.open("I2")), Self.id(try Self.open(customer: "Bob")),
            Self.id(try Self.open(product: "Printers")),
            Self.id(AddCustomer(Customer(id: try CustomerID("I1"), kind: .account))),
            Self.id(AddProduct(Product(id: try ProductID("I1")))),
        ]
        #expect(Set(ids).count == ids.count)
    }

    @Test("bear the marks of a UUID made from a hash")
    func marks() throws {
        for number in 0..<100 {
            let bytes = Self.id(try Self.open("I\(number)")).bytes
            #expect(bytes[6] >> 4 == 8)
            #expect(bytes[8] >> 6 == 2)
        }
    }
}
