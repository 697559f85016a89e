/// Creates an account or a contact.
public struct AddCustomer: Command {
    public typealias Answer = Customer
    public static let method = Method.addCustomer

    public var id: CustomerID
    public var kind: Customer.Kind
    public var name: String
    /// An account's parent account (optional), a contact's account (required).
    public var parent: CustomerID?

    /// - Parameter name: 1 to 200 characters; the id if nil.
    public init(id: CustomerID, kind: Customer.Kind, name: String? = nil, parent: CustomerID? = nil) {
        self.id = id
        self.kind = kind
        self.name = name ?? id.text
        self.parent = parent
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, id)
        encoder.field(2, kind.rawValue)
        encoder.field(3, name)
        encoder.field(4, parent)
    }
}

extension AddCustomer: DecidableCommand {
    package func validate() throws(EntitledError) {
        try TextRule.name.check(name, field: "name")
        guard kind == .account || parent != nil else {
            throw .invalid("parent", "is missing", allowed: "the account that the contact belongs to")
        }
    }

    package func add(to needs: inout Needs) {
        needs.structure = true
        needs.customers.insert(id)
        if let parent { needs.customers.insert(parent) }
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Customer {
        guard facts.customers[id] == nil else { throw EntitledError.alreadyExists("id", id.text) }
        if let parent {
            guard let account = facts.customers[parent] else { throw EntitledError.notFound("parent", parent.text) }
            guard account.kind == .account else {
                throw EntitledError.invalid("parent", "'\(parent)' is a contact", allowed: "an account")
            }
            try Tree.check(depthBelow: facts.line(of: parent).count, field: "parent")
        }
        let customer = Customer(id: id, kind: kind, name: name, parent: parent)
        let detail = try Detail.encode(customer)
        facts.insert(customer)
        facts.record(
            JournalEntry(
                event: .customerAdded, actor: actor, occurredAt: facts.now, customer: id, detail: detail))
        return customer
    }

    package static func answer(from entry: JournalEntry) throws -> Customer {
        try Detail.decode(Customer.self, from: entry)
    }
}
