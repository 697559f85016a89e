import ArgumentParser
import EntitledClient

/// `entitlectl entitlement add`.
struct EntitlementAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Write an entitlement down, as a draft or at once in force.",
        discussion: "Its quantity is its plan's, or --incidents, --hours or --unlimited, or --allocation.\n\n"
            + AllocationText.help)

    @Argument(help: "The id that your systems know it by.")
    var id: String
    @Option(name: .long, help: ArgumentHelp("Whose it is: an account or a contact.", valueName: "id"))
    var customer: String
    @OptionGroup(title: "For whom and when") var terms: TermsOptions
    @OptionGroup(title: "What is sold") var service: ServiceOptions
    @Flag(name: .long, help: "Put it into force at once.")
    var activate = false
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let id = try EntitlementID(id)
        let terms = try terms(now: .systemNow)
        let view = try await connection.withClient { client in
            try await client.addEntitlement(id, terms)
            if activate { try await client.activateEntitlement(id) }
            return try await client.entitlement(id)
        }
        try output.show(view)
    }

    /// What the options say.
    /// - Throws: ``EntitledError`` `invalid_field`.
    func terms(now: Instant) throws(EntitledError) -> EntitlementTerms {
        let zone = try self.terms.timeZone.zone() ?? .utc
        var terms = EntitlementTerms(
            customer: try CustomerID(customer, field: "customer"), startDay: zone.day(at: now), service: ServiceTerms())
        try self.terms.change(&terms)
        try service.change(&terms.service)
        guard !terms.service.allocations.isEmpty || terms.plan != nil else {
            throw .invalid(
                "allocations", "has 0 entries",
                allowed: "--plan, --incidents, --hours, --unlimited, or one or more --allocation")
        }
        return terms
    }
}

/// `entitlectl entitlement update`.
struct EntitlementUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change what the options give of a draft. What is in force is amended.",
        discussion: """
            The plan fills what isn't set, and so also what is taken away: to have another plan's allocations, say \
            --plan with --clear-allocations; to have none of a plan's, --clear-plan.

            """ + "\n" + AllocationText.help)

    @Argument(help: "The draft's id.")
    var id: String
    @OptionGroup(title: "For whom and when") var terms: TermsOptions
    @OptionGroup(title: "What is sold") var service: ServiceOptions
    @Flag var clearTerms: [TermsOptions.Field] = []
    @Flag var clearService: [ServiceOptions.Field] = []
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let id = try EntitlementID(id)
        let view = try await connection.withClient { client in
            let old = try await client.entitlement(id).entitlement
            let new = try changed(old.terms)
            if new != old.terms { try await client.updateEntitlement(id, new, version: old.version) }
            return try await client.entitlement(id)
        }
        try output.show(view)
    }

    /// What is given counts more than what is taken away.
    func changed(_ old: EntitlementTerms) throws(EntitledError) -> EntitlementTerms {
        var terms = old
        for field in clearTerms { TermsOptions.clear(field, in: &terms) }
        for field in clearService { ServiceOptions.clear(field, in: &terms.service) }
        try self.terms.change(&terms)
        try service.change(&terms.service)
        return terms
    }
}
