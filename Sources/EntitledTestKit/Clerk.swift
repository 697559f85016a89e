package import EntitledCore
package import EntitledService

/// Gives commands to a store one by one, as a batch of one each: for tests of what commands do, without lanes or doors.
package struct Clerk: Sendable {
    package let store: any Store
    package let tenant: TenantSlug
    package let actor: String

    package init(_ store: any Store, tenant: TenantSlug, actor: String = "clerk") {
        self.store = store
        self.tenant = tenant
        self.actor = actor
    }

    /// - Throws: ``EntitledError``, ``UnlockedFacts``, ``StoreError``.
    @discardableResult
    package func perform<C: DecidableCommand>(_ command: C, id: RequestID = RequestID()) async throws -> Reply<C.Answer>
    {
        try command.validate()
        var needs = Needs()
        command.add(to: &needs)
        needs.requests.insert(id)
        let envelope = Envelope(request: id, command: command, actor: actor)
        let committed = try await store.transact(tenant, needs) { facts in
            Result { try facts.perform(command, envelope) }
        }
        return try committed.value.get().reply(base: committed.firstJournalNumber)
    }

    /// - Throws: ``EntitledError``, ``StoreError``.
    package func ask<Q: FactsQuery>(_ query: Q) async throws -> Q.Answer {
        var needs = Needs()
        query.add(to: &needs)
        return try await store.read(tenant, needs) { facts in Result { try query.answer(from: facts) } }.get()
    }
}

// MARK: - Short forms

extension Clerk {
    /// An account, or a contact of `account`.
    package func customer(_ id: String, under parent: String? = nil, contact: Bool = false) async throws {
        try await perform(
            AddCustomer(
                id: CustomerID(id), kind: contact ? .contact : .account, parent: try parent.map { try CustomerID($0) }))
    }

    package func product(_ id: String, family: String? = nil) async throws {
        try await perform(AddProduct(id: ProductID(id), family: try family.map { try ProductID($0) }))
    }

    /// An entitlement in force.
    package func entitlement(_ id: String, _ terms: EntitlementTerms) async throws {
        try await perform(AddEntitlement(id: EntitlementID(id), terms: terms))
        try await perform(ActivateEntitlement(id: EntitlementID(id)))
    }

    package func open(
        _ id: String, customer: String, product: String? = nil, channel: String? = nil, request: RequestID = RequestID()
    ) async throws -> Reply<CaseDecision> {
        try await perform(
            OpenCase(id: CaseID(id), try Inquiry(customer, product: product, channel: channel)), id: request)
    }
}

extension Inquiry {
    package init(
        _ customer: String, product: String? = nil, channel: String? = nil, entitlement: String? = nil
    ) throws {
        self.init(
            customer: try CustomerID(customer), product: try product.map { try ProductID($0) },
            channel: try channel.map { try ChannelID($0) }, entitlement: try entitlement.map { try EntitlementID($0) })
    }
}

extension EntitlementTerms {
    /// Terms with everything left open but what a test is about: in force since 2020 in UTC.
    package init(
        for customer: String, cases: Int64?, descendants: Bool = false, products: [String] = [],
        channels: [String] = [], contacts: [String] = [], from start: String = "2020-01-01", until end: String? = nil,
        zone: String? = nil, priority: Int32? = nil
    ) throws {
        func scope<Record>(_ ids: [String]) throws -> Scope<Identifier<Record>>? {
            ids.isEmpty ? nil : try Scope(ids.map { try Identifier<Record>($0) })
        }
        guard let startDay = CalendarDay(start) else { throw EntitledError.invalid("start", start, allowed: "a day") }
        self.init(
            customer: try CustomerID(customer), servesDescendants: descendants, products: try scope(products),
            channels: try scope(channels), contacts: try scope(contacts), startDay: startDay,
            endDay: end.flatMap { CalendarDay($0) }, timeZone: try zone.map { try Zone($0) }, priority: priority,
            allocations: [AllocationTerms(kind: cases.map { .perIncident(cases: $0) } ?? .unlimited)])
    }
}
