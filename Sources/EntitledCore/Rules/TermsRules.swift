/// What terms may say, and what they may refer to.
extension ServiceTerms {
    /// The most allocations that one entitlement may have.
    public static let maximumAllocations = 100

    /// - Parameter isComplete: whether nothing is left to a plan.
    func validate(field: String, isComplete: Bool = true) throws(EntitledError) {
        guard allocations.count <= Self.maximumAllocations else {
            throw .invalid(
                "\(field).allocations", "has \(allocations.count) entries",
                allowed: "1 to \(Self.maximumAllocations)")
        }
        var names: Set<String> = []
        for allocation in allocations {
            try allocation.validate(field: "\(field).allocations")
            guard names.insert(allocation.name).inserted else {
                throw .invalid(
                    "\(field).allocations.name", "'\(allocation.name)' occurs twice", allowed: "a name for each")
            }
        }
        guard !isHoursOnly || calendar != nil || !isComplete else {
            throw .invalid("\(field).hours_only", "is set without a calendar", allowed: "with a calendar")
        }
        if let renewalNoticeDays, !(0...3_660).contains(renewalNoticeDays) {
            throw .invalid("\(field).renewal_notice_days", "is \(renewalNoticeDays)", allowed: "0 to 3660")
        }
        if let billing {
            guard (1...86_400).contains(billing.incrementSeconds) else {
                throw .invalid(
                    "\(field).billing.increment_seconds", "is \(billing.incrementSeconds)", allowed: "1 to 86400")
            }
            guard (0...86_400).contains(billing.minimumSeconds) else {
                throw .invalid(
                    "\(field).billing.minimum_seconds", "is \(billing.minimumSeconds)", allowed: "0 to 86400")
            }
        }
        try routing?.validate(field: "\(field).routing")
    }

    func addReferences(to needs: inout Needs) {
        needs.products.formUnion(products?.members ?? [])
        needs.channels.formUnion(channels?.members ?? [])
        if let serviceLevel { needs.serviceLevels.insert(serviceLevel) }
        if let calendar { needs.calendars.insert(calendar) }
        for allocation in allocations {
            needs.products.formUnion(allocation.products?.members ?? [])
            needs.channels.formUnion(allocation.channels?.members ?? [])
            needs.channels.formUnion(allocation.weights?.channels.map(\.channel) ?? [])
        }
    }

    func check(in facts: WorkingSet, field: String) throws(EntitledError) {
        try facts.check(products, channels, field: field)
        for allocation in allocations {
            try facts.check(allocation.products, allocation.channels, field: "\(field).allocations")
            for weight in allocation.weights?.channels ?? [] {
                try facts.check(channel: weight.channel, field: "\(field).allocations.weights.channels")
            }
        }
        if let serviceLevel, facts.serviceLevels[serviceLevel] == nil {
            throw .notFound("\(field).sla", serviceLevel.text)
        }
        if let calendar, facts.calendars[calendar] == nil { throw .notFound("\(field).calendar", calendar.text) }
    }

    /// What isn't said here is taken from a plan; allocations are taken if there are none.
    func filled(from plan: ServiceTerms) -> ServiceTerms {
        var filled = self
        filled.products = products ?? plan.products
        filled.channels = channels ?? plan.channels
        filled.serviceLevel = serviceLevel ?? plan.serviceLevel
        filled.calendar = calendar ?? plan.calendar
        filled.isHoursOnly = isHoursOnly || plan.isHoursOnly
        filled.routing = routing ?? plan.routing
        filled.renewalNoticeDays = renewalNoticeDays ?? plan.renewalNoticeDays
        filled.billing = billing ?? plan.billing
        if allocations.isEmpty {
            filled.allocations = plan.allocations
            filled.exhaustionPolicy = plan.exhaustionPolicy
        }
        return filled
    }
}

extension Routing {
    fileprivate func validate(field: String) throws(EntitledError) {
        if let queue { try TextRule.label.check(queue, field: "\(field).queue") }
        if let manager { try TextRule.label.check(manager, field: "\(field).manager") }
        guard skills.count <= 20 else {
            throw .invalid("\(field).skills", "has \(skills.count) entries", allowed: "at most 20")
        }
        for skill in skills { try TextRule.label.check(skill, field: "\(field).skills") }
    }
}

extension AllocationTerms {
    fileprivate func validate(field: String) throws(EntitledError) {
        try TextRule.label.check(name, field: "\(field).name")
        if let quantity = kind.quantity, !(1...Self.maximumQuantity).contains(quantity) {
            throw .invalid("\(field).quantity", "is \(quantity)", allowed: "1 to \(Self.maximumQuantity)")
        }
        if let period = kind.period, !Period.allowedLengths.contains(period.length) {
            throw .invalid("\(field).period.length", "is \(period.length)", allowed: "1 to 1000")
        }
        try kind.period?.anchor?.check(field: "\(field).period.anchor")
        try check(rolloverMaximum, "\(field).rollover_maximum", needs: kind.period != nil, "a pool with periods")
        try check(carryMaximum, "\(field).carry_maximum", needs: kind.quantity != nil, "a counted pool")
        try check(holdSeconds, "\(field).hold_seconds", needs: kind.unit == .second, "a pool of seconds")
        if let overageLimit {
            try check(overageLimit, "\(field).overage_limit", needs: kind.quantity != nil, "a counted pool")
        }
        let points: [ConsumptionPoint] = kind.unit == .case ? [.creation, .resolution] : [.work]
        guard points.contains(consumptionPoint) else {
            throw .invalid(
                "\(field).consumption", "is \(consumptionPoint.name)",
                allowed: points.map(\.name).joined(separator: ", "))
        }
        try weights?.validate(wholeOnly: kind.unit == .case, field: "\(field).weights")
    }

    private func check(
        _ amount: Int64, _ field: String, needs isAllowed: Bool, _ what: String
    ) throws(EntitledError) {
        guard (0...Self.maximumQuantity).contains(amount), isAllowed || amount == 0 else {
            throw .invalid(field, "is \(amount)", allowed: "0 to \(Self.maximumQuantity), in \(what)")
        }
    }
}

extension Weights {
    fileprivate func validate(wholeOnly: Bool, field: String) throws(EntitledError) {
        guard Set(channels.map(\.channel)).count == channels.count, channels.count <= 100 else {
            throw .invalid("\(field).channels", "names a channel twice", allowed: "each once, at most 100")
        }
        guard Set(priorities.map(\.priority)).count == priorities.count else {
            throw .invalid("\(field).priorities", "names a priority twice", allowed: "each once")
        }
        let factors = channels.map(\.factor) + priorities.map(\.factor) + (outOfHours.map { [$0] } ?? [])
        guard !wholeOnly || factors.allSatisfy(\.isWhole) else {
            throw .invalid("\(field).factor", "has a fraction", allowed: "whole numbers where cases are counted")
        }
    }
}

extension EntitlementTerms {
    /// How many units can be sold.
    public static let allowedQuantities: ClosedRange<Int64> = 1...1_000_000

    /// - Parameter isComplete: whether nothing is left to a plan.
    func validate(isComplete: Bool) throws(EntitledError) {
        try startDay.check(field: "terms.start_day")
        try endDay?.check(field: "terms.end_day")
        try renewalDay?.check(field: "terms.renewal_day")
        if let endDay, endDay < startDay {
            throw .invalid(
                "terms.end_day", "\(endDay) is before the start \(startDay)", allowed: "the start day or later")
        }
        guard Self.allowedQuantities.contains(quantity) else {
            throw .invalid("terms.quantity", "is \(quantity)", allowed: "1 to 1000000")
        }
        guard !service.allocations.isEmpty || (plan != nil && !isComplete) else {
            throw .invalid(
                "terms.service.allocations", "has 0 entries",
                allowed: "1 to \(ServiceTerms.maximumAllocations), or those of a plan")
        }
        try service.validate(field: "terms.service", isComplete: isComplete)
        for allocation in service.allocations {
            guard self.quantity(of: allocation) ?? 1 <= AllocationTerms.maximumQuantity else {
                throw .invalid(
                    "terms.quantity", "times the quantity of '\(allocation.name)' is too much",
                    allowed: "at most \(AllocationTerms.maximumQuantity) together")
            }
        }
    }

    func addReferences(to needs: inout Needs) {
        needs.customers.insert(customer)
        needs.customers.formUnion(contacts?.members ?? [])
        needs.assets.formUnion(assets?.members ?? [])
        if let plan { needs.plans.insert(plan) }
        if let contract { needs.contracts.insert(contract) }
        service.addReferences(to: &needs)
    }

    func check(in facts: WorkingSet) throws(EntitledError) {
        guard let record = facts.customers[customer] else { throw .notFound("terms.customer", customer.text) }
        guard !servesDescendants || record.kind == .account else {
            throw .invalid("terms.serves_descendants", "is set for a contact", allowed: "true for accounts only")
        }
        try facts.check(assets, field: "terms.assets")
        if let plan, facts.plans[plan] == nil { throw .notFound("terms.plan", plan.text) }
        if let contract, facts.contracts[contract] == nil { throw .notFound("terms.contract", contract.text) }
        try service.check(in: facts, field: "terms.service")
        try facts.check(contacts, of: self, field: "terms.contacts")
    }

    /// What isn't said here is taken from the plan that they name.
    func filled(in facts: WorkingSet) -> EntitlementTerms {
        guard let plan = plan.flatMap({ facts.plans[$0] }) else { return self }
        var filled = self
        filled.service = service.filled(from: plan.service)
        if endDay == nil, let months = plan.months {
            filled.endDay = startDay.advanced(months: Int64(months)).advanced(days: -1)
        }
        return filled
    }
}

/// Whether what terms are limited to exists.
extension WorkingSet {
    func check(
        _ products: Scope<ProductID>?, _ channels: Scope<ChannelID>?, field: String
    ) throws(EntitledError) {
        for product in products?.members ?? [] where self.products[product] == nil {
            throw .notFound("\(field).products", product.text)
        }
        for channel in channels?.members ?? [] { try check(channel: channel, field: "\(field).channels") }
    }

    func check(_ assets: Scope<AssetID>?, field: String) throws(EntitledError) {
        for asset in assets?.members ?? [] where self.assets[asset] == nil { throw .notFound(field, asset.text) }
    }

    func check(
        _ contacts: Scope<CustomerID>?, of terms: EntitlementTerms, field: String
    ) throws(EntitledError) {
        for contact in contacts?.members ?? [] {
            guard let record = customers[contact] else { throw .notFound(field, contact.text) }
            let line = line(of: contact)
            let serves = terms.servesDescendants ? line[...] : line.prefix(2)
            guard record.kind == .contact, serves.contains(where: { $0.id == terms.customer }) else {
                throw .invalid(
                    field, "'\(contact)' is no contact whom the entitlement serves",
                    allowed: "contacts of the entitlement's customer")
            }
        }
    }
}
