import ArgumentParser
import EntitledClient

/// `entitlectl entitlement`.
struct EntitlementCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entitlement", abstract: "What customers are entitled to.",
        subcommands: [EntitlementAdd.self, List.self, Show.self, Activate.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List entitlements with their balances.")

        @Option(name: .long, help: ArgumentHelp("Only this customer's own.", valueName: "id"))
        var customer: String?
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let customer: CustomerID? = try customer.id("customer")
            let views = try await connection.withClient { try await $0.allEntitlements(of: customer).collected() }
            try output.show(views.map(EntitlementRecord.init)) {
                var table = Table(["id", "status", "customer", "start", "end", "balances"])
                for view in views {
                    let terms = view.entitlement.terms
                    table.add([
                        view.entitlement.id.text, view.status.name, terms.customer.text, terms.startDay.description,
                        terms.endDay?.description ?? "",
                        view.entitlement.allocations.map { "\($0.name): \($0.balance)" }.joined(separator: "; "),
                    ])
                }
                return table.text
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one entitlement: terms and balances.")

        @Argument(help: "The entitlement's id.")
        var id: String
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try EntitlementID(id)
            let view = try await connection.withClient { try await $0.entitlement(id) }
            try output.show(EntitlementRecord(view)) { view.text }
        }
    }

    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put a draft into force.")

        @Argument(help: "The entitlement's id.")
        var id: String
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try EntitlementID(id)
            let view = try await connection.withClient { client in
                _ = try await client.activateEntitlement(id)
                return try await client.entitlement(id)
            }
            try output.show(EntitlementRecord(view)) { view.text }
        }
    }
}
