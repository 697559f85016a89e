import ArgumentParser
import EntitledClient

/// `entitlectl entitlement amend`.
struct EntitlementAmend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "amend", abstract: "Change the terms of one that waits or is active, without a gap of cover.",
        discussion: """
            Quantities are changed for the rest of the present period in proportion to the time that is left, or \
            --in-full; the next period has the full new quantity. Prints every balance before and after.
            """)

    @Argument(help: "The entitlement's id.")
    var id: String
    @Option(name: .long, help: ArgumentHelp("When it takes effect (default: now).", valueName: "instant"))
    var at: String?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "At the beginning of this day, in the entitlement's zone, or else in --time-zone.", valueName: "yyyy-mm-dd")
    )
    var on: String?
    @Option(
        name: .long, help: ArgumentHelp("For --on, if the entitlement has no zone of its own.", valueName: "zone"))
    var timeZone: String?
    @OptionGroup(title: "What changes") var changes: AmendmentOptions
    @OptionGroup(title: "Dry run") var call: CallingOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard at == nil || on == nil else { throw ValidationError("either --at or --on") }
        guard timeZone == nil || on != nil else { throw ValidationError("--time-zone goes with --on") }
    }

    func run() async throws {
        let id = try EntitlementID(id)
        let result = try await connection.withClient { client in
            let old = try await client.entitlement(id).entitlement
            return try await client.amendEntitlement(
                id, try changes.amendment(of: old.terms), at: try instant(for: old.terms), version: old.version,
                options: call.options()
            ).answer
        }
        let isArranged = at != nil || on != nil
        try output.show(result) { call.said(isArranged ? "arranged" : "amended") + result.text }
    }

    /// When it takes effect; nil is now.
    /// - Throws: ``EntitledError`` `invalid_field`.
    func instant(for terms: EntitlementTerms) throws(EntitledError) -> Instant? {
        guard let day = try on.day("on") else { return try at.instant("at") }
        // The tenant's zone is known to the server only.
        let given = try timeZone.zone()
        guard let zone = terms.timeZone ?? given else {
            throw .invalid(
                "on", "means no instant: the entitlement has no zone of its own", allowed: "with --time-zone, or --at")
        }
        return zone.start(of: day)
    }
}

/// What an amendment changes.
struct AmendmentOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The units of the plan from then on.", valueName: "n"))
    var quantity: Int64?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "An allocation's quantity for one unit, cases or a duration; repeatable.", valueName: "name=quantity"))
    var allocationQuantity: [String] = []
    @Option(name: .long, help: ArgumentHelp("A channel covered; repeatable.", valueName: "id"))
    var channel: [String] = []
    @Flag(name: .long, help: "Cover all channels.")
    var allChannels = false
    @Option(name: .long, help: ArgumentHelp("A product or family covered; repeatable.", valueName: "id"))
    var product: [String] = []
    @Flag(name: .long, help: "Cover all products.")
    var allProducts = false
    @Option(name: .long, help: ArgumentHelp("An asset covered; repeatable.", valueName: "id"))
    var asset: [String] = []
    @Flag(name: .long, help: "Cover any asset.")
    var allAssets = false
    @Option(name: .long, help: ArgumentHelp("A contact who may use it; repeatable.", valueName: "id"))
    var contact: [String] = []
    @Flag(name: .long, help: "Let anyone of the customer use it.")
    var allContacts = false
    @Option(
        name: .long, help: ArgumentHelp("First day covered; only while it waits.", valueName: "yyyy-mm-dd"))
    var start: String?
    @Option(name: .long, help: ArgumentHelp("Last day covered.", valueName: "yyyy-mm-dd"))
    var end: String?
    @Flag(name: .long, help: "Let it run on.")
    var noEnd = false
    @Option(name: .long, help: ArgumentHelp("The service level that cases get.", valueName: "id"))
    var sla: String?
    @Flag(name: .long, help: "Have none.")
    var noSla = false
    @Flag(name: .long, help: "Change the present period by the whole difference, not by its share of the time left.")
    var inFull = false

    func validate() throws {
        let pairs: [(String, String, Bool)] = [
            ("--channel", "--all-channels", !channel.isEmpty && allChannels),
            ("--product", "--all-products", !product.isEmpty && allProducts),
            ("--asset", "--all-assets", !asset.isEmpty && allAssets),
            ("--contact", "--all-contacts", !contact.isEmpty && allContacts),
            ("--end", "--no-end", end != nil && noEnd), ("--sla", "--no-sla", sla != nil && noSla),
        ]
        if let (one, other, _) = pairs.first(where: \.2) { throw ValidationError("either \(one) or \(other)") }
    }

    /// - Parameter terms: those that it changes; they say which unit an allocation has.
    /// - Throws: ``EntitledError`` `invalid_field`, `not_found`.
    func amendment(of terms: EntitlementTerms) throws(EntitledError) -> Amendment {
        var quantities: [Amendment.AllocationQuantity] = []
        for text in allocationQuantity { quantities.append(try Self.quantity(text, in: terms)) }
        return Amendment(
            products: Self.change(try product.scope("products"), clears: allProducts),
            channels: Self.change(try channel.scope("channels"), clears: allChannels),
            assets: Self.change(try asset.scope("assets"), clears: allAssets),
            contacts: Self.change(try contact.scope("contacts"), clears: allContacts),
            startDay: try start.day("start_day"), endDay: Self.change(try end.day("end_day"), clears: noEnd),
            serviceLevel: Self.change(try sla.id("sla"), clears: noSla), quantity: quantity, allocations: quantities,
            isInFull: inFull)
    }

    private static func change<Value>(_ value: Value?, clears: Bool) -> Amendment.Change<Value>? {
        value.map { .set(to: $0) } ?? (clears ? .clear : nil)
    }

    private static func quantity(
        _ text: String, in terms: EntitlementTerms
    ) throws(EntitledError) -> Amendment.AllocationQuantity {
        let field = "allocation_quantity"
        guard let token = try TextToken.split(text, field: field).first, let name = token.key, let amount = token.value
        else { throw .invalid(field, "'\(text)' has no name and quantity", allowed: "NAME=QUANTITY") }
        let unit = try terms.service.allocations.unit(of: name, field: field)
        return Amendment.AllocationQuantity(
            name: name, quantity: try AmountText.amount(amount, of: unit, field: "\(field).\(name)"))
    }
}

extension [AllocationTerms] {
    /// What the allocation of that name counts.
    /// - Throws: ``EntitledError`` `not_found` that lists those that there are.
    func unit(of name: String, field: String) throws(EntitledError) -> AllocationUnit {
        guard let terms = first(where: { $0.name == name }) else {
            throw .invalid(
                field, "there is no allocation '\(name)'", allowed: map { "'\($0.name)'" }.joined(separator: ", "))
        }
        return terms.kind.unit
    }
}
