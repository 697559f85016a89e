import ArgumentParser
import EntitledClient

/// `entitlectl grant`.
struct GrantCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant", abstract: "What is added on top of what was sold.", subcommands: [Add.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Top up one allocation of an entitlement.")

        @OptionGroup var target: EntitlementTarget
        @Argument(help: "How much: a number of cases, or a duration such as 20h.")
        var quantity: String
        @Option(name: .long, help: "The allocation's name.")
        var allocation = "main"
        @Option(
            name: .long,
            help: ArgumentHelp("The first day on which it counts (default: at once).", valueName: "yyyy-mm-dd"))
        var start: String?
        @Option(
            name: .long,
            help: ArgumentHelp("The last day on which it counts (default: for ever).", valueName: "yyyy-mm-dd"))
        var end: String?
        @Option(name: .long, parsing: .unconditional, help: "Smaller burns first; what was sold has 0. -1000 to 1000.")
        var priority: Int32 = 0

        func run() async throws {
            let (start, end) = (try start.day("start_day"), try end.day("end_day"))
            try await target.perform { client, id in
                let allocations = try await client.entitlement(id).entitlement.terms.service.allocations
                let unit = try allocations.unit(of: allocation, field: "allocation")
                try await client.addGrant(
                    AddGrant(
                        entitlement: id, allocation: allocation,
                        quantity: try AmountText.amount(quantity, of: unit, field: "quantity"), startDay: start,
                        endDay: end, priority: priority))
            }
        }
    }
}
