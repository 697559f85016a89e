/// Reads one customer.
public struct GetCustomer: FactsQuery {
    public typealias Answer = Customer
    public static let method = Method.getCustomer
    public var id: CustomerID

    public init(id: CustomerID) {
        self.id = id
    }

    package func add(to needs: inout Needs) {
        needs.customers.insert(id)
    }

    package func answer(from facts: WorkingSet) throws(EntitledError) -> Customer {
        guard let customer = facts.customers[id] else { throw .notFound("id", id.text) }
        return customer
    }
}

/// Reads one product.
public struct GetProduct: FactsQuery {
    public typealias Answer = Product
    public static let method = Method.getProduct
    public var id: ProductID

    public init(id: ProductID) {
        self.id = id
    }

    package func add(to needs: inout Needs) {
        needs.products.insert(id)
    }

    package func answer(from facts: WorkingSet) throws(EntitledError) -> Product {
        guard let product = facts.products[id] else { throw .notFound("id", id.text) }
        return product
    }
}

/// Reads one entitlement, with its balances and what it is now.
public struct GetEntitlement: FactsQuery {
    public typealias Answer = EntitlementView
    public static let method = Method.getEntitlement
    public var id: EntitlementID

    public init(id: EntitlementID) {
        self.id = id
    }

    package func add(to needs: inout Needs) {
        needs.entitlements.insert(id)
    }

    package func answer(from facts: WorkingSet) throws(EntitledError) -> EntitlementView {
        guard let entitlement = facts.entitlements[id] else { throw .notFound("id", id.text) }
        return EntitlementView(entitlement, at: facts.now, zone: facts.zone)
    }
}

/// An entitlement as it is at an instant.
public struct EntitlementView: Hashable, Sendable, Codable {
    public let entitlement: Entitlement
    public let status: EntitlementStatus

    package init(entitlement: Entitlement, status: EntitlementStatus) {
        self.entitlement = entitlement
        self.status = status
    }

    package init(_ entitlement: Entitlement, at now: Instant, zone: Zone) {
        self.init(entitlement: entitlement, status: entitlement.status(at: now, zone: zone))
    }
}

/// Reads one case.
public struct GetCase: FactsQuery {
    public typealias Answer = Case
    public static let method = Method.getCase
    public var id: CaseID

    public init(id: CaseID) {
        self.id = id
    }

    package func add(to needs: inout Needs) {
        needs.cases.insert(id)
    }

    package func answer(from facts: WorkingSet) throws(EntitledError) -> Case {
        guard let found = facts.cases[id] else { throw .notFound("id", id.text) }
        return found
    }
}
