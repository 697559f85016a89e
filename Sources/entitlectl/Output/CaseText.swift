import EntitledClient

/// The answer to `case open`, as JSON.
struct DecisionRecord: Encodable {
    /// `opened`, `refused` or `exists`.
    let decision: String
    let caseID: CaseID
    var `case`: Case?
    var debits: [Debit]?
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
    var debits: [Debit]?
    var reason: Refusal.Reason?
    let candidates: [Candidate]
    let omitted: Int32

    init(_ check: CaseCheck) {
        switch check {
        case .covered(let coverage):
            decision = "covered"
            entitlement = coverage.entitlement
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
    func text(of id: CaseID) -> String {
        let again = isRepeated ? " (first answer, journal \(journalNumber.map(String.init) ?? "unknown"))" : ""
        switch answer {
        case .opened(let opening):
            return "opened \(id) by \(opening.case.entitlement) (\(opening.debits.text))" + again
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
    var text: String {
        switch self {
        case .covered(let coverage):
            let first = "covered by \(coverage.entitlement) (would take \(coverage.debits.text))"
            return ([first] + Self.lines(coverage.candidates, omitted: coverage.omitted)).joined(separator: "\n")
        case .refused(let refusal):
            return (["refused: \(refusal.reason.name)"] + Self.lines(refusal.candidates, omitted: refusal.omitted))
                .joined(separator: "\n")
        }
    }

    fileprivate static func lines(_ candidates: [Candidate], omitted: Int32) -> [String] {
        guard !candidates.isEmpty else { return ["  there is no entitlement to look at"] }
        var lines = candidates.map { candidate in
            "  \(candidate.entitlement): " + (candidate.mismatch?.name ?? "rank \(candidate.rank ?? 0)")
        }
        if omitted > 0 { lines.append("  and \(omitted) more") }
        return lines
    }
}

extension Case {
    /// Its facts and charges, one a line.
    var text: String {
        "case \(id)\n"
            + Lines.of(
                [
                    ("customer", customer.text), ("product", product?.text ?? "none"),
                    ("channel", channel?.text ?? "none"), ("opened", openedAt.shortText),
                    ("entitlement", entitlement.text),
                ] + charges.map { ("[\($0.allocation)]", "\($0.amount) charged to grant \($0.grant)") })
    }
}

extension Instant {
    /// In UTC, to the millisecond: `2026-01-31T12:00:00.123Z`.
    var shortText: String { description.dropLast(4) + "Z" }
}
