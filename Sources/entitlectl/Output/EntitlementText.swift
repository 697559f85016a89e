import EntitledClient

/// An entitlement as JSON: its record, and the balances added up.
struct EntitlementRecord: Encodable {
    let status: EntitlementStatus
    let entitlement: Entitlement
    let balances: [Balance]

    /// Nil amounts are those of unlimited allocations.
    struct Balance: Encodable {
        let allocation: String
        let charged: Int64
        let remaining: Int64?
        let available: Int64?
    }

    init(_ view: EntitlementView) {
        status = view.status
        entitlement = view.entitlement
        balances = view.entitlement.allocations.map {
            Balance(
                allocation: $0.name, charged: $0.charged, remaining: $0.remaining, available: $0.available)
        }
    }
}

extension EntitlementView {
    /// Status, terms and balances, one a line.
    var text: String {
        let terms = entitlement.terms
        var pairs = [
            ("customer", terms.customer.text + (terms.servesDescendants ? " and the accounts below" : "")),
            ("cover", cover), ("products", Self.list(terms.products) ?? "all"),
            ("channels", Self.list(terms.channels) ?? "all"), ("contacts", Self.list(terms.contacts) ?? "anyone"),
        ]
        if let priority = terms.priority { pairs.append(("priority", "\(priority)")) }
        pairs.append(("exhausted", terms.exhaustionPolicy.name))
        pairs += entitlement.allocations.map { ("[\($0.name)]", $0.text) }
        return "\(entitlement.id) \(status.name)\n" + Lines.of(pairs)
    }

    private var cover: String {
        let terms = entitlement.terms
        let end = terms.endDay.map { "to \($0)" } ?? "on"
        return "from \(terms.startDay) \(end), \(terms.timeZone?.name ?? "the tenant's time zone")"
    }

    private static func list<Record>(_ scope: Scope<Identifier<Record>>?) -> String? {
        scope.map { $0.members.map(\.text).joined(separator: ", ") }
    }
}

extension Allocation {
    /// `9 of 10 remaining`, `unlimited, 3 charged`; a draft's says what it will have.
    var balance: String {
        switch terms.kind {
        case .unlimited: "unlimited, \(charged) charged"
        case .perIncident(let cases):
            grants.isEmpty ? "\(cases) to be granted" : "\(remaining ?? 0) of \((remaining ?? 0) + charged) remaining"
        }
    }

    fileprivate var text: String {
        guard let remaining, let available, available != remaining else { return balance }
        return "\(balance), \(available) available"
    }
}

extension [Debit] {
    /// `main: 1, 9 remaining; email: 1, unlimited`.
    var text: String {
        map { "\($0.allocation): \($0.amount), " + ($0.remaining.map { "\($0) remaining" } ?? "unlimited") }
            .joined(separator: "; ")
    }
}
