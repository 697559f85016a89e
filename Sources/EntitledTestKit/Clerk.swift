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

    /// What a decision finds missing is named and locked, as a lane would do.
    /// - Parameter held: entitlements to lock beyond what the command names.
    /// - Throws: ``EntitledError``, ``StoreError``; ``UnlockedFacts`` if what is missing was named already.
    @discardableResult
    package func perform<C: DecidableCommand>(
        _ command: C, id: RequestID = RequestID(), isDryRun: Bool = false, holding held: Set<EntitlementID> = []
    ) async throws -> Reply<C.Answer> {
        try command.validate()
        var needs = Needs()
        command.add(to: &needs)
        needs.requests.insert(id)
        needs.entitlements.formUnion(held)
        let envelope = Envelope(request: id, command: command, actor: actor, isDryRun: isDryRun)
        let committed = try await store.transact(tenant, needs) { facts in
            Result { try facts.perform(command, envelope) }
        }
        do {
            return try committed.value.get().reply(base: committed.firstJournalNumber)
        } catch let missing as UnlockedFacts where !missing.entitlements.isSubset(of: held) {
            return try await perform(
                command, id: id, isDryRun: isDryRun, holding: held.union(missing.entitlements))
        }
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
    /// Adds a record of any kind.
    @discardableResult
    package func add<Record: StoredRecord>(_ record: Record) async throws -> Record {
        try await perform(AddRecord(record)).answer
    }

    /// An account, or a contact of `account`.
    package func customer(_ id: String, under parent: String? = nil, contact: Bool = false) async throws {
        try await add(
            Customer(
                id: CustomerID(id), kind: contact ? .contact : .account, parent: try parent.map { try CustomerID($0) }))
    }

    package func product(_ id: String, family: String? = nil) async throws {
        try await add(Product(id: ProductID(id), family: try family.map { try ProductID($0) }))
    }

    package func asset(_ id: String, of product: String) async throws {
        try await add(Asset(id: AssetID(id), product: ProductID(product)))
    }

    /// A calendar without any hours is never open.
    package func calendar(_ id: String, zone: Zone = .utc, hours: [WeeklyHours] = []) async throws {
        try await add(BusinessCalendar(id: CalendarID(id), timeZone: zone, hours: hours))
    }

    /// An entitlement in force.
    package func entitlement(_ id: String, _ terms: EntitlementTerms) async throws {
        try await perform(AddEntitlement(id: EntitlementID(id), terms: terms))
        try await perform(ActivateEntitlement(id: EntitlementID(id)))
    }

    package func view(_ entitlement: String) async throws -> EntitlementView {
        try await ask(GetEntitlement(id: EntitlementID(entitlement)))
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
        _ customer: String, product: String? = nil, asset: String? = nil, channel: String? = nil,
        priority: Int? = nil, entitlement: String? = nil
    ) throws {
        self.init(
            customer: try CustomerID(customer), product: try product.map { try ProductID($0) },
            asset: try asset.map { try AssetID($0) }, channel: try channel.map { try ChannelID($0) },
            priority: try priority.map { try CasePriority($0) },
            entitlement: try entitlement.map { try EntitlementID($0) })
    }
}

extension Scope {
    /// Nil covers everything.
    package static func of<Record>(_ ids: [String]) throws -> Scope? where Member == Identifier<Record> {
        ids.isEmpty ? nil : try Scope(ids.map { try Member($0) })
    }
}

extension EntitlementTerms {
    /// Terms with everything left open but what a test is about: in force since 2020 in UTC.
    package init(
        for customer: String, cases: Int64?, descendants: Bool = false, products: [String] = [],
        assets: [String] = [], channels: [String] = [], contacts: [String] = [], from start: String = "2020-01-01",
        until end: String? = nil, zone: String? = nil, priority: Int32? = nil, quantity: Int64 = 1
    ) throws {
        try self.init(
            for: customer, [AllocationTerms(kind: cases.map { .perIncident(cases: $0) } ?? .unlimited(unit: .case))],
            descendants: descendants, products: products, assets: assets, channels: channels, contacts: contacts,
            from: start, until: end, zone: zone, priority: priority, quantity: quantity)
    }

    /// The same with other allocations.
    package init(
        for customer: String, _ allocations: [AllocationTerms], descendants: Bool = false, products: [String] = [],
        assets: [String] = [], channels: [String] = [], contacts: [String] = [], from start: String = "2020-01-01",
        until end: String? = nil, zone: String? = nil, priority: Int32? = nil, quantity: Int64 = 1
    ) throws {
        guard let startDay = CalendarDay(start) else { throw EntitledError.invalid("start", start, allowed: "a day") }
        self.init(
            customer: try CustomerID(customer), servesDescendants: descendants, assets: try .of(assets),
            contacts: try .of(contacts), startDay: startDay, endDay: end.flatMap { CalendarDay($0) },
            timeZone: try zone.map { try Zone($0) }, priority: priority, quantity: quantity,
            service: ServiceTerms(
                products: try .of(products), channels: try .of(channels), allocations: allocations))
    }
}
