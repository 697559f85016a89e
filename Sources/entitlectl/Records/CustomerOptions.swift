import ArgumentParser
import EntitledClient

/// How customers are written.
struct CustomerOptions: RecordOptions {
    static let abstract = "Accounts and their contacts."

    @Flag(name: .long, help: "A contact; needs --account.")
    var contact = false
    @Option(name: .long, help: ArgumentHelp("The contact's account.", valueName: "id"))
    var account: String?
    @Option(name: .long, help: ArgumentHelp("The account above this one.", valueName: "id"))
    var parent: String?
    @Option(
        name: .long, help: ArgumentHelp("The entitlement that covers what nothing else does.", valueName: "id"))
    var defaultEntitlement: String?

    enum Field: String, ClearableField {
        case parent
        case defaultEntitlement = "default-entitlement"
    }

    func validate() throws {
        guard account == nil || parent == nil else {
            throw ValidationError("--parent is for accounts; a contact has its --account")
        }
    }

    func record(_ id: CustomerID) throws -> Customer {
        guard contact == (account != nil) else {
            throw ValidationError("--contact and --account go together")
        }
        return Customer(id: id, kind: contact ? .contact : .account)
    }

    func change(_ customer: inout Customer) throws {
        guard customer.kind == .contact || (!contact && account == nil) else {
            throw ValidationError("--contact and --account: '\(customer.id)' is an account, and stays one")
        }
        customer.parent = try account.id("account") ?? parent.id("parent") ?? customer.parent
        customer.defaultEntitlement =
            try defaultEntitlement.id("default_entitlement") ?? customer.defaultEntitlement
    }

    static func clear(_ field: Field, in customer: inout Customer) {
        switch field {
        case .parent: customer.parent = nil
        case .defaultEntitlement: customer.defaultEntitlement = nil
        }
    }
}

extension Customer: PrintedRecord {
    static let commandName = "customer"
    static func records(of client: EntitledClient) -> Records<Customer> { client.customers }
    static let listColumns = ["kind", "belongs to"]
    var listCells: [String] { [kind.name, parent?.text ?? ""] }
    var details: [(String, String)] {
        [
            ("kind", kind.name), (kind == .contact ? "account" : "parent", parent?.text ?? ""),
            ("default entitlement", defaultEntitlement?.text ?? ""),
        ]
    }
}
