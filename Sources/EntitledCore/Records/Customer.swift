/// Who is supported: an account, or a contact who belongs to an account. Accounts form a tree.
public struct Customer: Hashable, Sendable, Codable {
    public enum Kind: Int16, NamedValue {
        case account = 1
        case contact = 2

        public var name: String {
            switch self {
            case .account: "account"
            case .contact: "contact"
            }
        }
    }

    public let id: CustomerID
    public let kind: Kind
    /// 1 to 200 characters.
    public var name: String
    /// An account's parent account, if it has one; a contact's account, always.
    public var parent: CustomerID?
    /// What covers its cases, and those below it, when nothing else does.
    public var defaultEntitlement: EntitlementID?
    public var version: Int64

    /// - Parameter name: 1 to 200 characters; the id if nil.
    public init(
        id: CustomerID, kind: Kind, name: String? = nil, parent: CustomerID? = nil,
        defaultEntitlement: EntitlementID? = nil, version: Int64 = 0
    ) {
        self.id = id
        self.kind = kind
        self.name = name ?? id.text
        self.parent = parent
        self.defaultEntitlement = defaultEntitlement
        self.version = version
    }
}

extension Customer: StoredRecord {
    public static var methods: RecordMethods {
        RecordMethods(add: .addCustomer, get: .getCustomer, list: .listCustomers, update: .updateCustomer)
    }
    package static var events: (added: JournalEntry.Event, updated: JournalEntry.Event) {
        (.customerAdded, .customerUpdated)
    }
    package static let facts: FactsPath = \.customers
    package static let needs: NeedsPath = \.customers
    package static var isTree: Bool { true }

    package func validate() throws(EntitledError) {
        try TextRule.name.check(name, field: "name")
        guard kind == .account || parent != nil else {
            throw .invalid("parent", "is missing", allowed: "the account that the contact belongs to")
        }
    }

    package func addReferences(to needs: inout Needs) {
        if let parent { needs.customers.insert(parent) }
        if let defaultEntitlement { needs.entitlements.insert(defaultEntitlement) }
    }

    package func check(in facts: WorkingSet, replacing old: Customer?) throws(EntitledError) {
        guard old == nil || old?.kind == kind else {
            throw .invalid("kind", "can't be changed", allowed: old?.kind.name ?? "")
        }
        if let parent {
            guard let account = facts.customers[parent] else { throw .notFound("parent", parent.text) }
            guard account.kind == .account else {
                throw .invalid("parent", "'\(parent)' is a contact", allowed: "an account")
            }
            try Tree.check(lineAbove: facts.line(of: parent), of: id, isMoved: old != nil, field: "parent")
        }
        // One that was there before may be a draft that was deleted since.
        if let defaultEntitlement, old?.defaultEntitlement != defaultEntitlement,
            facts.entitlements[defaultEntitlement] == nil
        {
            throw .notFound("default_entitlement", defaultEntitlement.text)
        }
    }

    package func describe(in entry: inout JournalEntry) {
        entry.customer = id
        entry.entitlement = defaultEntitlement
    }
}
