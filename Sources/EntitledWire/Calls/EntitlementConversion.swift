package import EntitledCore
import SwiftProtobuf

extension Grant: WireRecord {
    package init(_ message: Entitled_V1_Grant, by reading: Reading) throws(EntitledError) {
        self.init(
            number: message.number, origin: try reading.named(message.origin, "origin"),
            quantity: message.hasQuantity ? try reading.amount(message.quantity, "quantity") : nil,
            charged: try reading.amount(message.charged, "charged"), held: try reading.amount(message.held, "held"),
            from: try reading.instant(message.fromUs, ifSet: message.hasFromUs, "from_us"),
            until: try reading.instant(message.untilUs, ifSet: message.hasUntilUs, "until_us"),
            priority: message.priority, changedAt: try reading.instant(message.changedAtUs, "changed_at_us"))
    }

    package var message: Entitled_V1_Grant {
        .with {
            $0.number = number
            $0.origin = .init(origin)
            if let quantity { $0.quantity = quantity }
            $0.charged = charged
            $0.held = held
            if let from { $0.fromUs = from.microseconds }
            if let until { $0.untilUs = until.microseconds }
            $0.priority = priority
            $0.changedAtUs = changedAt.microseconds
        }
    }
}

extension Allocation: WireRecord {
    package init(_ message: Entitled_V1_Allocation, by reading: Reading) throws(EntitledError) {
        self.init(
            terms: try reading.value(message.terms, "terms"), grants: try reading.values(message.grants, "grants"))
    }

    package var message: Entitled_V1_Allocation {
        .with { ($0.terms, $0.grants) = (terms.message, grants.map(\.message)) }
    }
}

extension Life: WireRecord {
    package init(_ message: Entitled_V1_Life, by reading: Reading) throws(EntitledError) {
        self.init(
            cancelledAt: try reading.instant(message.cancelledAtUs, ifSet: message.hasCancelledAtUs, "cancelled_at_us"),
            suspensions: try reading.values(message.suspensions, "suspensions"),
            earlier: try reading.values(message.earlier, "earlier"),
            pending: try reading.values(message.pending, "pending"),
            predecessor: try reading.id(message.predecessor, ifSet: message.hasPredecessor, "predecessor"),
            successor: try reading.id(message.successor, ifSet: message.hasSuccessor, "successor"),
            renewedAt: try reading.instant(message.renewedAtUs, ifSet: message.hasRenewedAtUs, "renewed_at_us"),
            carriesFrom: try reading.id(message.carriesFrom, ifSet: message.hasCarriesFrom, "carries_from"))
    }

    package var message: Entitled_V1_Life {
        .with {
            if let cancelledAt { $0.cancelledAtUs = cancelledAt.microseconds }
            $0.suspensions = suspensions.map(\.message)
            $0.earlier = earlier.map(\.message)
            $0.pending = pending.map(\.message)
            if let predecessor { $0.predecessor = predecessor.text }
            if let successor { $0.successor = successor.text }
            if let renewedAt { $0.renewedAtUs = renewedAt.microseconds }
            if let carriesFrom { $0.carriesFrom = carriesFrom.text }
        }
    }
}

extension Life.Suspension: WireRecord {
    package init(_ message: Entitled_V1_Suspension, by reading: Reading) throws(EntitledError) {
        self.init(
            from: try reading.instant(message.fromUs, "from_us"),
            until: try reading.instant(message.untilUs, ifSet: message.hasUntilUs, "until_us"))
    }

    package var message: Entitled_V1_Suspension {
        .with {
            $0.fromUs = from.microseconds
            if let until { $0.untilUs = until.microseconds }
        }
    }
}

extension Life.EarlierTerms: WireRecord {
    package init(_ message: Entitled_V1_EarlierTerms, by reading: Reading) throws(EntitledError) {
        self.init(
            until: try reading.instant(message.untilUs, "until_us"), terms: try reading.value(message.terms, "terms"))
    }

    package var message: Entitled_V1_EarlierTerms {
        .with { ($0.untilUs, $0.terms) = (until.microseconds, terms.message) }
    }
}

extension Life.PendingAmendment: WireRecord {
    package init(_ message: Entitled_V1_PendingAmendment, by reading: Reading) throws(EntitledError) {
        self.init(
            at: try reading.instant(message.atUs, "at_us"),
            amendment: try reading.value(message.amendment, "amendment"))
    }

    package var message: Entitled_V1_PendingAmendment {
        .with { ($0.atUs, $0.amendment) = (at.microseconds, amendment.message) }
    }
}

extension Entitlement: WireRecord {
    package init(_ message: Entitled_V1_Entitlement, by reading: Reading) throws(EntitledError) {
        self.init(
            id: try reading.id(message.id, "id"), version: message.version,
            state: try reading.named(message.state, "state"), terms: try reading.value(message.terms, "terms"),
            life: try reading.value(message.life, "life"),
            allocations: try reading.values(message.allocations, "allocations"))
    }

    package var message: Entitled_V1_Entitlement {
        .with {
            $0.id = id.text
            $0.version = version
            $0.state = .init(state)
            $0.terms = terms.message
            $0.life = life.message
            $0.allocations = allocations.map(\.message)
        }
    }
}

extension Entitled_V1_EntitlementPage: PageMessage {}

extension EntitlementView: WireItem {
    package typealias Items = Entitled_V1_EntitlementPage

    package init(_ message: Entitled_V1_EntitlementView, by reading: Reading) throws(EntitledError) {
        self.init(
            entitlement: try reading.value(message.entitlement, "entitlement"),
            status: try reading.named(message.status, "status"), at: try reading.instant(message.atUs, "at_us"))
    }

    /// Without the balances, which follow from the entitlement's grants.
    package var message: Entitled_V1_EntitlementView {
        .with {
            $0.entitlement = entitlement.message
            $0.status = .init(status)
            $0.atUs = at.microseconds
        }
    }
}

extension Balance: WireRecord {
    package init(_ message: Entitled_V1_Balance, by reading: Reading) throws(EntitledError) {
        self.init(
            total: message.hasTotal ? try reading.amount(message.total, "total", in: Reading.sums) : nil,
            charged: try reading.amount(message.charged, "charged", in: Reading.sums),
            held: try reading.amount(message.held, "held", in: Reading.sums))
    }

    package var message: Entitled_V1_Balance {
        .with {
            if let total { $0.total = total }
            $0.charged = charged
            $0.held = held
        }
    }
}

extension BalanceChange: WireRecord {
    package init(_ message: Entitled_V1_BalanceChange, by reading: Reading) throws(EntitledError) {
        self.init(
            allocation: message.allocation, difference: message.difference,
            before: try reading.value(message.before, "before"), after: try reading.value(message.after, "after"))
    }

    package var message: Entitled_V1_BalanceChange {
        .with {
            $0.allocation = allocation
            $0.difference = difference
            $0.before = before.message
            $0.after = after.message
        }
    }
}

extension AmendmentResult: WireRecord {
    package init(_ message: Entitled_V1_AmendmentResult, by reading: Reading) throws(EntitledError) {
        self.init(
            entitlement: try reading.value(message.entitlement, "entitlement"),
            effectiveAt: try reading.instant(message.effectiveAtUs, "effective_at_us"),
            amendment: try reading.value(message.amendment, "amendment"),
            changes: try reading.values(message.changes, "changes"))
    }

    package var message: Entitled_V1_AmendmentResult {
        .with {
            $0.entitlement = entitlement.message
            $0.effectiveAtUs = effectiveAt.microseconds
            $0.amendment = amendment.message
            $0.changes = changes.map(\.message)
        }
    }
}
