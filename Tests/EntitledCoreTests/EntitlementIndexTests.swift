import Testing

@testable import EntitledCore

@Suite struct EntitlementIndexTests {
    private static func entitlement(_ id: EntitlementID, of customer: CustomerID, version: Int64 = 1) -> Entitlement {
        var terms = EntitlementTerms()
        terms.customer = customer
        var entitlement = Entitlement(id: id, state: .activated, terms: terms, life: Life(), allocations: [])
        entitlement.version = version
        return entitlement
    }

    private static func ids(_ index: EntitlementIndex, of customer: CustomerID) -> [EntitlementID] {
        var found: [Entitlement] = []
        index.add(of: customer, to: &found)
        return found.map(\.id)
    }

    @Test("a customer's are found in the order in which they came, whatever comes and goes")
    func ofCustomer() {
        var index = EntitlementIndex([
            Self.entitlement("b", of: "acme"), Self.entitlement("x", of: "other"), Self.entitlement("a", of: "acme"),
        ])
        #expect(Self.ids(index, of: "acme") == ["b", "a"])
        #expect(Self.ids(index, of: "nobody").isEmpty)
        index.insert(Self.entitlement("c", of: "acme"))
        #expect(Self.ids(index, of: "acme") == ["b", "a", "c"])
        index.remove(Self.entitlement("a", of: "acme"))
        #expect(Self.ids(index, of: "acme") == ["b", "c"])
        index.remove(Self.entitlement("x", of: "other"))
        #expect(Self.ids(index, of: "other").isEmpty)
        #expect(index["x"] == nil && index.count == 2)
        #expect(Set(index.ids) == ["b", "c"] && Set(index.all.map(\.id)) == ["b", "c"])
    }

    @Test("one that is replaced keeps its place")
    func replaced() {
        var index = EntitlementIndex([Self.entitlement("a", of: "acme"), Self.entitlement("b", of: "acme")])
        #expect(index.replace(with: Self.entitlement("a", of: "acme", version: 2))?.version == 1)
        #expect(index["a"]?.version == 2)
        #expect(Self.ids(index, of: "acme") == ["a", "b"])
        #expect(index.replace(with: Self.entitlement("c", of: "acme")) == nil)
        #expect(Self.ids(index, of: "acme") == ["a", "b", "c"])
    }
}
