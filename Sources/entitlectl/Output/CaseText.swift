import EntitledClient

/// The answer to `case open`, as JSON.
struct DecisionRecord: Encodable {
    /// `opened`, `refused` or `exists`.
    let decision: String
    let caseID: CaseID
    var `case`: Case?
    var debits: [Debit]?
    var routing: Routing?
    var refusal: Refusal?
    /// The line that bears the decision; nil if nothing was decided.
    let journalNumber: Int64?
    let isRepeated: Bool

    init(_ reply: Reply<CaseDecision>, of id: CaseID) {
        caseID = id
        journalNumber = reply.journalNumber
        isRepeated = reply.isRepeated
        switch reply.answer {
        case .opened(let opening):
            decision = "opened"
            `case` = opening.case
            debits = opening.debits
            routing = opening.routing
        case .refused(let refused):
            decision = "refused"
            refusal = refused
        case .exists(let existing):
            decision = "exists"
            `case` = existing
        }
    }
}

/// The answer to `case check`, as JSON.
struct CheckRecord: Encodable {
    /// `covered` or `refused`.
    let decision: String
    var entitlement: EntitlementID?
    var serviceLevel: ServiceLevelID?
    var routing: Routing?
    var debits: [Debit]?
    var reason: Refusal.Reason?
    let candidates: [Candidate]
    let omitted: Int32

    init(_ check: CaseCheck) {
        switch check {
        case .covered(let coverage):
            decision = "covered"
            entitlement = coverage.entitlement
            serviceLevel = coverage.serviceLevel
            routing = coverage.routing
            debits = coverage.debits
            candidates = coverage.candidates
            omitted = coverage.omitted
        case .refused(let refusal):
            decision = "refused"
            entitlement = refusal.entitlement
            reason = refusal.reason
            candidates = refusal.candidates
            omitted = refusal.omitted
        }
    }
}

extension Reply<CaseDecision> {
    /// What was decided; a refusal with a line a candidate.
    func text(of id: CaseID, _ units: PoolUnits) -> String {
        let again = isRepeated ? " (first answer, journal \(journalNumber.map(String.init) ?? "unknown"))" : ""
        switch answer {
        case .opened(let opening):
            let entitlement = opening.case.entitlement
            let first = "opened \(id) by \(entitlement) (\(opening.debits.text(in: entitlement, units)))" + again
            return ([first] + CaseCheck.promises(opening.case.serviceLevel, opening.routing)).joined(separator: "\n")
        case .refused(let refusal):
            let candidates = CaseCheck.lines(refusal.candidates, omitted: refusal.omitted)
            return (["refused \(id): \(refusal.reason.name)" + again] + candidates).joined(separator: "\n")
        case .exists(let existing):
            return "exists \(id) (opened \(existing.openedAt.shortText) by \(existing.entitlement))" + again
        }
    }
}

extension CaseCheck {
    /// Covered or not, with a line a candidate: its rank or its reason.
    func text(_ units: PoolUnits) -> String {
        switch self {
        case .covered(let coverage):
            let debits = coverage.debits.text(in: coverage.entitlement, units)
            return
                (["covered by \(coverage.entitlement) (would take \(debits))"]
                + Self.promises(coverage.serviceLevel, coverage.routing)
                + Self.lines(coverage.candidates, omitted: coverage.omitted)).joined(separator: "\n")
        case .refused(let refusal):
            return (["refused: \(refusal.reason.name)"] + Self.lines(refusal.candidates, omitted: refusal.omitted))
                .joined(separator: "\n")
        }
    }

    /// What comes with the cover.
    static func promises(_ serviceLevel: ServiceLevelID?, _ routing: Routing?) -> [String] {
        [serviceLevel.map { "  sla: \($0)" }, routing.map { "  routing: \($0.text)" }].compactMap(\.self)
    }

    fileprivate static func lines(_ candidates: [Candidate], omitted: Int32) -> [String] {
        guard !candidates.isEmpty else { return ["  there is no entitlement to look at"] }
        var lines = candidates.map { candidate in
            "  \(candidate.entitlement): " + (candidate.mismatch?.words ?? "rank \(candidate.rank ?? 0)")
        }
        if omitted > 0 { lines.append("  and \(omitted) more") }
        return lines
    }
}

extension Case {
    /// Its facts and charges, one a line.
    func text(_ units: PoolUnits) -> String {
        let facts = [
            ("customer", customer.text), ("product", product?.text ?? ""), ("asset", asset?.text ?? ""),
            ("channel", channel?.text ?? ""), ("priority", priority?.description ?? ""),
            ("opened", openedAt.shortText), ("entitlement", entitlement.text), ("sla", serviceLevel?.text ?? ""),
        ]
        let charges = charges.map { charge in
            let amount = AmountText.column(charge.amount, of: units.unit(of: charge.allocation, in: entitlement))
            return (
                "[\(charge.allocation)]", "\(amount) \(charge.isHeld ? "held in" : "charged to") grant \(charge.grant)"
            )
        }
        return "case \(id)\n" + Lines.of(facts.filter { !$0.1.isEmpty } + charges)
    }
}

extension [Debit] {
    /// `main: 1, 9 remaining; work: 0:30:00 held, 19:30:00 available; email: 1, unlimited`.
    func text(in entitlement: EntitlementID, _ units: PoolUnits) -> String {
        guard !isEmpty else { return "nothing" }
        return map { debit in
            let unit = units.unit(of: debit.allocation, in: entitlement)
            let left = debit.isHeld ? debit.available : debit.remaining
            return "\(debit.allocation): \(AmountText.column(debit.amount, of: unit))"
                + (debit.isHeld ? " held, " : ", ")
                + AmountText.column(left, of: unit) + (left == nil ? "" : debit.isHeld ? " available" : " remaining")
        }.joined(separator: "; ")
    }
}

extension Instant {
    /// In UTC, to the millisecond: `2026-01-31T12:00:00.123Z`.
    var shortText: String { description.dropLast(4) + "Z" }
}
