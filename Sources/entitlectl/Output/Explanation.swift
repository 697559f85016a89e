import EntitledClient

/// Why a case would be covered by what covers it, or by nothing: a sentence, then every candidate with its place.
struct Explanation {
    private let check: CaseCheck
    private let inquiry: Inquiry
    private let units: PoolUnits

    init(_ check: CaseCheck, _ inquiry: Inquiry, _ units: PoolUnits) {
        self.check = check
        self.inquiry = inquiry
        self.units = units
    }

    var text: String {
        switch check {
        case .covered(let coverage):
            let debits = coverage.debits.text(in: coverage.entitlement, units)
            return
                ([covered(coverage), "  would take: \(debits)"]
                + CaseCheck.promises(coverage.serviceLevel, coverage.routing)
                + table(coverage.candidates, omitted: coverage.omitted)).joined(separator: "\n")
        case .refused(let refusal):
            return
                ([refused(refusal), "  what would have to change: " + change(refusal)]
                + table(refusal.candidates, omitted: refusal.omitted)).joined(separator: "\n")
        }
    }

    // MARK: The sentence

    private func covered(_ coverage: Coverage) -> String {
        let ranked = coverage.candidates.filter { $0.rank != nil }
        let winner = coverage.candidates.first { $0.entitlement == coverage.entitlement }
        let cause =
            if inquiry.entitlement != nil, winner?.mismatch == nil {
                "it is the one that was named, covers the case and has enough"
            } else if winner?.isDefault == true {
                "nothing else covers the case, and it is the default"
            } else if winner?.mismatch == .exhausted {
                "nothing that covers the case has enough, and it is the most specific whose policy allows more"
            } else if ranked.count == 1 {
                "it is the only one that covers the case and has enough"
            } else {
                "it is the most specific of \(ranked.count.grouped) that cover the case and have enough"
            }
        return "covered by \(coverage.entitlement), because \(cause)"
    }

    private func refused(_ refusal: Refusal) -> String {
        let sentence: String
        if refusal.candidates.isEmpty {
            sentence = "there is no entitlement of the customer, or of an account above"
        } else if let named = inquiry.entitlement {
            sentence =
                "\(named) was named, and "
                + (refusal.entitlement == nil ? "doesn't cover the case" : "has too little left")
        } else if refusal.candidates.contains(where: { $0.rank != nil }), let entitlement = refusal.entitlement {
            sentence = "\(entitlement) has too little left, and the settings let only the most specific one decide"
        } else {
            sentence = refusal.reason.words
        }
        return "refused (\(refusal.reason.name)): \(sentence)"
    }

    private func change(_ refusal: Refusal) -> String {
        // The decisive one if there is one, or else the one that came nearest: they stand in that order.
        let nearest =
            refusal.candidates.first { $0.entitlement == refusal.entitlement } ?? refusal.candidates.first
        guard let nearest, let mismatch = nearest.mismatch else {
            return "add an entitlement for the customer, or a default one"
        }
        let short = nearest.demands?.filter { !$0.isMet }.map { demand in
            let unit = units.unit(of: demand.allocation, in: nearest.entitlement)
            let missing = demand.needed - (demand.available ?? 0)
            return "'\(demand.allocation)' \(AmountText.column(missing, of: unit)) more"
        }
        if let short, !short.isEmpty {
            return "\(nearest.entitlement) would have to get \(short.joined(separator: ", ")) (grant add, or amend)"
        }
        return "\(nearest.entitlement), which comes nearest, would at least have to \(mismatch.remedy)"
    }

    // MARK: The ranking

    private func table(_ candidates: [Candidate], omitted: Int32) -> [String] {
        guard !candidates.isEmpty else { return [] }
        var table = Table([
            "place", "entitlement", "asset", "contact", "product", "channel", "whose", "priority", "start", "needs",
        ])
        for candidate in candidates {
            let isAllowed = candidate.mismatch == .exhausted && candidate.demands?.allSatisfy(\.isAdmitted) == true
            let place =
                (candidate.mismatch?.words ?? "rank \(candidate.rank ?? 0)") + (isAllowed ? ", more is allowed" : "")
            table.add(
                [place + (candidate.isDefault == true ? " (default)" : ""), candidate.entitlement.text]
                    + (candidate.specificity.map { Self.cells($0, candidate) }
                        ?? Array(repeating: "", count: 7))
                    + [needs(candidate)])
        }
        return ["", table.text] + (omitted > 0 ? ["and \(omitted) more"] : [])
    }

    private static func cells(_ specificity: Specificity, _ candidate: Candidate) -> [String] {
        func scope(_ isLimited: Bool, all: String, failing reason: Mismatch) -> String {
            guard isLimited else { return all }
            guard candidate.isDefault != true else { return "limited" }
            guard let mismatch = candidate.mismatch, mismatch.rawValue <= reason.rawValue else { return "named" }
            // What failed before wasn't compared.
            return mismatch == reason ? "others" : "limited"
        }
        return [
            scope(specificity.namesAsset, all: "any", failing: .assetNotCovered),
            scope(specificity.namesContact, all: "anyone", failing: .contactNotListed),
            product(specificity, candidate.mismatch),
            scope(specificity.namesChannel, all: "all", failing: .channelNotCovered), whose(specificity),
            specificity.priority.map { "\($0)" } ?? "none", specificity.startDay.description,
        ]
    }

    private static func product(_ specificity: Specificity, _ mismatch: Mismatch?) -> String {
        switch specificity.productLevels {
        case 0: "exact"
        case 1: "family"
        case let levels?: "family, \(levels) above"
        case nil:
            if let mismatch, mismatch.rawValue <= Mismatch.productNotCovered.rawValue {
                mismatch == .productNotCovered ? "others" : "not compared"
            } else {
                "all"
            }
        }
    }

    private static func whose(_ specificity: Specificity) -> String {
        switch specificity.customerLevels {
        case 0: "contact"
        case 1: "account"
        case let levels?: "\(levels - 1) above"
        case nil: "another"
        }
    }

    /// `main: 1, has 9`; of one that doesn't cover the case, what it would have to do: `to be resumed`.
    private func needs(_ candidate: Candidate) -> String {
        guard let demands = candidate.demands else { return candidate.mismatch.map { "to " + $0.remedy } ?? "" }
        return demands.map { demand in
            let unit = units.unit(of: demand.allocation, in: candidate.entitlement)
            return "\(demand.allocation): \(AmountText.column(demand.needed, of: unit)), has "
                + AmountText.column(demand.available, of: unit)
        }.joined(separator: "; ")
    }
}
