import EntitledCore
import Testing

@Suite struct IdentifierTests {
    @Test(
        "ids may be of any script, 1 to 128 characters",
        arguments: ["A", "Köln 7", "株式会社", "عميل", "👩‍👩‍👧", String(repeating: "ö", count: 128)])
    func accepts(text: String) throws {
        #expect(try CustomerID(text).text == text)
    }

    @Test(
        "what can't be an id is refused, naming the field",
        arguments: [
            "", " a", "a ", "a\u{0}b", "a\nb", "\u{3000}a", "\u{7F}", "a\u{202E}b", "a\u{2028}b", "\u{200B}",
            "a\u{FFFF}", String(repeating: "ö", count: 129),
        ])
    func refuses(text: String) {
        let error = #expect(throws: EntitledError.self) { try CustomerID(text, field: "customer") }
        #expect(error?.reason == .invalidField)
        #expect(error?.details["field"] == "customer")
    }

    @Test("ids are the same by their bytes: composed and decomposed letters are two ids, as in the database")
    func comparesBytes() {
        let composed: CustomerID = "caf\u{E9}"
        let decomposed: CustomerID = "cafe\u{301}"
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test("ids sort by bytes, not by what a language makes of them")
    func sortsByBytes() throws {
        let ids = try ["b", "B", "a", "ä", "Z", "10", "9"].map { try CustomerID($0) }
        #expect(ids.sorted().map(\.text) == ["10", "9", "B", "Z", "a", "b", "ä"])
    }

    @Test("a scope that is present but empty is refused, one that is too large too")
    func scopes() throws {
        #expect(throws: EntitledError.self) { try Scope([ChannelID](), field: "channels") }
        let many = try (0...1_000).map { try ProductID("p\($0)") }
        #expect(throws: EntitledError.self) { try Scope(many, field: "products") }
        #expect(try Scope(many.dropLast()).members.count == 1_000)
    }

    @Test("request ids made here are ordered by time and never repeat")
    func requestIDs() {
        let ids = (0..<1_000).map { _ in RequestID() }
        #expect(Set(ids).count == 1_000)
        #expect(ids.allSatisfy { $0.bytes[6] >> 4 == 7 && $0.bytes[8] >> 6 == 2 })
        let times = ids.map { Array($0.bytes.prefix(6)) }
        #expect(zip(times, times.dropFirst()).allSatisfy { !$1.lexicographicallyPrecedes($0) })
    }
}

@Suite struct FingerprintTests {
    private func inquiry(_ product: String?, _ channel: String?) throws -> OpenCase {
        OpenCase(
            id: "C-1",
            Inquiry(
                customer: "acme", product: try product.map { try ProductID($0) },
                channel: try channel.map { try ChannelID($0) }))
    }

    @Test("the same content has the same fingerprint, other content another")
    func tellsContentApart() throws {
        #expect(try Fingerprint(of: inquiry("x", nil)) == Fingerprint(of: inquiry("x", nil)))
        let others = try [
            inquiry("x", nil), inquiry(nil, "x"), inquiry("x", "x"), inquiry(nil, nil), inquiry("xx", nil),
        ]
        #expect(Set(others.map { Fingerprint(of: $0) }).count == others.count)
    }

    @Test("the method is part of the content")
    func includesMethod() {
        let activate = ActivateEntitlement(id: "x")
        let channel = AddChannel(id: "x")
        #expect(Fingerprint(of: activate) != Fingerprint(of: channel))
    }

    @Test("the order in which a scope's members are named doesn't count")
    func scopesAreSets() {
        func command(_ channels: Scope<ChannelID>) -> AddEntitlement {
            AddEntitlement(id: "e", terms: EntitlementTerms { $0.service.channels = channels })
        }
        #expect(Fingerprint(of: command(["phone", "email"])) == Fingerprint(of: command(["email", "phone"])))
        #expect(Fingerprint(of: command(["phone"])) != Fingerprint(of: command(["email", "phone"])))
    }
}
