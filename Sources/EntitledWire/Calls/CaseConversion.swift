package import EntitledCore
import SwiftProtobuf

extension Charge: WireRecord {
    package init(_ message: Entitled_V1_Charge, by reading: Reading) throws(EntitledError) {
        self.init(
            allocation: message.allocation, grant: message.grant, amount: message.amount, isHeld: message.isHeld)
    }

    package var message: Entitled_V1_Charge {
        .with {
            $0.allocation = allocation
            $0.grant = grant
            $0.amount = amount
            $0.isHeld = isHeld
        }
    }
}

extension Debit: WireRecord {
    package init(_ message: Entitled_V1_Debit, by reading: Reading) throws(EntitledError) {
        self.init(
            allocation: message.allocation, amount: message.amount, isHeld: message.isHeld,
            remaining: message.hasRemaining ? message.remaining : nil,
            available: message.hasAvailable ? message.available : nil)
    }

    package var message: Entitled_V1_Debit {
        .with {
            $0.allocation = allocation
            $0.amount = amount
            $0.isHeld = isHeld
            if let remaining { $0.remaining = remaining }
            if let available { $0.available = available }
        }
    }
}

extension Case: WireRecord {
    package init(_ message: Entitled_V1_Case, by reading: Reading) throws(EntitledError) {
        self.init(
            id: try reading.id(message.id, "id"), customer: try reading.id(message.customer, "customer"),
            product: try reading.id(message.product, ifSet: message.hasProduct, "product"),
            asset: try reading.id(message.asset, ifSet: message.hasAsset, "asset"),
            channel: try reading.id(message.channel, ifSet: message.hasChannel, "channel"),
            priority: try reading.casePriority(message.priority, ifSet: message.hasPriority, "priority"),
            entitlement: try reading.id(message.entitlement, "entitlement"),
            serviceLevel: try reading.id(message.sla, ifSet: message.hasSla, "sla"),
            openedAt: try reading.instant(message.openedAtUs, "opened_at_us"),
            charges: try reading.values(message.charges, "charges"))
    }

    package var message: Entitled_V1_Case {
        .with {
            $0.id = id.text
            $0.customer = customer.text
            if let product { $0.product = product.text }
            if let asset { $0.asset = asset.text }
            if let channel { $0.channel = channel.text }
            if let priority { $0.priority = Int32(priority.number) }
            $0.entitlement = entitlement.text
            if let serviceLevel { $0.sla = serviceLevel.text }
            $0.openedAtUs = openedAt.microseconds
            $0.charges = charges.map(\.message)
        }
    }
}

extension Opening: WireRecord {
    package init(_ message: Entitled_V1_Opening, by reading: Reading) throws(EntitledError) {
        self.init(
            case: try reading.value(message.case, "case"), debits: try reading.values(message.debits, "debits"),
            routing: try reading.value(message.routing, ifSet: message.hasRouting, "routing"))
    }

    package var message: Entitled_V1_Opening {
        .with {
            $0.case = self.case.message
            $0.debits = debits.map(\.message)
            if let routing { $0.routing = routing.message }
        }
    }
}

extension CaseDecision: WireRecord {
    package init(_ message: Entitled_V1_CaseDecision, by reading: Reading) throws(EntitledError) {
        switch message.decision {
        case .opened(let opening): self = .opened(try reading.value(opening, "opened"))
        case .refused(let refusal): self = .refused(try reading.value(refusal, "refused"))
        case .exists(let found): self = .exists(try reading.value(found, "exists"))
        case nil: throw reading.fault("decision", "is missing or unknown", allowed: "opened, refused, exists")
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
