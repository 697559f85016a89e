import ArgumentParser
import EntitledClient

/// How contracts are written.
struct ContractOptions: RecordOptions {
    static let abstract = "What was sold: contracts group entitlements."

    @Option(name: .long, help: ArgumentHelp("Who bought it; needed to add one, can't be changed.", valueName: "id"))
    var customer: String?
    @Option(name: .long, help: "The account manager, as the sales system names them.")
    var manager: String?

    enum Field: String, ClearableField {
        case manager
    }

    func record(_ id: ContractID) throws -> Contract {
        Contract(id: id, customer: try CustomerID(try required(customer, "customer"), field: "customer"))
    }

    func change(_ contract: inout Contract) throws {
        contract.customer = try customer.id("customer") ?? contract.customer
        contract.manager = manager ?? contract.manager
    }

    static func clear(_ field: Field, in contract: inout Contract) {
        switch field {
        case .manager: contract.manager = nil
        }
    }
}

extension Contract: PrintedRecord {
    static let commandName = "contract"
    static func records(of client: EntitledClient) -> Records<Contract> { client.contracts }
    static let listColumns = ["customer", "manager"]
    var listCells: [String] { [customer.text, manager ?? ""] }
    var details: [(String, String)] { [("customer", customer.text), ("manager", manager ?? "")] }
}
