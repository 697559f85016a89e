import EntitledClient

/// An entitlement as JSON: its record, and the balances added up.
struct EntitlementRecord: Encodable {
    let status: EntitlementStatus
    let at: Instant
    let entitlement: Entitlement
    let balances: [PoolBalance]

    /// Amounts in the unit; nil amounts are those of unlimited allocations.
    struct PoolBalance: Encodable {
        let allocation: String
        let unit: AllocationUnit
        let total: Int64?
        let charged: Int64
        let held: Int64
        let remaining: Int64?
        let available: Int64?

        init(_ allocation: Allocation, _ balance: Balance) {
            self.allocation = allocation.name
            unit = allocation.terms.kind.unit
            total = balance.total
            charged = balance.charged
            held = balance.held
            remaining = balance.remaining
            available = balance.available
        }
    }

    init(_ view: EntitlementView) {
        status = view.status
        at = view.at
        entitlement = view.entitlement
        balances = view.pools.map(PoolBalance.init)
    }
}

extension EntitlementView {
    fileprivate var pools: [(Allocation, Balance)] { Array(zip(entitlement.allocations, balances)) }

    /// Status, terms, life, balances and grants; a draft's pools are only promised.
    var text: String {
        let hasGrants = entitlement.allocations.contains { !$0.grants.isEmpty }
        let promised = hasGrants ? [] : pools.map { ("[\($0.name)]", $1.text(of: $0, entitlement.terms)) }
        let lines = (entitlement.terms.details + entitlement.life.details).filter { !$0.1.isEmpty } + promised
        let facts = "\(entitlement.id) \(status.name), version \(entitlement.version)\n" + Lines.of(lines)
        return ([facts] + (hasGrants ? [balanceTable, grantTable] : [])).joined(separator: "\n\n")
    }

    private var balanceTable: String {
        var table = Table(
            ["pool", "unit", "total", "charged", "held", "remaining", "available"], rightAligned: [2, 3, 4, 5, 6])
        for (pool, balance) in pools {
            let unit = pool.terms.kind.unit
            let amounts = [balance.total, balance.charged, balance.held, balance.remaining, balance.available]
            table.add(
                [pool.name, unit == .case ? "cases" : "h:mm:ss"] + amounts.map { AmountText.column($0, of: unit) })
        }
        return table.text
    }

    /// Those that count now or later; what is over is in the journal, and in JSON.
    private var grantTable: String {
        var table = Table(
            ["pool", "grant", "origin", "from", "until", "priority", "quantity", "charged", "held", "available"],
            rightAligned: [1, 5, 6, 7, 8, 9])
        var past = 0
        for pool in entitlement.allocations {
            for grant in pool.grants {
                guard grant.until.map({ at < $0 }) ?? true else {
                    past += 1
                    continue
                }
                table.add(grant.cells(of: pool))
            }
        }
        return table.text + (past > 0 ? "\nand \(past.of("grant")) whose time is over" : "")
    }

    static func table(_ views: [EntitlementView]) -> String {
        var table = Table(["id", "status", "customer", "start", "end", "balances"])
        for view in views {
            let terms = view.entitlement.terms
            table.add([
                view.entitlement.id.text, view.status.name, terms.customer.text, terms.startDay.description,
                terms.endDay?.description ?? "",
                view.pools.map { "\($0.name): \($1.text(of: $0, terms))" }.joined(separator: "; "),
            ])
        }
        return table.text
    }
}

extension Balance {
    /// `9 of 10 remaining`, `unlimited, 3 charged`; a draft's says what it will have.
    fileprivate func text(of pool: Allocation, _ terms: EntitlementTerms) -> String {
        let unit = pool.terms.kind.unit
        guard !pool.grants.isEmpty else {
            return "\(AmountText.column(terms.quantity(of: pool.terms), of: unit)) to be granted"
        }
        guard let total, let remaining else { return "unlimited, \(AmountText.column(charged, of: unit)) charged" }
        return "\(AmountText.column(remaining, of: unit)) of \(AmountText.column(total, of: unit)) remaining"
    }
}

extension Grant {
    fileprivate func cells(of pool: Allocation) -> [String] {
        let unit = pool.terms.kind.unit
        // A rollover's is the smallest number that there is.
        let place = priority == .min ? "first" : "\(priority)"
        return [
            pool.name, "\(number)", origin.name, from?.shortText ?? "", until?.shortText ?? "", place,
            AmountText.column(quantity, of: unit), AmountText.column(charged, of: unit),
            AmountText.column(held, of: unit), AmountText.column(available, of: unit),
        ]
    }
}

extension EntitlementTerms {
    fileprivate var details: [(String, String)] {
        [
            ("customer", customer.text + (servesDescendants ? " and the accounts below" : "")),
            (
                "cover",
                "\(startDay) to \(endDay?.description ?? "no end"), \(timeZone?.name ?? "the tenant's time zone")"
            ),
            ("renewal day", effectiveRenewalDay?.description ?? ""), ("plan", plan?.text ?? ""),
            ("contract", contract?.text ?? ""), ("units sold", "\(quantity)"),
            ("priority", priority.map { "\($0)" } ?? ""), ("assets", assets?.text ?? "any"),
            ("contacts", contacts?.text ?? "anyone"),
        ] + service.details
    }
}
