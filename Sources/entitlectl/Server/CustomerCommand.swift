import ArgumentParser
import EntitledClient

/// `entitlectl customer`.
struct CustomerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "customer", abstract: "Accounts and their contacts.",
        subcommands: [Add.self, List.self, Show.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Create an account, or a contact of one.")

        @Argument(help: "The id that your systems know it by.")
        var id: String
        @Flag(name: .long, help: "A contact; needs --account.")
        var contact = false
        @Option(name: .long, help: ArgumentHelp("The contact's account.", valueName: "id"))
        var account: String?
        @Option(name: .long, help: ArgumentHelp("The account above this one.", valueName: "id"))
        var parent: String?
        @Option(name: .long, help: "For people (default: the id).")
        var name: String?
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard contact == (account != nil) else {
                throw ValidationError("--contact and --account go together")
            }
            guard account == nil || parent == nil else {
                throw ValidationError("--parent is for accounts; a contact has its --account")
            }
        }

        func run() async throws {
            let id = try CustomerID(id)
            let above: CustomerID? = try contact ? account.id("account") : parent.id("parent")
            let added = try await connection.withClient { client in
                try await client.addCustomer(id, kind: contact ? .contact : .account, name: name, parent: above)
            }
            try output.show(added.answer) { "added \(added.answer.text)" }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all customers.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let customers = try await connection.withClient { try await $0.allCustomers().collected() }
            try output.show(customers) {
                var table = Table(["id", "kind", "belongs to", "name"])
                for customer in customers {
                    table.add([customer.id.text, customer.kind.name, customer.parent?.text ?? "", customer.name])
                }
                return table.text
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one customer.")

        @Argument(help: "The customer's id.")
        var id: String
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try CustomerID(id)
            let customer = try await connection.withClient { try await $0.customer(id) }
            try output.show(customer) { customer.text }
        }
    }
}

extension Customer {
    fileprivate var text: String {
        let place = parent.map { kind == .contact ? " of \($0)" : " below \($0)" } ?? ""
        return "\(kind.name) \(id)\(place)" + (name == id.text ? "" : ": \(name)")
    }
}

extension AsyncSequence {
    /// All elements, in their order.
    func collected() async throws(Failure) -> [Element] {
        var elements: [Element] = []
        for try await element in self { elements.append(element) }
        return elements
    }
}
