import EntitledCore
import Testing

/// Why a candidate fails: RULES.md, section 4.
@Suite struct MismatchTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Nil if the case is covered.
        let mismatch: Mismatch?
        let terms: EntitlementTerms
        let inquiry: Inquiry
        let isDraft: Bool
        /// Cases by e-mail that were opened before.
        let used: Int
        let now: Instant

        init(
            _ description: String, _ mismatch: Mismatch?, _ terms: EntitlementTerms,
            _ inquiry: Inquiry = Inquiry("anna", "laser-x", channel: "phone"), isDraft: Bool = false, used: Int = 0,
            at now: Instant = "2026-06-15T12:00Z"
        ) {
            testDescription = description
            self.mismatch = mismatch
            self.terms = terms
            self.inquiry = inquiry
            self.isDraft = isDraft
            self.used = used
            self.now = now
        }
    }

    private static func limited(
        to products: Scope<ProductID>? = nil, assets: Scope<AssetID>? = nil, channels: Scope<ChannelID>? = nil,
        contacts: Scope<CustomerID>? = nil, for customer: CustomerID = "acme", from: CalendarDay = "2026-01-01",
        until end: CalendarDay? = nil
    ) -> EntitlementTerms {
        EntitlementTerms(for: customer, from: from, to: end) {
            $0.service.products = products
            $0.assets = assets
            $0.service.channels = channels
            $0.contacts = contacts
        }
    }

    private static func above(_ customer: CustomerID, servesDescendants: Bool) -> EntitlementTerms {
        EntitlementTerms(for: customer) { $0.servesDescendants = servesDescendants }
    }

    private static let inHours = EntitlementTerms {
        $0.service.calendar = "office"
        $0.service.isHoursOnly = true
    }

    private static let emailOnly = AllocationTerms.cases(1).with { $0.channels = ["email"] }
    private static let lasersOnly = AllocationTerms.cases(1).with { $0.products = ["lasers"] }

    static let whom: [Row] = [
        Row("an account's entitlement serves its contacts", nil, EntitlementTerms()),
        Row("an account's entitlement serves the account", nil, EntitlementTerms(), Inquiry("acme")),
        Row("a contact's entitlement serves the contact", nil, EntitlementTerms(for: "anna")),
        Row("an entitlement above serves if it includes those below", nil, above("world", servesDescendants: true)),
        Row(
            "the account right above doesn't serve otherwise", .wrongCustomer, above("europe", servesDescendants: false)
        ),
        Row(
            "nor does it serve an account below", .wrongCustomer, above("europe", servesDescendants: false),
            Inquiry("acme")),
        Row("a colleague's entitlement doesn't serve", .wrongCustomer, EntitlementTerms(for: "ben")),
        Row(
            "a contact's entitlement doesn't serve the account", .wrongCustomer, EntitlementTerms(for: "anna"),
            Inquiry("acme")),
        Row("another account's entitlement doesn't serve", .wrongCustomer, EntitlementTerms(for: "stranger")),
        Row("an account below doesn't serve those above", .wrongCustomer, EntitlementTerms(), Inquiry("europe")),
    ]

    static let when: [Row] = [
        Row("a draft covers nothing", .draft, EntitlementTerms(), isDraft: true),
        Row("it doesn't cover before its start", .notStarted, EntitlementTerms(from: "2026-06-16")),
        Row("it covers on its first day", nil, EntitlementTerms(from: "2026-06-15")),
        Row("it covers on its last day", nil, EntitlementTerms(to: "2026-06-15")),
        Row("it doesn't cover after its last day", .expired, EntitlementTerms(to: "2026-06-14")),
        Row(
            "start = end is one day of cover", nil, EntitlementTerms(from: "2026-06-15", to: "2026-06-15")),
        Row(
            "where the day has ended already it has expired", .expired,
            EntitlementTerms(to: "2026-06-15", in: "Pacific/Kiritimati")),
        Row(
            "where the next day has begun already it has started", nil,
            EntitlementTerms(from: "2026-06-16", in: "Pacific/Kiritimati")),
        Row("out of hours", .outsideHours, inHours, at: "2026-06-15T15:00Z"),
        Row("in hours", nil, inHours, at: "2026-06-15T14:59:59.999999Z"),
        Row("a holiday is out of hours", .outsideHours, inHours, at: "2026-12-25T12:00Z"),
        Row(
            "out of hours is no reason unless the entitlement is for hours only", nil,
            EntitlementTerms { $0.service.calendar = "office" }, at: "2026-06-14T12:00Z"),
    ]

    static let what: [Row] = [
        Row("a listed contact is covered", nil, limited(contacts: ["anna"])),
        Row("a contact who isn't listed is not", .contactNotListed, limited(contacts: ["ben"])),
        Row("the account itself is no listed contact", .contactNotListed, limited(contacts: ["anna"]), Inquiry("acme")),
        Row("a named product is covered", nil, limited(to: ["laser-x"])),
        Row("a family covers its descendants", nil, limited(to: ["suite"])),
        Row(
            "a product doesn't cover its family", .productNotCovered, limited(to: ["laser-x"]), Inquiry("anna", "suite")
        ),
        Row("another product is not", .productNotCovered, limited(to: ["mouse"])),
        Row("no product fails a product scope", .productNotCovered, limited(to: ["suite"]), Inquiry("anna")),
        Row("no product is covered where all are", nil, limited(), Inquiry("anna")),
        Row("a named asset is covered", nil, limited(assets: ["SN-1"]), Inquiry("anna", asset: "SN-1")),
        Row("another asset is not", .assetNotCovered, limited(assets: ["SN-1"]), Inquiry("anna", asset: "SN-2")),
        Row("no asset fails an asset scope", .assetNotCovered, limited(assets: ["SN-1"])),
        Row("an asset supplies its product", nil, limited(to: ["lasers"]), Inquiry("anna", asset: "SN-1")),
        Row(
            "an asset supplies its product, also where it isn't covered", .productNotCovered, limited(to: ["lasers"]),
            Inquiry("anna", asset: "SN-2")),
        Row(
            "an asset supplies its product, where only a family is named", nil, limited(to: ["laser-x"]),
            Inquiry("anna", "suite", asset: "SN-1")),
        Row("a named channel is covered", nil, limited(channels: ["email", "phone"])),
        Row("another channel is not", .channelNotCovered, limited(channels: ["email"])),
        Row("no channel fails a channel scope", .channelNotCovered, limited(channels: ["email"]), Inquiry("anna")),
    ]

    static let howMuch: [Row] = [
        Row("the last one is enough: equal passes", nil, EntitlementTerms(), used: 9),
        Row("none left is exhausted", .exhausted, EntitlementTerms(), used: 10),
        Row("unlimited is never exhausted", nil, EntitlementTerms([.unlimited()]), used: 20),
        Row("no allocation's channels contain the case's", .noAllocation, EntitlementTerms([emailOnly])),
        Row(
            "no allocation's products contain the case's", .noAllocation, EntitlementTerms([lasersOnly]),
            Inquiry("anna", "mouse")),
        Row(
            "a case without the field is in no restricted allocation", .noAllocation, EntitlementTerms([lasersOnly]),
            Inquiry("anna")),
        Row("one allocation's scope contains the case", nil, EntitlementTerms([lasersOnly])),
        Row(
            "one of two allocations is short", .exhausted,
            EntitlementTerms([.cases(9), emailOnly.with { $0.name = "email" }]), Inquiry("anna", channel: "email"),
            used: 1),
        Row(
            "the other's scope doesn't contain the case", nil,
            EntitlementTerms([.cases(9), emailOnly.with { $0.name = "email" }]), used: 1),
    ]

    /// A draft for somebody else, ended, and limited in everything: each reason in turn is taken away.
    static let precedence: [Row] = [
        Row(
            "the wrong customer wins over everything", .wrongCustomer,
            limited(channels: ["email"], for: "stranger", until: "2026-01-01"), isDraft: true),
        Row("a draft wins over its dates", .draft, limited(until: "2026-01-02"), isDraft: true),
        Row("expiry wins over scopes", .expired, limited(to: ["mouse"], contacts: ["ben"], until: "2026-01-02")),
        Row(
            "the contact wins over the product", .contactNotListed,
            limited(to: ["mouse"], assets: ["SN-2"], channels: ["email"], contacts: ["ben"])),
        Row(
            "the product wins over the asset", .productNotCovered,
            limited(to: ["mouse"], assets: ["SN-2"], channels: ["email"])),
        Row("the asset wins over the channel", .assetNotCovered, limited(assets: ["SN-2"], channels: ["email"])),
        Row(
            "the channel wins over the hours", .channelNotCovered,
            EntitlementTerms {
                $0.service.calendar = "office"
                $0.service.isHoursOnly = true
                $0.service.channels = ["email"]
            }, at: "2026-06-14T12:00Z"),
        Row(
            "the hours win over the allocations", .outsideHours,
            EntitlementTerms([emailOnly]) {
                $0.service.calendar = "office"
                $0.service.isHoursOnly = true
            }, at: "2026-06-14T12:00Z"),
        Row("no allocation wins over exhaustion", .noAllocation, EntitlementTerms([emailOnly]), used: 1),
    ]

    @Test(
        "a candidate covers, or fails with the first reason that applies",
        arguments: [
            whom, when, what, howMuch, precedence,
        ].flatMap(\.self))
    func firstReason(row: Row) throws {
        var world = World(at: row.now)
        try world.perform(AddEntitlement(id: "e", terms: row.terms))
        if !row.isDraft { try world.perform(ActivateEntitlement(id: "e")) }
        if row.used > 0 { #expect(try world.open(row.used, Inquiry("acme", channel: "email")).taker == "e") }
        var inquiry = row.inquiry
        inquiry.entitlement = "e"
        let refusal = try world.refusal(of: inquiry)
        #expect(refusal?.candidates.map(\.mismatch) == row.mismatch.map { [$0] })
        #expect(refusal?.reason == row.mismatch.map { $0 == .exhausted ? .exhausted : .notCovered })
        // Opening decides as checking does.
        #expect(try world.open(1, inquiry).taker == (row.mismatch == nil ? "e" : nil))
    }

    @Test("cancelled wins over suspended, suspended over the scopes")
    func states() throws {
        var world = World()
        try world.sell("e", Self.limited(to: ["mouse"]))
        try world.perform(SuspendEntitlement(id: "e", reason: "unpaid"))
        #expect(try world.refusal(of: Inquiry("acme"))?.candidates.map(\.mismatch) == [.suspended])
        try world.perform(CancelEntitlement(id: "e", reason: "sold"))
        #expect(try world.refusal(of: Inquiry("acme"))?.candidates.map(\.mismatch) == [.cancelled])
    }

    @Test("a renewed one fails as expired")
    func renewed() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-06-30"))
        try world.perform(RenewEntitlement(id: "e", successor: "f"))
        world.move(to: "2026-07-01T00:00Z")
        #expect(try world.refusal(of: Inquiry("acme", entitlement: "e"))?.candidates.map(\.mismatch) == [.expired])
    }

    @Test(
        "what the tenant doesn't have, or what contradicts itself, is an error that names the field",
        arguments: [
            (Inquiry("nobody"), "not_found customer"), (Inquiry("acme", "nothing"), "not_found product"),
            (Inquiry("acme", asset: "SN-9"), "not_found asset"),
            (Inquiry("acme", channel: "smoke"), "invalid_field channel"),
            (Inquiry("acme", entitlement: "none"), "not_found entitlement"),
            (Inquiry("acme", "mouse", asset: "SN-1"), "invalid_field product"),
            (Inquiry("acme", "laser-x", asset: "SN-2"), "invalid_field product"),
        ])
    func unknown(inquiry: Inquiry, expected: String) throws {
        var world = World()
        #expect(reason { _ = try world.coverage(of: inquiry) } == expected)
        #expect(reason { try world.open(1, inquiry) } == expected)
    }
}
