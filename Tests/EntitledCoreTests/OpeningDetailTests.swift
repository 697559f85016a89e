import EntitledCore
import Testing

/// What the journal keeps of an opened case beyond its columns.
@Suite struct OpeningDetailTests {
    /// The same fields, for the encoder that writes every other detail.
    private struct Kept: Encodable {
        var asset: String?
        var priority: Int16?
        var routing: Routing?
        var serviceLevel: String?
    }

    /// Opens a case of an entitlement with these terms, whatever their texts hold.
    private func detail(_ inquiry: Inquiry, _ level: ServiceLevelID?, _ routing: Routing?) throws -> String? {
        let now: Instant = "2026-06-15T12:00Z"
        var catalogue = Catalogue()
        catalogue.insert(Customer(id: "acme", kind: .account))
        catalogue.insert(Product(id: "laser"))
        if let asset = inquiry.asset { catalogue.insert(Asset(id: asset, product: "laser")) }
        let terms = EntitlementTerms([.cases(1)]) {
            $0.service.serviceLevel = level
            $0.service.routing = routing
        }
        let entitlement = Entitlement(
            id: "e", state: .activated, terms: terms,
            allocations: [Allocation(terms: .cases(1), grants: [Grant(number: 1, quantity: 1, changedAt: now)])])
        var facts = WorkingSet(
            now: now, zone: .utc, catalogue: catalogue, entitlements: [entitlement], locked: ["e"])
        let command = OpenCase(id: "C-1", inquiry)
        let envelope = Envelope(request: RequestID(), command: command, actor: "tester")
        _ = try facts.perform(command, envelope)
        return facts.changes.entries[0].detail
    }

    @Test(
        "is written as every other detail, whatever the texts hold",
        arguments: [
            "laser", "", "a \"quoted\" \\ name", "Zürich/北京 👩‍💻",
            "\0\u{1}\u{8}\t\n\u{B}\u{C}\r\u{F}\u{10}\u{1F}\u{7F}\u{2028}",
        ])
    func texts(text: String) throws {
        let routing = Routing(
            queue: text, skills: [text, "optics"], casePriority: CasePriority(stored: 3), manager: text)
        let inquiry = Inquiry(customer: "acme", asset: AssetID(stored: text), priority: CasePriority(stored: 1))
        let kept = Kept(asset: text, priority: 1, routing: routing, serviceLevel: text)
        #expect(try detail(inquiry, ServiceLevelID(stored: text), routing) == Detail.encode(kept))
    }

    @Test("leaves out what isn't set")
    func unset() throws {
        let plain = Inquiry(customer: "acme")
        #expect(try detail(plain, nil, nil) == nil)
        #expect(try detail(plain, "gold", nil) == Detail.encode(Kept(serviceLevel: "gold")))
        #expect(try detail(plain, nil, Routing()) == Detail.encode(Kept(routing: Routing())))
    }
}
