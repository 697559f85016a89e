/// Would a case be covered, by what, and what would be left? Takes nothing and records nothing.
public struct CheckCase: FactsQuery {
    public typealias Answer = CaseCheck
    public static let method = Method.checkCase

    public var inquiry: Inquiry

    public init(_ inquiry: Inquiry) {
        self.inquiry = inquiry
    }

    package func add(to needs: inout Needs) {
        inquiry.add(to: &needs)
    }

    package func answer(from facts: WorkingSet) throws(EntitledError) -> CaseCheck {
        let matching = try Matching(inquiry, in: facts)
        switch matching.decision {
        case .refused(let refusal): return .refused(refusal)
        case .covered(let winner):
            let debits = facts.entitlements[winner]?.allocations.map { allocation in
                var after = allocation
                _ = Consumption.take(Consumption.caseCost, from: &after, at: matching.instant)
                return Debit(
                    allocation: after.name, amount: Consumption.caseCost, remaining: after.remaining,
                    available: after.available)
            }
            return .covered(
                Coverage(
                    entitlement: winner, debits: debits ?? [], candidates: matching.candidates,
                    omitted: matching.omitted))
        }
    }
}

/// What a check found.
public enum CaseCheck: Hashable, Sendable {
    case covered(Coverage)
    case refused(Refusal)
}

/// A case would be covered.
public struct Coverage: Hashable, Sendable {
    public let entitlement: EntitlementID
    /// What it would take, and the balances that it would leave.
    public let debits: [Debit]
    public let candidates: [Candidate]
    /// Candidates beyond ``Candidate/maximumListed``.
    public let omitted: Int32

    package init(entitlement: EntitlementID, debits: [Debit], candidates: [Candidate], omitted: Int32) {
        self.entitlement = entitlement
        self.debits = debits
        self.candidates = candidates
        self.omitted = omitted
    }
}
