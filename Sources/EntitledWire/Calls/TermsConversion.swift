package import EntitledCore
import SwiftProtobuf

extension ServiceTerms: WireRecord {
    package init(_ message: Entitled_V1_ServiceTerms, by reading: Reading) throws(EntitledError) {
        self.init(
            products: try reading.scope(message.products, ifSet: message.hasProducts, "products"),
            channels: try reading.scope(message.channels, ifSet: message.hasChannels, "channels"),
            serviceLevel: try reading.id(message.sla, ifSet: message.hasSla, "sla"),
            calendar: try reading.id(message.calendar, ifSet: message.hasCalendar, "calendar"),
            isHoursOnly: message.hoursOnly,
            routing: try reading.value(message.routing, ifSet: message.hasRouting, "routing"),
            renewalNoticeDays: message.hasRenewalNoticeDays ? message.renewalNoticeDays : nil,
            billing: try reading.value(message.billing, ifSet: message.hasBilling, "billing"),
            allocations: try reading.values(message.allocations, "allocations"))
        if message.hasExhaustionPolicy {
            exhaustionPolicy = try reading.named(message.exhaustionPolicy, "exhaustion_policy")
        }
    }

    package var message: Entitled_V1_ServiceTerms {
        .with {
            if let products { $0.products = .init(products) }
            if let channels { $0.channels = .init(channels) }
            if let serviceLevel { $0.sla = serviceLevel.text }
            if let calendar { $0.calendar = calendar.text }
            $0.hoursOnly = isHoursOnly
            if let routing { $0.routing = routing.message }
            $0.exhaustionPolicy = .init(exhaustionPolicy)
            if let renewalNoticeDays { $0.renewalNoticeDays = renewalNoticeDays }
            if let billing { $0.billing = billing.message }
            $0.allocations = allocations.map(\.message)
        }
    }
}

extension Routing: WireRecord {
    package init(_ message: Entitled_V1_Routing, by reading: Reading) throws(EntitledError) {
        self.init(
            queue: message.hasQueue ? message.queue : nil, skills: message.skills,
            casePriority: try reading.casePriority(
                message.casePriority, ifSet: message.hasCasePriority, "case_priority"),
            manager: message.hasManager ? message.manager : nil)
    }

    package var message: Entitled_V1_Routing {
        .with {
            if let queue { $0.queue = queue }
            $0.skills = skills
            if let casePriority { $0.casePriority = Int32(casePriority.number) }
            if let manager { $0.manager = manager }
        }
    }
}

extension BillingIncrement: WireRecord {
    package init(_ message: Entitled_V1_BillingIncrement, by reading: Reading) throws(EntitledError) {
        self.init(
            incrementSeconds: try reading.amount(message.incrementSeconds, "increment_seconds"),
            minimumSeconds: try reading.amount(message.minimumSeconds, "minimum_seconds"))
    }

    package var message: Entitled_V1_BillingIncrement {
        .with { ($0.incrementSeconds, $0.minimumSeconds) = (incrementSeconds, minimumSeconds) }
    }
}

extension EntitlementTerms: WireRecord {
    package init(_ message: Entitled_V1_EntitlementTerms, by reading: Reading) throws(EntitledError) {
        try reading.require(message.hasStartDay, "start_day", allowed: Reading.allowedDays)
        self.init(
            customer: try reading.id(message.customer, "customer"), servesDescendants: message.servesDescendants,
            assets: try reading.scope(message.assets, ifSet: message.hasAssets, "assets"),
            contacts: try reading.scope(message.contacts, ifSet: message.hasContacts, "contacts"),
            startDay: try reading.day(message.startDay, "start_day"),
            endDay: try reading.day(message.endDay, ifSet: message.hasEndDay, "end_day"),
            renewalDay: try reading.day(message.renewalDay, ifSet: message.hasRenewalDay, "renewal_day"),
            timeZone: message.hasTimeZone ? try reading.zone(message.timeZone, "time_zone") : nil,
            priority: message.hasPriority ? message.priority : nil,
            plan: try reading.id(message.plan, ifSet: message.hasPlan, "plan"),
            contract: try reading.id(message.contract, ifSet: message.hasContract, "contract"),
            service: try reading.value(message.service, "service"))
        if message.hasQuantity { quantity = try reading.amount(message.quantity, "quantity", in: Reading.units) }
    }

    package var message: Entitled_V1_EntitlementTerms {
        .with {
            $0.customer = customer.text
            $0.servesDescendants = servesDescendants
            if let assets { $0.assets = .init(assets) }
            if let contacts { $0.contacts = .init(contacts) }
            $0.startDay = startDay.daysSince1970
            if let endDay { $0.endDay = endDay.daysSince1970 }
            if let renewalDay { $0.renewalDay = renewalDay.daysSince1970 }
            if let timeZone { $0.timeZone = timeZone.name }
            if let priority { $0.priority = priority }
            if let plan { $0.plan = plan.text }
            if let contract { $0.contract = contract.text }
            $0.quantity = quantity
            $0.service = service.message
        }
    }
}
