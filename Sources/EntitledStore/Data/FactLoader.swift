import EntitledCore
import EntitledPostgres
import EntitledService

/// Turns what a batch needs into the statements that lock and load it, and their answers into a working set.
struct FactLoader {
    /// How long after its last day an entitlement is still locked for decisions: the widest time zone and more, so that
    /// clocks and zones never matter here. What the rules say of its end is decided later, exactly.
    private static let lockedDaysAfterEnd: Int32 = 2

    let needs: Needs
    /// Whether rows are locked; a read takes no lock.
    let locks: Bool

    private enum Step {
        case lockStructure, lockEntitlements, clock, decided, customers, products, channels, entitlements, cases
    }

    private var plan: [(Step, PipelineStep)] {
        var plan: [(Step, PipelineStep)] = []
        let customers = needs.customers.union(needs.candidates)
        let wantsEntitlements = !needs.candidates.isEmpty || !needs.entitlements.isEmpty
        if locks && needs.structure { plan.append((.lockStructure, PipelineStep(Statements.lockStructure))) }
        if locks && wantsEntitlements {
            plan.append(
                (.lockEntitlements, PipelineStep(Statements.lockEntitlements, entitlementParameters(withDay: true))))
        }
        plan.append((.clock, PipelineStep(Statements.loadClock)))
        if !needs.requests.isEmpty {
            var parameters = Parameters()
            parameters.append(uuids: needs.requests.map(\.bytes))
            plan.append((.decided, PipelineStep(Statements.loadDecided, parameters)))
        }
        func add<Record>(_ step: Step, _ statement: Statement, _ ids: Set<Identifier<Record>>) {
            guard !ids.isEmpty else { return }
            var parameters = Parameters()
            parameters.append(texts: ids.map(\.text))
            plan.append((step, PipelineStep(statement, parameters)))
        }
        add(.customers, Statements.loadCustomers, customers)
        add(.products, Statements.loadProducts, needs.products)
        add(.channels, Statements.loadChannels, needs.channels.subtracting(Channel.standard))
        if wantsEntitlements {
            plan.append(
                (.entitlements, PipelineStep(Statements.loadEntitlements, entitlementParameters(withDay: false))))
        }
        add(.cases, Statements.loadCases, needs.cases)
        return plan
    }

    private func entitlementParameters(withDay: Bool) -> Parameters {
        var parameters = Parameters()
        parameters.append(texts: needs.candidates.map(\.text))
        parameters.append(texts: needs.entitlements.map(\.text))
        if withDay {
            // The server's own clock will do: the day only bounds what is locked.
            let today = Zone.utc.day(at: .systemNow)
            parameters.append(date: today.daysSince1970 - Self.lockedDaysAfterEnd)
        }
        return parameters
    }

    /// Locks and loads in one round trip, which is also the transaction's last if nothing is locked.
    func load(_ transaction: TenantTransaction) throws -> WorkingSet {
        let plan = plan
        let steps = plan.map(\.1)
        let answers = locks ? try transaction.flush(steps) : try transaction.commit(steps)
        var now = Instant(microseconds: 0)
        var zone = Zone.utc
        var decided: [RequestID: Decided] = [:]
        var customers: [Customer] = []
        var products: [Product] = []
        var channels: [Channel] = []
        var entitlements: [Entitlement] = []
        var locked: Set<EntitlementID> = []
        var cases: [Case] = []
        for ((step, _), rows) in zip(plan, answers) {
            switch step {
            case .lockStructure: break
            case .lockEntitlements: locked = Set(try rows.map { EntitlementID(stored: try $0.text(0)) })
            case .clock:
                let row = try rows.only()
                now = Instant(microseconds: try row.timestamp(0))
                // Without a zone no day has a beginning: better no answer than a wrong one.
                guard let name = try row.optionalText(1) else {
                    throw StoreError(.tenantUnavailable, "the tenant has no time zone")
                }
                zone = Zone(stored: name)
            case .decided: decided = try RowReading.decided(rows)
            case .customers: customers = try rows.map(RowReading.customer)
            case .products: products = try rows.map(RowReading.product)
            case .channels: channels = try rows.map(RowReading.channel)
            case .entitlements: entitlements = try RowReading.entitlements(rows)
            case .cases: cases = try RowReading.cases(rows)
            }
        }
        return WorkingSet(
            now: now, zone: zone, customers: customers, products: products, channels: channels,
            entitlements: entitlements, locked: locked, cases: cases, decided: decided)
    }
}
