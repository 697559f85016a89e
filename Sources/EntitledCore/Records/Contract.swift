/// What was sold: groups entitlements. Its id is the sales system's.
public struct Contract: Hashable, Sendable, Codable {
    public let id: ContractID
    /// 1 to 200 characters.
    public var name: String
    public var customer: CustomerID
    /// The account manager, as the sales system names them; 1 to 64 characters.
    public var manager: String?
    public var version: Int64

    /// - Parameter name: 1 to 200 characters; the id if nil.
    public init(
        id: ContractID, name: String? = nil, customer: CustomerID, manager: String? = nil, version: Int64 = 0
    ) {
        self.id = id
        self.name = name ?? id.text
        self.customer = customer
        self.manager = manager
        self.version = version
    }
}

extension Contract: StoredRecord {
    public static var methods: RecordMethods {
        RecordMethods(add: .addContract, get: .getContract, list: .listContracts, update: .updateContract)
    }
    package static var events: (added: JournalEntry.Event, updated: JournalEntry.Event) {
        (.contractAdded, .contractUpdated)
    }
    package static let facts: FactsPath = \.contracts
    package static let needs: NeedsPath = \.contracts

    package func validate() throws(EntitledError) {
        try TextRule.name.check(name, field: "name")
        if let manager { try TextRule.label.check(manager, field: "manager") }
    }

    package func addReferences(to needs: inout Needs) {
        needs.customers.insert(customer)
    }

    package func check(in facts: WorkingSet, replacing old: Contract?) throws(EntitledError) {
        guard facts.customers[customer] != nil else { throw .notFound("customer", customer.text) }
        guard old == nil || old?.customer == customer else {
            throw .invalid("customer", "can't be changed", allowed: old?.customer.text ?? "")
        }
    }

    package func describe(in entry: inout JournalEntry) {
        entry.customer = customer
    }
}
