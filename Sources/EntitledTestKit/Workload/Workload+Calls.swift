import EntitledCore
import EntitledDevelopment

/// What a workload's callers ask.
extension Workload {
    private enum Kind {
        case add, update, delete, activate, suspend, resume, cancel, amend, renew, grant, open, check, settings,
            customer
    }

    private static let weights: [(weight: Int, element: Kind)] = [
        (7, .add), (2, .update), (2, .delete), (11, .activate), (2, .suspend), (3, .resume), (3, .cancel), (9, .amend),
        (5, .renew), (4, .grant), (36, .open), (16, .check), (2, .settings), (2, .customer),
    ]
    /// So many that aren't over yet make lists of candidates that are long enough.
    private static let enough = 12

    /// What is asked next, without any time passing before.
    package mutating func call() -> Call {
        guard known.count >= 3 else { return .add(AddEntitlement(id: newID(), terms: terms())) }
        switch random.pick(weighted: Self.weights) {
        case .add: return .add(addition())
        case .update:
            // What renews another one keeps its start and its pools.
            let id = target(.draft) { $0.life.predecessor == nil }
            return .update(
                UpdateEntitlement(id: id, terms: terms(for: known.first { $0.id == id }?.terms.customer)))
        case .delete: return .delete(DeleteEntitlement(id: target(.draft)))
        case .activate: return .activate(ActivateEntitlement(id: target(.draft)))
        case .suspend: return .suspend(SuspendEntitlement(id: target(.active), reason: "unpaid"))
        case .resume: return .resume(ResumeEntitlement(id: target(.suspended)))
        case .cancel: return .cancel(cancellation())
        case .amend: return .amend(amendment())
        case .renew:
            let isDraft = random.chance(25)
            return .renew(
                RenewEntitlement(id: target(.active, .expired, .cancelled), successor: newID(), asDraft: isDraft))
        case .grant: return .grant(topUp())
        case .open:
            if cases == 0 || random.chance(95) { cases += 1 }
            return .open(OpenCase(id: CaseID(stored: "case-\(cases)"), inquiry()))
        case .check:
            return .check(
                CheckCase(inquiry(), at: random.chance(45) ? earlierInstant() : nil, explains: random.chance(50)))
        case .settings: return .settings(UpdateSettings(newSettings()))
        case .customer:
            var customer = customers[Int.random(in: 0..<customers.count, using: &random)]
            customer.defaultEntitlement = random.chance(40) ? target(.active) : nil
            return .customer(UpdateRecord(customer))
        }
    }

    /// A new id; rarely one that is taken.
    private mutating func newID() -> EntitlementID {
        if random.chance(3), let taken = random.pick(known) { return taken.id }
        made += 1
        return EntitlementID(stored: "e-\(made)")
    }

    /// An entitlement of one of these statuses, if there is one, or rarely any.
    private mutating func target(
        _ wanted: EntitlementStatus..., where isWanted: (Entitlement) -> Bool = { _ in true }
    ) -> EntitlementID {
        let fitting = known.filter {
            wanted.contains($0.status(at: now, zone: world.zone)) && isWanted($0)
        }
        let others = known.filter(isWanted)
        let found = random.chance(85) ? random.pick(fitting) ?? random.pick(others) : random.pick(others)
        return found?.id ?? EntitlementID(stored: "missing")
    }

    private mutating func addition() -> AddEntitlement {
        guard live < Self.enough || random.chance(10) else {
            return AddEntitlement(id: known[Int.random(in: 0..<known.count, using: &random)].id, terms: terms())
        }
        return AddEntitlement(id: newID(), terms: terms())
    }

    private var live: Int {
        known.count { entitlement in
            switch entitlement.status(at: now, zone: world.zone) {
            case .draft, .waiting, .active, .suspended: true
            case .expired, .cancelled, .renewed: false
            }
        }
    }

    private mutating func cancellation() -> CancelEntitlement {
        let id = target(.draft, .waiting, .active, .suspended)
        // A successor that was to start when this one ends would overlap with a later end, and one that was never to
        // start would come back.
        let isArranged = known.contains { $0.id == id && $0.life.predecessor != nil && $0.life.cancelledAt != nil }
        let day = random.chance(50) && !renewed.contains(id) && !isArranged ? day(-1...30, in: nil) : nil
        return CancelEntitlement(id: id, reason: "by the workload", on: day)
    }

    private mutating func topUp() -> AddGrant {
        let id = target(.waiting, .active, .suspended)
        let pools = known.first { $0.id == id }?.terms.service.allocations ?? []
        let pool = random.pick(pools)
        let most: Int64 = pool?.kind.unit == .second ? 7_200 : 4
        let startDay = random.chance(30) ? day(-5...20, in: nil) : nil
        let endDay = random.chance(60) ? day(-1...40, in: nil) : nil
        return AddGrant(
            entitlement: id, allocation: pool?.name ?? "main", quantity: Int64.random(in: 1...most, using: &random),
            startDay: startDay, endDay: endDay.map { max($0, startDay ?? $0) },
            priority: Int32(random.pick(weighted: [(4, 0), (1, -1), (1, 1)])))
    }

    private mutating func newSettings() -> Settings {
        var changed = settings
        changed.fallsThrough = random.chance(70)
        changed.closingDays = Int32(random.pick(weighted: [(1, 0), (1, 3), (2, 10), (1, 40)]))
        changed.defaultEntitlement = random.chance(40) ? target(.active) : nil
        return changed
    }

    private mutating func amendment() -> AmendEntitlement {
        let id = target(.waiting, .active)
        let at = random.chance(30) ? laterInstantToArrange() : nil
        guard let entitlement = known.first(where: { $0.id == id }) else {
            return AmendEntitlement(id: id, Amendment(quantity: 2), at: at)
        }
        return AmendEntitlement(id: id, amendment(of: entitlement), at: at)
    }

    private mutating func amendment(of entitlement: Entitlement) -> Amendment {
        let terms = entitlement.terms
        var amendment = Amendment(isInFull: random.chance(20))
        let counted = terms.service.allocations.filter { $0.kind.quantity != nil }
        if random.chance(75), let pool = random.pick(counted) {
            let most: Int64 = pool.kind.unit == .second ? 20_000 : 12
            amendment.allocations = [.init(name: pool.name, quantity: Int64.random(in: 1...most, using: &random))]
        }
        if random.chance(15) { amendment.quantity = Int64.random(in: 1...3, using: &random) }
        if random.chance(15) { amendment.products = change(scope(world.products.map(\.id), percent: 60)) }
        if random.chance(15) { amendment.channels = change(scope(WorkloadWorld.channels, percent: 60)) }
        if random.chance(5) { amendment.assets = change(scope(world.assets.map(\.id), percent: 50)) }
        if random.chance(5) {
            let served = world.contacts(servedBy: terms.customer, descendants: terms.servesDescendants)
            amendment.contacts = change(scope(served, percent: 50))
        }
        // A successor doesn't start before its predecessor ends.
        if random.chance(entitlement.status(at: now, zone: world.zone) == .waiting ? 40 : 3) {
            let later = terms.startDay.advanced(days: Int.random(in: 0...20, using: &random))
            amendment.startDay = entitlement.life.predecessor == nil ? day(-2...15, in: terms.timeZone) : later
        }
        if random.chance(20), !renewed.contains(entitlement.id) || entitlement.life.renewedAt != nil {
            amendment.endDay = random.chance(90) ? .set(to: day(-1...90, in: terms.timeZone)) : .clear
        }
        if amendment == Amendment(isInFull: amendment.isInFull) { amendment.quantity = terms.quantity }
        return amendment
    }

    private func change<Value>(_ value: Value?) -> Amendment.Change<Value> { value.map { .set(to: $0) } ?? .clear }

    /// A case; mostly one that an entitlement was sold for.
    private mutating func inquiry() -> Inquiry {
        let products = world.products.map(\.id)
        var inquiry = Inquiry(
            customer: customers[Int.random(in: 0..<customers.count, using: &random)].id,
            product: random.chance(80) ? random.pick(products) : nil,
            asset: random.chance(20) ? random.pick(world.assets)?.id : nil,
            channel: random.chance(90) ? random.pick(WorkloadWorld.channels) : nil,
            priority: random.chance(60) ? CasePriority(stored: Int16.random(in: 1...3, using: &random)) : nil)
        let active = known.filter { $0.status(at: now, zone: world.zone) == .active }
        // Mostly about the same few, so that they are used up.
        let wanted = random.chance(60) ? Array(active.prefix(4)) : random.chance(70) ? active : known
        if random.chance(85), let entitlement = random.pick(wanted) {
            let terms = entitlement.terms
            let served = world.contacts(servedBy: terms.customer, descendants: terms.servesDescendants)
            inquiry.customer = random.pick(terms.contacts?.members ?? served + [terms.customer]) ?? terms.customer
            if let family = random.pick(terms.service.products?.members ?? []) {
                inquiry.product = random.pick(world.products(below: family))
            }
            if let channel = random.pick(terms.service.channels?.members ?? []) { inquiry.channel = channel }
            inquiry.asset = random.pick(terms.assets?.members ?? [])
            if random.chance(15) { inquiry.entitlement = entitlement.id }
        }
        // An asset names its product; saying another one is a contradiction.
        if inquiry.asset != nil, random.chance(70) { inquiry.product = nil }
        return inquiry
    }
}
