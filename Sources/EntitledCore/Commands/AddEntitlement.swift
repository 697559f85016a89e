/// Writes down an entitlement as a draft. It covers nothing until ``ActivateEntitlement``.
public struct AddEntitlement: Command {
    public typealias Answer = Entitlement
    public static let method = Method.addEntitlement

    public var id: EntitlementID
    public var terms: EntitlementTerms

    public init(id: EntitlementID, terms: EntitlementTerms) {
        self.id = id
        self.terms = terms
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, id)
        encoder.field(2, terms.customer)
        encoder.field(3, terms.servesDescendants)
        encoder.field(4, terms.products)
        encoder.field(5, terms.channels)
        encoder.field(6, terms.contacts)
        encoder.field(7, terms.startDay.daysSince1970)
        encoder.field(8, terms.endDay?.daysSince1970)
        encoder.field(9, terms.timeZone?.name)
        encoder.field(10, terms.priority)
        encoder.field(11, terms.exhaustionPolicy.rawValue)
        for allocation in terms.allocations {
            encoder.field(12) { inner in
                inner.field(1, allocation.name)
                switch allocation.kind {
                case .perIncident(let cases): inner.field(2, cases)
                case .unlimited: inner.field(3, true)
                }
            }
        }
    }
}

extension AddEntitlement: DecidableCommand {
    package func validate() throws(EntitledError) {
        try terms.validate()
    }

    package func add(to needs: inout Needs) {
        needs.entitlements.insert(id)
        needs.customers.insert(terms.customer)
        needs.customers.formUnion(terms.contacts?.members ?? [])
        needs.products.formUnion(terms.products?.members ?? [])
        needs.channels.formUnion(terms.channels?.members ?? [])
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Entitlement {
        guard facts.entitlements[id] == nil else { throw EntitledError.alreadyExists("id", id.text) }
        try checkReferences(in: facts)
        let entitlement = Entitlement(
            id: id, terms: terms, state: .draft,
            allocations: terms.allocations.map { Allocation(terms: $0, grants: []) })
        let detail = try Detail.encode(entitlement)
        facts.insert(entitlement)
        facts.record(
            JournalEntry(
                event: .entitlementDrafted, actor: actor, occurredAt: facts.now, customer: terms.customer,
                entitlement: id, detail: detail))
        return entitlement
    }

    private func checkReferences(in facts: WorkingSet) throws(EntitledError) {
        guard let customer = facts.customers[terms.customer] else {
            throw .notFound("terms.customer", terms.customer.text)
        }
        guard !terms.servesDescendants || customer.kind == .account else {
            throw .invalid("terms.serves_descendants", "is set for a contact", allowed: "true for accounts only")
        }
        for product in terms.products?.members ?? [] where facts.products[product] == nil {
            throw .notFound("terms.products", product.text)
        }
        for channel in terms.channels?.members ?? [] {
            try facts.check(channel: channel, field: "terms.channels")
        }
        for contact in terms.contacts?.members ?? [] {
            guard let record = facts.customers[contact] else { throw .notFound("terms.contacts", contact.text) }
            let line = facts.line(of: contact)
            let serves = terms.servesDescendants ? line[...] : line.prefix(2)
            guard record.kind == .contact, serves.contains(terms.customer) else {
                throw .invalid(
                    "terms.contacts", "'\(contact)' is no contact whom the entitlement serves",
                    allowed: "contacts of the entitlement's customer")
            }
        }
    }

    package static func answer(from entry: JournalEntry) throws -> Entitlement {
        try Detail.decode(Entitlement.self, from: entry)
    }
}

extension EntitlementTerms {
    /// The most allocations that one entitlement may have.
    public static let maximumAllocations = 100

    func validate() throws(EntitledError) {
        if let endDay, endDay < startDay {
            throw .invalid(
                "terms.end_day", "\(endDay) is before the start \(startDay)", allowed: "the start day or later")
        }
        guard (1...Self.maximumAllocations).contains(allocations.count) else {
            throw .invalid(
                "terms.allocations", "has \(allocations.count) entries", allowed: "1 to \(Self.maximumAllocations)")
        }
        var names: Set<String> = []
        for allocation in allocations {
            try TextRule.label.check(allocation.name, field: "terms.allocations.name")
            guard names.insert(allocation.name).inserted else {
                throw .invalid(
                    "terms.allocations.name", "'\(allocation.name)' occurs twice", allowed: "a name for each")
            }
            if case .perIncident(let cases) = allocation.kind,
                !(1...AllocationTerms.maximumQuantity).contains(cases)
            {
                throw .invalid(
                    "terms.allocations.cases", "is \(cases)", allowed: "1 to \(AllocationTerms.maximumQuantity)")
            }
        }
    }
}
