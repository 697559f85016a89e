import EntitledClient
import EntitledCore
import Testing

@testable import entitlectl

@Suite("Why a case is covered, or not")
struct ExplanationTests {
    private static let inquiry = Inquiry(customer: CustomerID(stored: "anna"))

    private static func specificity(
        asset: Bool = false, contact: Bool = false, product: Int32? = nil, channel: Bool = false,
        customer: Int32? = 1, priority: Int32? = nil
    ) -> Specificity {
        Specificity(
            namesAsset: asset, namesContact: contact, productLevels: product, namesChannel: channel,
            customerLevels: customer, priority: priority, startDay: CalendarDay(daysSince1970: 20_000))
    }

    private static func candidate(
        _ id: String, rank: Int32? = nil, _ mismatch: Mismatch? = nil, isDefault: Bool? = nil,
        _ specificity: Specificity = specificity(), needs: Int64 = 1, has: Int64? = 9
    ) -> Candidate {
        let demand = Demand(allocation: "main", amount: needs, needed: needs, isHeld: false, available: has)
        return Candidate(
            entitlement: EntitlementID(stored: id), rank: rank, mismatch: mismatch, isDefault: isDefault,
            specificity: specificity, demands: mismatch == nil || mismatch == .exhausted ? [demand] : nil)
    }

    private static func covered(_ candidates: [Candidate], by id: String) -> CaseCheck {
        .covered(
            Coverage(
                entitlement: EntitlementID(stored: id), serviceLevel: ServiceLevelID(stored: "sla-1h"),
                debits: [Debit(allocation: "main", amount: 1, remaining: 8, available: 8)], candidates: candidates,
                omitted: 0))
    }

    private static func refused(_ candidates: [Candidate], by id: String? = nil) -> CaseCheck {
        .refused(
            Refusal(
                reason: id == nil ? .notCovered : .exhausted, entitlement: id.map(EntitlementID.init(stored:)),
                candidates: candidates, omitted: 0))
    }

    private static func lines(_ check: CaseCheck, _ inquiry: Inquiry = inquiry) -> [String] {
        Explanation(check, inquiry, PoolUnits()).text.split(separator: "\n").map(String.init)
    }

    @Test("A sentence, then each candidate with what makes it specific")
    func ranking() {
        let text = Explanation(
            Self.covered(
                [
                    Self.candidate(
                        "gold", rank: 1, nil,
                        Self.specificity(
                            asset: true, contact: true, product: 0, channel: true, customer: 0, priority: 5)),
                    Self.candidate("silver", rank: 2, nil, Self.specificity(product: 2, customer: 3), has: nil),
                    Self.candidate("old", .expired, Self.specificity(asset: true, channel: true)),
                    Self.candidate(
                        "other", .assetNotCovered, Self.specificity(asset: true, contact: true, channel: true)),
                ], by: "gold"), Self.inquiry, PoolUnits()
        ).text
        #expect(
            text == """
                covered by gold, because it is the most specific of 2 that cover the case and have enough
                  would take: main: 1, 8 remaining
                  sla: sla-1h

                PLACE              ENTITLEMENT  ASSET    CONTACT  PRODUCT          CHANNEL  WHOSE    \
                PRIORITY  START       NEEDS
                rank 1             gold         named    named    exact            named    contact  5         \
                2024-10-04  main: 1, has 9
                rank 2             silver       any      anyone   family, 2 above  all      2 above  none      \
                2024-10-04  main: 1, has unlimited
                ended              old          limited  anyone   not compared     limited  account  none      \
                2024-10-04  to be renewed
                asset not covered  other        others   named    all              limited  account  none      \
                2024-10-04  to cover the asset
                """)
    }

    @Test("The sentence says why it is this one")
    func causes() {
        let one = [Self.candidate("E", rank: 1)]
        #expect(
            Self.lines(Self.covered(one, by: "E"))[0]
                == "covered by E, because it is the only one that covers the case and has enough")
        var named = Self.inquiry
        named.entitlement = EntitlementID(stored: "E")
        #expect(
            Self.lines(Self.covered(one, by: "E"), named)[0]
                == "covered by E, because it is the one that was named, covers the case and has enough")
        let fallback = [Self.candidate("X", .expired), Self.candidate("E", rank: 1, isDefault: true)]
        let lines = Self.lines(Self.covered(fallback, by: "E"))
        #expect(lines[0] == "covered by E, because nothing else covers the case, and it is the default")
        #expect(lines.last?.hasPrefix("rank 1 (default)") == true)
    }

    @Test("A refusal says what would have to change")
    func remedies() {
        let exhausted = Self.lines(Self.refused([Self.candidate("E", .exhausted, needs: 2, has: 0)], by: "E"))
        #expect(exhausted[0] == "refused (exhausted): what covers the case has too little left")
        #expect(exhausted[1] == "  what would have to change: E would have to get 'main' 2 more (grant add, or amend)")

        let alone = Self.lines(
            Self.refused([Self.candidate("F", rank: 1), Self.candidate("E", .exhausted, has: 0)], by: "E"))
        #expect(
            alone[0]
                == "refused (exhausted): E has too little left, and the settings let only the most specific one decide")
        #expect(alone[1].contains("E would have to get 'main' 1 more"))

        let uncovered = Self.lines(Self.refused([Self.candidate("E", .suspended), Self.candidate("F", .draft)]))
        #expect(uncovered[0] == "refused (not_covered): no entitlement covers the case")
        #expect(
            uncovered[1] == "  what would have to change: E, which comes nearest, would at least have to be resumed")

        var named = Self.inquiry
        named.entitlement = EntitlementID(stored: "E")
        #expect(
            Self.lines(Self.refused([Self.candidate("E", .expired)]), named)[0]
                == "refused (not_covered): E was named, and doesn't cover the case")

        let nothing = Self.lines(Self.refused([]))
        #expect(nothing[0].hasSuffix("there is no entitlement of the customer, or of an account above"))
        #expect(nothing.count == 2)
    }

    @Test("Every reason has words and a remedy of its own")
    func words() {
        #expect(Set(Mismatch.allCases.map(\.words)).count == Mismatch.allCases.count)
        #expect(Mismatch.allCases.allSatisfy { !$0.words.contains("_") && !$0.remedy.isEmpty })
    }
}
