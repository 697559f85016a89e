import ArgumentParser
import EntitledClient

/// `entitlectl entitlement`.
struct EntitlementCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entitlement", abstract: "What customers are entitled to.",
        subcommands: [
            EntitlementAdd.self, EntitlementUpdate.self, Delete.self, Activate.self, Suspend.self, Resume.self,
            Cancel.self, Renew.self, EntitlementAmend.self, List.self, Show.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List entitlements with their balances.")

        @Option(name: .long, help: ArgumentHelp("Only this customer's own.", valueName: "id"))
        var customer: String?
        @Option(name: .long, help: ArgumentHelp("Only those of this contract.", valueName: "id"))
        var contract: String?
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let customer: CustomerID? = try customer.id("customer")
            let contract: ContractID? = try contract.id("contract")
            let views = try await connection.withClient { client in
                try await client.allEntitlements(of: customer, contract: contract).collected()
            }
            try output.show(views.map(EntitlementRecord.init)) { EntitlementView.table(views) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one entitlement: terms, what happened to it, balances and grants.")

        @OptionGroup var target: EntitlementTarget

        func run() async throws {
            try await target.perform { _, _ in }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a draft away. What was ever in force can only be cancelled.")

        @Argument(help: "The draft's id.")
        var id: String
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try EntitlementID(id)
            let deleted = try await connection.withClient { try await $0.deleteEntitlement(id).answer }
            try output.show(deleted) { "deleted \(id)" }
        }
    }

    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put a draft into force.")

        @OptionGroup var target: EntitlementTarget

        func run() async throws {
            try await target.perform { client, id in try await client.activateEntitlement(id) }
        }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hold an active one up: it covers no new cases until it is resumed.")

        @OptionGroup var target: EntitlementTarget
        @Option(name: .long, help: "Why; 1 to 200 characters.")
        var reason: String

        func run() async throws {
            try await target.perform { client, id in try await client.suspendEntitlement(id, reason: reason) }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a suspended one cover again.")

        @OptionGroup var target: EntitlementTarget

        func run() async throws {
            try await target.perform { client, id in try await client.resumeEntitlement(id) }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End one before its time. What was consumed stays recorded.")

        @OptionGroup var target: EntitlementTarget
        @Option(name: .long, help: "Why; 1 to 200 characters.")
        var reason: String
        @Option(
            name: .long,
            help: ArgumentHelp("The first day that isn't covered any more (default: at once).", valueName: "yyyy-mm-dd")
        )
        var on: String?

        func run() async throws {
            let day = try on.day("day")
            try await target.perform { client, id in
                try await client.cancelEntitlement(id, reason: reason, on: day)
            }
        }
    }

    struct Renew: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a successor on the same terms, from the day after the end.",
            discussion: "If it was renewed before, this shows the successor that there is.")

        @Argument(help: "The id of the one that is renewed.")
        var id: String
        @Argument(help: "The successor's id.")
        var successor: String
        @Flag(name: .long, help: "Leave the successor a draft.")
        var draft = false
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try EntitlementID(id)
            let successor = try EntitlementID(successor, field: "successor")
            let view = try await connection.withClient { client in
                let renewal = try await client.renewEntitlement(id, as: successor, asDraft: draft)
                return try await client.entitlement(renewal.answer.id)
            }
            try output.show(view)
        }
    }
}

/// One entitlement that something is done to, and that is shown as it is afterwards.
struct EntitlementTarget: ParsableArguments {
    @Argument(help: "The entitlement's id.")
    var id: String
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func perform(_ act: (EntitledClient, EntitlementID) async throws -> Void) async throws {
        let id = try EntitlementID(id)
        let view = try await connection.withClient { client in
            try await act(client, id)
            return try await client.entitlement(id)
        }
        try output.show(view)
    }
}

extension OutputOptions {
    func show(_ view: EntitlementView) throws {
        try show(EntitlementRecord(view)) { view.text }
    }
}
