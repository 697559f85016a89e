import EntitledCore
import EntitledTestKit

/// The product's core over plain dictionaries: loads for a batch what it needs, and keeps of it what its changes name.
struct ProductRun {
    /// A call with its request id, and what came of it.
    struct Asked {
        var call: Workload.Call
        var request: RequestID
    }

    struct Reply: Equatable {
        var answer: Result<AnyHashable, EntitledError>
        var isRepeated = false
        /// Whether the same request gets the same answer for ever.
        var isRemembered = false
    }

    let zone: Zone
    private(set) var entitlements: [EntitlementID: Entitlement] = [:]
    private(set) var journal: [JournalEntry] = []
    /// Calls that had to be decided again, in a batch of their own, since a lock was missing.
    private(set) var deferrals = 0
    private var catalogue = Catalogue()
    private var settings = Settings()
    private var cases: [CaseID: Case] = [:]
    private var decided: [RequestID: Decided] = [:]

    init(_ world: WorkloadWorld) throws {
        zone = world.zone
        for (index, command) in world.setup.enumerated() {
            try perform(command, RequestID(number: UInt64.max - UInt64(index)), at: Instant(seconds: 0))
        }
    }

    /// Decides calls in one batch, or in as many as locks that turn out to be missing demand.
    mutating func perform(_ calls: [Asked], at now: Instant, isDryRun: Bool = false) -> [Reply] {
        var needs = Needs()
        for asked in calls { asked.addNeeds(to: &needs) }
        var facts = facts(for: needs, at: now)
        var replies: [Reply] = []
        for asked in calls {
            while true {
                do {
                    replies.append(try Self.reply(to: asked, in: &facts, isDryRun: isDryRun))
                } catch let missing as UnlockedFacts {
                    precondition(!missing.entitlements.isSubset(of: needs.entitlements), "asks for what it holds")
                    deferrals += 1
                    commit(facts)
                    needs.entitlements.formUnion(missing.entitlements)
                    facts = self.facts(for: needs, at: now)
                    continue
                } catch {
                    let known = error as? EntitledError
                    replies.append(Reply(answer: .failure(known ?? EntitledError(.internalError, "\(error)"))))
                }
                break
            }
        }
        commit(facts)
        return replies
    }

    mutating func perform(_ asked: Asked, at now: Instant, isDryRun: Bool = false) -> Reply {
        perform([asked], at: now, isDryRun: isDryRun)[0]
    }

    private mutating func perform(_ command: any DecidableCommand, _ id: RequestID, at now: Instant) throws {
        var facts = facts(for: Needs(), at: now)
        _ = try Self.decide(command, id, in: &facts, isDryRun: false)
        commit(facts)
    }

    private static func reply(to asked: Asked, in facts: inout WorkingSet, isDryRun: Bool) throws -> Reply {
        if case .check(let check) = asked.call { return Reply(answer: .success(try check.answer(from: facts))) }
        guard let command = asked.call.command else { preconditionFailure("neither a command nor a check") }
        return try decide(command, asked.request, in: &facts, isDryRun: isDryRun)
    }

    private static func decide<C: DecidableCommand>(
        _ command: C, _ request: RequestID, in facts: inout WorkingSet, isDryRun: Bool
    ) throws -> Reply {
        try command.validate()
        let envelope = Envelope(request: request, command: command, actor: "workload", isDryRun: isDryRun)
        let outcome = try facts.perform(command, envelope)
        return Reply(
            answer: .success(outcome.answer), isRepeated: outcome.isRepeated, isRemembered: outcome.position != nil)
    }

    /// An entitlement as a reader sees it.
    func views(at now: Instant) -> [EntitlementView] {
        let facts = WorkingSet(
            now: now, zone: zone, settings: settings, catalogue: catalogue, entitlements: Array(entitlements.values))
        return entitlements.keys.sorted().compactMap { try? GetEntitlement(id: $0).answer(from: facts) }
    }

    /// Keeps what a reader sees: what a decision about each entitlement would have left.
    mutating func look(at now: Instant) {
        for view in views(at: now) { entitlements[view.entitlement.id] = view.entitlement }
    }
}

// MARK: - Storing

extension ProductRun {
    private func facts(for needs: Needs, at now: Instant) -> WorkingSet {
        let owners = Set(needs.candidates.flatMap(line(of:)))
        var loaded = needs.entitlements
        loaded.formUnion(entitlements.values.filter { owners.contains($0.terms.customer) }.map(\.id))
        let locked = loaded
        loaded.formUnion(owners.compactMap { catalogue.customers[$0]?.defaultEntitlement })
        if let id = settings.defaultEntitlement { loaded.insert(id) }
        var left = Array(loaded)
        while let id = left.popLast() {
            guard let predecessor = entitlements[id]?.life.carriesFrom, loaded.insert(predecessor).inserted else {
                continue
            }
            left.append(predecessor)
        }
        return WorkingSet(
            now: now, zone: zone, settings: settings, catalogue: catalogue,
            entitlements: loaded.sorted().compactMap { entitlements[$0] }, locked: locked,
            cases: needs.cases.compactMap { cases[$0] }, decided: decided.filter { needs.requests.contains($0.key) })
    }

    private func line(of customer: CustomerID) -> [CustomerID] {
        [customer] + (catalogue.customers[customer]?.parent.map(line(of:)) ?? [])
    }

    private mutating func commit(_ facts: WorkingSet) {
        let changes = facts.changes
        for records in [changes.added, changes.replaced] {
            catalogue.customers.merge(records.customers) { $1 }
            catalogue.products.merge(records.products) { $1 }
            catalogue.assets.merge(records.assets) { $1 }
            catalogue.calendars.merge(records.calendars) { $1 }
        }
        if let changed = changes.settings { settings = changed }
        for id in changes.deleted { entitlements[id] = nil }
        for id in changes.entitlements {
            guard let written = facts.entitlements[id] else { continue }
            let stored = entitlements[id]?.allocations ?? []
            entitlements[id] = Entitlement(
                id: id, version: written.version, state: written.state, terms: written.terms, life: written.life,
                allocations: written.terms.service.allocations.map { terms in
                    Allocation(terms: terms, grants: stored.first { $0.name == terms.name }?.grants ?? [])
                })
        }
        for key in changes.newGrants.union(changes.grants).sorted() { store(key, facts) }
        for opened in changes.cases { cases[opened.id] = opened }
        for decision in changes.decisions {
            let last = changes.entries[decision.entries.upperBound - 1]
            decided[decision.request] = Decided(
                fingerprint: decision.fingerprint, entry: last,
                position: .number(Int64(journal.count + decision.entries.upperBound)))
        }
        journal += changes.entries
    }

    private mutating func store(_ key: GrantKey, _ facts: WorkingSet) {
        guard let written = facts.entitlements[key.entitlement], let stored = entitlements[key.entitlement],
            let index = written.allocations.firstIndex(where: { $0.name == key.allocation }),
            let grant = written.allocations[index].grants.first(where: { $0.number == key.grant })
        else { preconditionFailure("\(key) is named as changed, but isn't there") }
        var allocation = stored.allocations[index]
        allocation.grants.removeAll { $0.number == key.grant }
        allocation.grants.append(grant)
        allocation.grants.sort { $0.number < $1.number }
        entitlements[key.entitlement]?.allocations[index] = allocation
    }
}

extension ProductRun.Asked {
    fileprivate func addNeeds(to needs: inout Needs) {
        switch call {
        case .check(let check): check.add(to: &needs)
        case .add, .update, .delete, .activate, .suspend, .resume, .cancel, .amend, .renew, .grant, .open, .settings,
            .customer:
            call.command?.add(to: &needs)
            needs.requests.insert(request)
        }
    }
}

extension RequestID {
    /// The same in every run.
    init(number: UInt64) {
        let bytes = (0..<16).map { $0 < 8 ? 0 : UInt8(truncatingIfNeeded: number >> UInt64((15 - $0) * 8)) }
        guard let id = try? RequestID(bytes: bytes) else { preconditionFailure("16 bytes are no request id") }
        self = id
    }
}
