import ArgumentParser
import EntitledClient

/// `entitlectl entitlement add`.
struct EntitlementAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Write an entitlement down, as a draft or at once in force.",
        discussion: "Its quantity is --incidents or --unlimited, or several --allocation.")

    @Argument(help: "The id that your systems know it by.")
    var id: String
    @Option(name: .long, help: ArgumentHelp("Whose it is: an account or a contact.", valueName: "id"))
    var customer: String
    @Option(name: .long, help: "So many cases for the whole term.")
    var incidents: Int64?
    @Flag(name: .long, help: "Any number of cases.")
    var unlimited = false
    @Option(
        name: .long,
        help: ArgumentHelp("One pool of several, NAME=N or NAME=unlimited; repeatable.", valueName: "name=quantity"))
    var allocation: [String] = []
    @Option(
        name: .long,
        help: ArgumentHelp(
            "First day covered (default: today in --time-zone, or else in UTC).", valueName: "yyyy-mm-dd"))
    var start: String?
    @Option(
        name: .long, help: ArgumentHelp("Last day covered (default: runs on).", valueName: "yyyy-mm-dd"))
    var end: String?
    @Option(name: .long, help: ArgumentHelp("Where its days begin and end (default: the tenant's).", valueName: "zone"))
    var timeZone: String?
    @Option(name: .long, help: ArgumentHelp("A product or family covered; repeatable (default: all).", valueName: "id"))
    var product: [String] = []
    @Option(name: .long, help: ArgumentHelp("A channel covered; repeatable (default: all).", valueName: "id"))
    var channel: [String] = []
    @Option(name: .long, help: ArgumentHelp("A contact who may use it; repeatable (default: anyone).", valueName: "id"))
    var contact: [String] = []
    @Flag(name: .long, help: "Serve the accounts below the customer too.")
    var servesDescendants = false
    @Option(name: .long, help: "Smaller wins among equally specific entitlements.")
    var priority: Int32?
    @Flag(name: .long, help: "Put it into force at once.")
    var activate = false
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        let ways = [incidents != nil, unlimited, !allocation.isEmpty].count { $0 }
        guard ways == 1 else {
            throw ValidationError("exactly one of --incidents, --unlimited and --allocation is needed")
        }
    }

    func run() async throws {
        let id = try EntitlementID(id)
        let terms = try terms(now: .systemNow)
        let view = try await connection.withClient { client in
            _ = try await client.addEntitlement(id, terms)
            if activate { _ = try await client.activateEntitlement(id) }
            return try await client.entitlement(id)
        }
        try output.show(EntitlementRecord(view)) { view.text }
    }

    /// What the options say.
    /// - Throws: ``EntitledError`` `invalid_field`.
    func terms(now: Instant) throws(EntitledError) -> EntitlementTerms {
        var zone: Zone?
        if let timeZone { zone = try Zone(timeZone) }
        return EntitlementTerms(
            customer: try CustomerID(customer, field: "customer"), servesDescendants: servesDescendants,
            products: try Self.scope(product, "products"), channels: try Self.scope(channel, "channels"),
            contacts: try Self.scope(contact, "contacts"),
            startDay: try Self.day(start, "start_day") ?? (zone ?? .utc).day(at: now),
            endDay: try Self.day(end, "end_day"), timeZone: zone, priority: priority,
            allocations: try allocations())
    }

    private func allocations() throws(EntitledError) -> [AllocationTerms] {
        if unlimited { return [AllocationTerms(kind: .unlimited)] }
        if let incidents { return [AllocationTerms(kind: .perIncident(cases: incidents))] }
        var terms: [AllocationTerms] = []
        for text in allocation { terms.append(try Self.allocation(text)) }
        return terms
    }

    /// Reads `NAME=N` or `NAME=unlimited`; the name may itself have equals signs.
    private static func allocation(_ text: String) throws(EntitledError) -> AllocationTerms {
        let allowed = "NAME=N or NAME=unlimited"
        guard let equals = text.lastIndex(of: "=") else {
            throw .invalid("allocation", "'\(text)' has no quantity", allowed: allowed)
        }
        let name = String(text[..<equals])
        let quantity = text[text.index(after: equals)...]
        if quantity == "unlimited" { return AllocationTerms(name: name, kind: .unlimited) }
        guard let cases = Int64(quantity) else {
            throw .invalid("allocation", "'\(quantity)' is no quantity", allowed: allowed)
        }
        return AllocationTerms(name: name, kind: .perIncident(cases: cases))
    }

    private static func scope<Record>(
        _ texts: [String], _ field: String
    ) throws(EntitledError) -> Scope<Identifier<Record>>? {
        guard !texts.isEmpty else { return nil }
        var members: [Identifier<Record>] = []
        for text in texts { members.append(try Identifier(text, field: field)) }
        return try Scope(members, field: field)
    }

    private static func day(_ text: String?, _ field: String) throws(EntitledError) -> CalendarDay? {
        guard let text else { return nil }
        guard let day = CalendarDay(text) else {
            throw .invalid(field, "'\(text)' is no day", allowed: "a day of the form yyyy-mm-dd")
        }
        return day
    }
}
