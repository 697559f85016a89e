import EntitledCore
import EntitledTestKit

/// What a call came to, in words that the product and the model share.
enum PlainAnswer: Equatable {
    case done
    /// The id of the entitlement that renews.
    case successor(String)
    case decided(NaiveModel.Answer)
    /// The stable name of the error.
    case failed(String)

    /// What the product answered.
    init(_ reply: ProductRun.Reply, to call: Workload.Call) {
        switch reply.answer {
        case .failure(let error): self = .failed(error.reason.name)
        case .success(let answer):
            switch (call, answer.base) {
            case (.renew, let successor as Entitlement): self = .successor(successor.id.text)
            case (_, let decision as CaseDecision): self = .decided(NaiveModel.Answer(decision))
            case (_, let check as CaseCheck): self = .decided(NaiveModel.Answer(check))
            default: self = .done
            }
        }
    }

    /// The same without the candidates of a case that was opened: the product doesn't list them.
    func asAnswered(to call: Workload.Call) -> PlainAnswer {
        guard case .open = call, case .decided(let answer) = self, case .covered = answer.verdict else { return self }
        return .decided(NaiveModel.Answer(verdict: answer.verdict))
    }
}

extension NaiveModel.Answer {
    fileprivate init(_ decision: CaseDecision) {
        switch decision {
        case .opened(let opening): self.init(verdict: .covered(by: opening.case.entitlement.text))
        case .exists(let present): self.init(verdict: .exists(present.entitlement.text))
        case .refused(let refusal): self.init(refusal)
        }
    }

    fileprivate init(_ check: CaseCheck) {
        switch check {
        case .covered(let coverage):
            self.init(
                verdict: .covered(by: coverage.entitlement.text), candidates: Self.standings(coverage.candidates))
        case .refused(let refusal): self.init(refusal)
        }
    }

    private init(_ refusal: Refusal) {
        let verdict: NaiveModel.Verdict =
            switch refusal.reason {
            case .notCovered: .notCovered
            case .exhausted: .exhausted(refusal.entitlement?.text ?? "")
            }
        self.init(verdict: verdict, candidates: Self.standings(refusal.candidates))
    }

    /// Without the default entitlement, which the model doesn't list.
    private static func standings(_ candidates: [Candidate]) -> [String: NaiveModel.Standing] {
        var standings: [String: NaiveModel.Standing] = [:]
        for candidate in candidates where candidate.isDefault != true {
            if let rank = candidate.rank { standings[candidate.entitlement.text] = .rank(Int(rank)) }
            if let reason = candidate.mismatch.flatMap({ NaiveModel.Reason(rawValue: $0.name) }) {
                standings[candidate.entitlement.text] = .reason(reason)
            }
        }
        return standings
    }
}
