package import EntitledCore
import SwiftProtobuf

extension Specificity: WireRecord {
    package init(_ message: Entitled_V1_Specificity, by reading: Reading) throws(EntitledError) {
        self.init(
            namesAsset: message.namesAsset, namesContact: message.namesContact,
            productLevels: message.hasProductLevels ? message.productLevels : nil, namesChannel: message.namesChannel,
            customerLevels: message.hasCustomerLevels ? message.customerLevels : nil,
            priority: message.hasPriority ? message.priority : nil,
            startDay: try reading.day(message.startDay, "start_day"))
    }

    package var message: Entitled_V1_Specificity {
        .with {
            $0.namesAsset = namesAsset
            $0.namesContact = namesContact
            if let productLevels { $0.productLevels = productLevels }
            $0.namesChannel = namesChannel
            if let customerLevels { $0.customerLevels = customerLevels }
            if let priority { $0.priority = priority }
            $0.startDay = startDay.daysSince1970
        }
    }
}

extension Demand: WireRecord {
    package init(_ message: Entitled_V1_Demand, by reading: Reading) throws(EntitledError) {
        self.init(
            allocation: message.allocation, amount: message.amount, needed: message.needed, isHeld: message.isHeld,
            available: message.hasAvailable ? message.available : nil,
            overage: message.hasOverage ? message.overage : nil)
    }

    package var message: Entitled_V1_Demand {
        .with {
            $0.allocation = allocation
            $0.amount = amount
            $0.needed = needed
            $0.isHeld = isHeld
            if let available { $0.available = available }
            if let overage { $0.overage = overage }
        }
    }
}

extension Candidate: WireRecord {
    package init(_ message: Entitled_V1_Candidate, by reading: Reading) throws(EntitledError) {
        self.init(
            entitlement: try reading.id(message.entitlement, "entitlement"),
            rank: message.hasRank ? message.rank : nil,
            mismatch: try reading.named(message.mismatch, ifSet: message.hasMismatch, "mismatch"),
            isDefault: message.isDefault ? true : nil,
            specificity: try reading.value(message.specificity, ifSet: message.hasSpecificity, "specificity"),
            // Whoever covers a case is asked for something, so none are demands that aren't told.
            demands: message.demands.isEmpty ? nil : try reading.values(message.demands, "demands"))
    }

    package var message: Entitled_V1_Candidate {
        .with {
            $0.entitlement = entitlement.text
            if let rank { $0.rank = rank }
            if let mismatch { $0.mismatch = .init(mismatch) }
            $0.isDefault = isDefault ?? false
            if let specificity { $0.specificity = specificity.message }
            $0.demands = demands?.map(\.message) ?? []
        }
    }
}

extension Refusal: WireRecord {
    package init(_ message: Entitled_V1_Refusal, by reading: Reading) throws(EntitledError) {
        self.init(
            reason: try reading.named(message.reason, "reason"),
            entitlement: try reading.id(message.entitlement, ifSet: message.hasEntitlement, "entitlement"),
            candidates: try reading.values(message.candidates, "candidates"), omitted: message.omitted)
    }

    package var message: Entitled_V1_Refusal {
        .with {
            $0.reason = .init(reason)
            if let entitlement { $0.entitlement = entitlement.text }
            $0.candidates = candidates.map(\.message)
            $0.omitted = omitted
        }
    }
}

extension Coverage: WireRecord {
    package init(_ message: Entitled_V1_Coverage, by reading: Reading) throws(EntitledError) {
        self.init(
            entitlement: try reading.id(message.entitlement, "entitlement"),
            serviceLevel: try reading.id(message.sla, ifSet: message.hasSla, "sla"),
            routing: try reading.value(message.routing, ifSet: message.hasRouting, "routing"),
            debits: try reading.values(message.debits, "debits"),
            candidates: try reading.values(message.candidates, "candidates"), omitted: message.omitted)
    }

    package var message: Entitled_V1_Coverage {
        .with {
            $0.entitlement = entitlement.text
            if let serviceLevel { $0.sla = serviceLevel.text }
            if let routing { $0.routing = routing.message }
            $0.debits = debits.map(\.message)
            $0.candidates = candidates.map(\.message)
            $0.omitted = omitted
        }
    }
}

extension CaseCheck: WireRecord {
    package init(_ message: Entitled_V1_CaseCheck, by reading: Reading) throws(EntitledError) {
        switch message.finding {
        case .covered(let coverage): self = .covered(try reading.value(coverage, "covered"))
        case .refused(let refusal): self = .refused(try reading.value(refusal, "refused"))
        case nil: throw reading.fault("finding", "is missing or unknown", allowed: "covered, refused")
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
