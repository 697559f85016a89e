package import EntitledCore
import SwiftProtobuf

extension EntitlementTerms {
    /// - Throws: ``EntitledError``, for fields named `terms.…`.
    init(_ message: Entitled_V1_EntitlementTerms, by reading: Reading) throws(EntitledError) {
        try reading.require(message.hasStartDay, "terms.start_day", allowed: Reading.allowedDays)
        var allocations: [AllocationTerms] = []
        allocations.reserveCapacity(message.allocations.count)
        for allocation in message.allocations { allocations.append(try AllocationTerms(allocation, by: reading)) }
        self.init(
            customer: try reading.id(message.customer, "terms.customer"),
            servesDescendants: message.servesDescendants,
            products: try reading.scope(message.products, ifSet: message.hasProducts, "terms.products"),
            channels: try reading.scope(message.channels, ifSet: message.hasChannels, "terms.channels"),
            contacts: try reading.scope(message.contacts, ifSet: message.hasContacts, "terms.contacts"),
            startDay: try reading.day(message.startDay, "terms.start_day"),
            endDay: message.hasEndDay ? try reading.day(message.endDay, "terms.end_day") : nil,
            timeZone: try reading.zone(message.timeZone, ifSet: message.hasTimeZone, "terms.time_zone"),
            priority: message.hasPriority ? message.priority : nil,
            exhaustionPolicy: try reading.named(message.exhaustionPolicy, "terms.exhaustion_policy"),
            allocations: allocations)
    }

    var message: Entitled_V1_EntitlementTerms {
        .with {
            $0.customer = customer.text
            $0.servesDescendants = servesDescendants
            if let products { $0.products = .init(products) }
            if let channels { $0.channels = .init(channels) }
            if let contacts { $0.contacts = .init(contacts) }
            $0.startDay = startDay.daysSince1970
            if let endDay { $0.endDay = endDay.daysSince1970 }
            if let timeZone { $0.timeZone = timeZone.name }
            if let priority { $0.priority = priority }
            $0.exhaustionPolicy = .init(exhaustionPolicy)
            $0.allocations = allocations.map(\.message)
        }
    }
}

extension Entitled_V1_IdScope {
    init<Record>(_ scope: Scope<Identifier<Record>>) {
        self.init()
        ids = scope.members.map(\.text)
    }
}

extension AllocationTerms {
    init(_ message: Entitled_V1_AllocationTerms, by reading: Reading) throws(EntitledError) {
        switch message.kind {
        case .perIncident(let pool): self.init(kind: .perIncident(cases: pool.cases))
        case .unlimited: self.init(kind: .unlimited)
        case nil:
            throw reading.fault(
                "terms.allocations.kind", "is missing or unknown", allowed: "per_incident, unlimited")
        }
        if message.hasName { name = message.name }
    }

    var message: Entitled_V1_AllocationTerms {
        .with {
            $0.name = name
            switch kind {
            case .perIncident(let cases): $0.perIncident = .with { $0.cases = cases }
            case .unlimited: $0.unlimited = .init()
            }
        }
    }
}

extension Grant {
    init(answer message: Entitled_V1_Grant) throws(EntitledError) {
        self.init(
            number: message.number,
            quantity: message.hasQuantity ? try Reading.answer.amount(message.quantity, "quantity") : nil,
            charged: try Reading.answer.amount(message.charged, "charged"),
            held: try Reading.answer.amount(message.held, "held"),
            changedAt: try Reading.answer.instant(message.changedAtUs, "changed_at_us"))
    }

    var message: Entitled_V1_Grant {
        .with {
            $0.number = number
            if let quantity { $0.quantity = quantity }
            $0.charged = charged
            $0.held = held
            $0.changedAtUs = changedAt.microseconds
        }
    }
}

extension Allocation {
    init(answer message: Entitled_V1_Allocation) throws(EntitledError) {
        self.init(
            terms: try AllocationTerms(message.terms, by: .answer), grants: try message.grants.map(Grant.init(answer:)))
    }

    var message: Entitled_V1_Allocation {
        .with {
            $0.terms = terms.message
            $0.grants = grants.map(\.message)
        }
    }
}

extension Entitlement: WireRecord {
    package init(answer message: Entitled_V1_Entitlement) throws(EntitledError) {
        self.init(
            id: try Reading.answer.id(message.id, "id"), terms: try EntitlementTerms(message.terms, by: .answer),
            state: try Reading.answer.named(message.state, "state"),
            allocations: try message.allocations.map(Allocation.init(answer:)))
    }

    package var message: Entitled_V1_Entitlement {
        .with {
            $0.id = id.text
            $0.terms = terms.message
            $0.state = .init(state)
            $0.allocations = allocations.map(\.message)
        }
    }
}

extension Entitled_V1_EntitlementPage: PageMessage {}

extension EntitlementView: WireItem {
    package typealias Items = Entitled_V1_EntitlementPage

    package init(answer message: Entitled_V1_EntitlementView) throws(EntitledError) {
        self.init(
            entitlement: try Entitlement(answer: message.entitlement),
            status: try Reading.answer.named(message.status, "status"))
    }

    package var message: Entitled_V1_EntitlementView {
        .with {
            $0.entitlement = entitlement.message
            $0.status = .init(status)
        }
    }
}
