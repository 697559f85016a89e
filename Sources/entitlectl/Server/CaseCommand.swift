import ArgumentParser
import EntitledClient
import Foundation

/// `entitlectl case`.
struct CaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "Cases: is it covered, and by what?",
        subcommands: [Check.self, Open.self, Show.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Would a case be covered? Takes and records nothing.", discussion: "Exit code 3: refused.")

        @OptionGroup var inquiry: InquiryOptions
        @Flag(name: .long, help: "Show why each entitlement has its place, and what it would take.")
        var explain = false
        @Option(
            name: .long,
            help: ArgumentHelp("Judge it as of this earlier instant; needs a manager's key.", valueName: "instant"))
        var at: String?
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let inquiry = try inquiry.inquiry()
            let instant = try at.instant("at")
            let (check, units) = try await connection.withClient { client in
                let check = try await client.checkCase(inquiry, at: instant, explains: explain)
                return (check, output.json ? PoolUnits() : await client.units(in: check))
            }
            try output.show(CheckRecord(check)) {
                explain ? Explanation(check, inquiry, units).text : check.text(units)
            }
            if case .refused = check { throw ExitCode.refused }
        }
    }

    struct Open: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A case has arrived: decide whether it is covered, and take what it costs.",
            discussion: """
                The same --request-id with the same content gets the first answer again and changes nothing. \
                Exit code 3: refused.
                """)

        @Argument(help: "The id that the ticket system gave the case.")
        var id: String
        @OptionGroup var inquiry: InquiryOptions
        @Option(name: .long, help: ArgumentHelp("What makes it the same call (default: a new one).", valueName: "uuid"))
        var requestID: String?
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try CaseID(id)
            let inquiry = try inquiry.inquiry()
            let options = CallOptions(requestID: try requestID.map(Self.request))
            let (reply, units) = try await connection.withClient { client in
                let reply = try await client.openCase(id, inquiry, options: options)
                return (reply, output.json ? PoolUnits() : await client.units(in: reply.answer))
            }
            try output.show(DecisionRecord(reply, of: id)) { reply.text(of: id, units) }
            if case .refused = reply.answer { throw ExitCode.refused }
        }

        private static func request(_ text: String) throws(EntitledError) -> RequestID {
            guard let uuid = UUID(uuidString: text) else {
                throw .invalid("request_id", "'\(text)' is no UUID", allowed: "a UUID of 36 characters")
            }
            return RequestID(uuid)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one case.")

        @Argument(help: "The case's id.")
        var id: String
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try CaseID(id)
            let (found, units) = try await connection.withClient { client in
                let found = try await client.case(id)
                return (found, output.json ? PoolUnits() : await client.units(in: .exists(found)))
            }
            try output.show(found) { found.text(units) }
        }
    }
}

/// Who asks, about what, and how.
struct InquiryOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Who asks: an account or a contact.", valueName: "id"))
    var customer: String
    @Option(name: .long, help: ArgumentHelp("What it is about.", valueName: "id"))
    var product: String?
    @Option(
        name: .long, help: ArgumentHelp("The unit that it is about, by its serial number.", valueName: "id"))
    var asset: String?
    @Option(name: .long, help: ArgumentHelp("How it arrives.", valueName: "id"))
    var channel: String?
    @Option(name: .long, help: "How urgent it is: 1 (most) to 9.")
    var priority: Int?
    @Option(name: .long, help: ArgumentHelp("Test this entitlement only.", valueName: "id"))
    var entitlement: String?

    func inquiry() throws(EntitledError) -> Inquiry {
        var inquiry = Inquiry(
            customer: try CustomerID(customer, field: "customer"), product: try product.id("product"),
            asset: try asset.id("asset"), channel: try channel.id("channel"),
            entitlement: try entitlement.id("entitlement"))
        if let priority { inquiry.priority = try CasePriority(priority) }
        return inquiry
    }
}
