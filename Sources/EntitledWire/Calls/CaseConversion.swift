package import EntitledCore
import SwiftProtobuf

extension Charge {
    init(answer message: Entitled_V1_Charge) {
        self.init(allocation: message.allocation, grant: message.grant, amount: message.amount)
    }

    var message: Entitled_V1_Charge {
        .with {
            $0.allocation = allocation
            $0.grant = grant
            $0.amount = amount
        }
    }
}

extension Debit {
    init(answer message: Entitled_V1_Debit) {
        self.init(
            allocation: message.allocation, amount: message.amount,
            remaining: message.hasRemaining ? message.remaining : nil,
            available: message.hasAvailable ? message.available : nil)
    }

    var message: Entitled_V1_Debit {
        .with {
            $0.allocation = allocation
            $0.amount = amount
            if let remaining { $0.remaining = remaining }
            if let available { $0.available = available }
        }
    }
}

extension Candidate {
    init(answer message: Entitled_V1_Candidate) throws(EntitledError) {
        self.init(
            entitlement: try Reading.answer.id(message.entitlement, "entitlement"),
            rank: message.hasRank ? message.rank : nil,
            mismatch: message.hasMismatch ? try Reading.answer.named(message.mismatch, "mismatch") : nil)
    }

    var message: Entitled_V1_Candidate {
        .with {
            $0.entitlement = entitlement.text
            if let rank { $0.rank = rank }
            if let mismatch { $0.mismatch = .init(mismatch) }
        }
    }
}

extension Case: WireRecord {
    package init(answer message: Entitled_V1_Case) throws(EntitledError) {
        self.init(
            id: try Reading.answer.id(message.id, "id"),
            customer: try Reading.answer.id(message.customer, "customer"),
            product: try Reading.answer.id(message.product, ifSet: message.hasProduct, "product"),
            channel: try Reading.answer.id(message.channel, ifSet: message.hasChannel, "channel"),
            entitlement: try Reading.answer.id(message.entitlement, "entitlement"),
            openedAt: try Reading.answer.instant(message.openedAtUs, "opened_at_us"),
            charges: message.charges.map(Charge.init(answer:)))
    }

    package var message: Entitled_V1_Case {
        .with {
            $0.id = id.text
            $0.customer = customer.text
            if let product { $0.product = product.text }
            if let channel { $0.channel = channel.text }
            $0.entitlement = entitlement.text
            $0.openedAtUs = openedAt.microseconds
            $0.charges = charges.map(\.message)
        }
    }
}

extension Opening {
    init(answer message: Entitled_V1_Opening) throws(EntitledError) {
        self.init(case: try Case(answer: message.case), debits: message.debits.map(Debit.init(answer:)))
    }

    var message: Entitled_V1_Opening {
        .with {
            $0.case = self.case.message
            $0.debits = debits.map(\.message)
        }
    }
}

extension Refusal {
    init(answer message: Entitled_V1_Refusal) throws(EntitledError) {
        self.init(
            reason: try Reading.answer.named(message.reason, "reason"),
            entitlement: try Reading.answer.id(message.entitlement, ifSet: message.hasEntitlement, "entitlement"),
            candidates: try message.candidates.map(Candidate.init(answer:)), omitted: message.omitted)
    }

    var message: Entitled_V1_Refusal {
        .with {
            $0.reason = .init(reason)
            if let entitlement { $0.entitlement = entitlement.text }
            $0.candidates = candidates.map(\.message)
            $0.omitted = omitted
        }
    }
}

extension Coverage {
    init(answer message: Entitled_V1_Coverage) throws(EntitledError) {
        self.init(
            entitlement: try Reading.answer.id(message.entitlement, "entitlement"),
            debits: message.debits.map(Debit.init(answer:)),
            candidates: try message.candidates.map(Candidate.init(answer:)), omitted: message.omitted)
    }

    var message: Entitled_V1_Coverage {
        .with {
            $0.entitlement = entitlement.text
            $0.debits = debits.map(\.message)
            $0.candidates = candidates.map(\.message)
            $0.omitted = omitted
        }
    }
}

extension CaseDecision: WireRecord {
    package init(answer message: Entitled_V1_CaseDecision) throws(EntitledError) {
        switch message.decision {
        case .opened(let opening): self = .opened(try Opening(answer: opening))
        case .refused(let refusal): self = .refused(try Refusal(answer: refusal))
        case .exists(let found): self = .exists(try Case(answer: found))
        case nil:
            throw Reading.answer.fault("decision", "is missing or unknown", allowed: "opened, refused, exists")
        }
    }

    package var message: Entitled_V1_CaseDecision {
        .with {
            switch self {
            case .opened(let opening): $0.opened = opening.message
            case .refused(let refusal): $0.refused = refusal.message
            case .exists(let found): $0.exists = found.message
            }
        }
    }
}

extension CaseCheck: WireRecord {
    package init(answer message: Entitled_V1_CaseCheck) throws(EntitledError) {
        switch message.finding {
        case .covered(let coverage): self = .covered(try Coverage(answer: coverage))
        case .refused(let refusal): self = .refused(try Refusal(answer: refusal))
        case nil: throw Reading.answer.fault("finding", "is missing or unknown", allowed: "covered, refused")
        }
    }

    package var message: Entitled_V1_CaseCheck {
        .with {
            switch self {
            case .covered(let coverage): $0.covered = coverage.message
            case .refused(let refusal): $0.refused = refusal.message
            }
        }
    }
}
