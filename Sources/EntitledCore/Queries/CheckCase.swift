/// Would a case be covered, by what, and what would be left? Takes nothing and records nothing.
public struct CheckCase: FactsQuery {
    public typealias Answer = CaseCheck
    public static let method = Method.checkCase

    public var inquiry: Inquiry
    /// Judge it as of this earlier instant; nil is now. Needs the permission ``Permission/backdate``.
    public var at: Instant?
    /// Whether the candidates say why they have their places.
    public var explains: Bool

    public init(_ inquiry: Inquiry, at: Instant? = nil, explains: Bool = false) {
        self.inquiry = inquiry
        self.at = at
        self.explains = explains
    }

    package var furtherPermissions: Set<Permission> { at == nil ? [] : [.backdate] }

    package func add(to needs: inout Needs) {
        inquiry.add(to: &needs)
    }

    package func answer(from facts: WorkingSet) throws(EntitledError) -> CaseCheck {
        if let at, at > facts.now { throw .invalid("at_us", "is \(at)", allowed: "now or earlier") }
        let matching = try Matching(inquiry, asOf: at, explains: explains, in: facts)
        switch matching.decision {
        case .refused(let refusal): return .refused(refusal)
        case .covered(let winner):
            let entitlement = matching.judged[winner].entitlement
            let (service, demands) = (matching.judged[winner].terms.service, matching.judged[winner].demands)
            return .covered(
                Coverage(
                    entitlement: entitlement.id, serviceLevel: service.serviceLevel, routing: service.routing,
                    debits: entitlement.debits(demands, at: matching.now, isBackdated: at != nil),
                    candidates: matching.candidates, omitted: matching.omitted))
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
    /// The service level that it would get.
    public let serviceLevel: ServiceLevelID?
    public let routing: Routing?
    /// What it would take, and the balances that it would leave.
    public let debits: [Debit]
    public let candidates: [Candidate]
    /// Candidates beyond ``Candidate/maximumListed``.
    public let omitted: Int32

    package init(
        entitlement: EntitlementID, serviceLevel: ServiceLevelID? = nil, routing: Routing? = nil, debits: [Debit],
        candidates: [Candidate], omitted: Int32
    ) {
        self.entitlement = entitlement
        self.serviceLevel = serviceLevel
        self.routing = routing
        self.debits = debits
        self.candidates = candidates
        self.omitted = omitted
    }
}

extension Entitlement {
    /// What a case would take, and the balances that it would leave.
    fileprivate func debits(_ demands: [Demand], at now: Instant, isBackdated: Bool) -> [Debit] {
        demands.map { demand in
            let balance = allocations.first { $0.name == demand.allocation }?.balance(at: now)
            // Of an earlier period only what is available is known.
            let remaining = isBackdated ? demand.available : balance?.remaining
            return Debit(
                allocation: demand.allocation, amount: demand.amount, isHeld: demand.isHeld,
                remaining: remaining.map { $0 - (demand.isHeld ? 0 : demand.amount) },
                available: demand.available.map { $0 - demand.amount })
        }
    }
}
