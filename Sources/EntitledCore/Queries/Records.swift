/// Reads one record of the catalogue.
public struct GetRecord<Record: CatalogueRecord>: Query {
    public typealias Answer = Record
    public static var method: Method { Record.methods.get }
    public var id: Identifier<Record>

    public init(id: Identifier<Record>) {
        self.id = id
    }
}

public typealias GetCustomer = GetRecord<Customer>
public typealias GetProduct = GetRecord<Product>
public typealias GetAsset = GetRecord<Asset>
public typealias GetCalendar = GetRecord<BusinessCalendar>
public typealias GetServiceLevel = GetRecord<ServiceLevel>
public typealias GetPlan = GetRecord<Plan>
public typealias GetContract = GetRecord<Contract>

extension GetRecord: FactsQuery where Record: StoredRecord {
    package func add(to needs: inout Needs) {
        needs[keyPath: Record.needs].insert(id)
    }

    package func answer(from facts: WorkingSet) throws(EntitledError) -> Record {
        guard let record = facts.catalogue[keyPath: Record.facts][id] else { throw .notFound("id", id.text) }
        return record
    }
}

/// Reads the tenant's settings.
public struct GetSettings: FactsQuery {
    public typealias Answer = Settings
    public static let method = Method.getSettings

    public init() {}

    package func add(to needs: inout Needs) {}

    package func answer(from facts: WorkingSet) throws(EntitledError) -> Settings { facts.settings }
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
        return EntitlementView(entitlement, in: facts)
    }
}

/// An entitlement as it is at an instant: with what time has brought by then, whether or not it was recorded.
public struct EntitlementView: Hashable, Sendable, Codable {
    public let entitlement: Entitlement
    public let status: EntitlementStatus
    /// When it was looked at.
    public let at: Instant
    /// An entry for each allocation, in their order.
    public let balances: [Balance]

    package init(entitlement: Entitlement, status: EntitlementStatus, at: Instant) {
        self.entitlement = entitlement
        self.status = status
        self.at = at
        balances = entitlement.allocations.map { $0.balance(at: at) }
    }

    package init(_ stored: Entitlement, in facts: WorkingSet) {
        let (entitlement, _) = facts.present(stored, at: facts.now)
        self.init(
            entitlement: entitlement, status: entitlement.status(at: facts.now, zone: facts.zone), at: facts.now)
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
        guard let found = facts.openedCase(id) else { throw .notFound("id", id.text) }
        return found
    }
}
