import EntitledClient

/// What files can bring.
protocol Importable: FieldGroup, Hashable, Sendable {
    associatedtype Record
    associatedtype Addition: Command
    /// What it is called, in the singular.
    static var noun: String { get }
    /// The columns of a CSV file: the paths of fields, the last parts of which are the columns' names.
    static var columns: [String] { get }

    var id: Identifier<Record> { get }
    /// What of its own kind it belongs to: the field's name, and whom it names.
    var superior: (field: String, id: Identifier<Record>)? { get }
    /// Checks what can be known without a server.
    /// - Throws: ``EntitledError`` `invalid_field`.
    func validate() throws(EntitledError)
    /// Checks what can be known if the superior is in the same file.
    /// - Throws: ``EntitledError`` `invalid_field`.
    func validate(below superior: Self) throws(EntitledError)

    var addition: Addition { get }
    /// What puts it into force after the addition; nil if it needs nothing more.
    var activation: ActivateEntitlement? { get }
    /// Whether it is in force, or is to be put into force.
    var isActivated: Bool { get }
    /// What the server has under its id.
    func existing(at client: EntitledClient) async throws(EntitledError) -> Self
    /// The fields in which it differs from what is there.
    func differences(from existing: Self) -> [String]
}

extension Importable {
    var superior: (field: String, id: Identifier<Record>)? { nil }
    func validate(below superior: Self) throws(EntitledError) {}
    var activation: ActivateEntitlement? { nil }
    var isActivated: Bool { false }
}

extension StoredRecord where Self: Importable {
    var addition: AddRecord<Self> { AddRecord(self) }

    func differences(from existing: Self) -> [String] {
        let (own, other) = (FileValue.fields(of: self), FileValue.fields(of: existing))
        return Set(own.keys).union(other.keys).subtracting(["version"]).filter { own[$0] != other[$0] }.sorted()
    }
}

extension Customer: Importable {
    static let noun = "customer"
    static let columns = ["id", "kind", "name", "parent", "default_entitlement", "version"]

    init(reading fields: Fields) {
        self.init(
            id: fields.required("id"), kind: fields.required("kind"), name: fields.optional("name"),
            parent: fields.optional("parent"), defaultEntitlement: fields.optional("default_entitlement"))
        fields.ignore("version")
    }

    var superior: (field: String, id: CustomerID)? { parent.map { ("parent", $0) } }

    func validate(below superior: Customer) throws(EntitledError) {
        guard superior.kind == .account else {
            throw .invalid("parent", "'\(superior.id)' is a contact", allowed: "an account")
        }
    }

    func existing(at client: EntitledClient) async throws(EntitledError) -> Customer {
        try await client.customers.record(id)
    }
}

extension Product: Importable {
    static let noun = "product"
    static let columns = ["id", "name", "family", "version"]

    init(reading fields: Fields) {
        self.init(id: fields.required("id"), name: fields.optional("name"), family: fields.optional("family"))
        fields.ignore("version")
    }

    var superior: (field: String, id: ProductID)? { family.map { ("family", $0) } }

    func existing(at client: EntitledClient) async throws(EntitledError) -> Product {
        try await client.products.record(id)
    }
}

extension Asset: Importable {
    static let noun = "asset"
    static let columns = ["id", "name", "product", "customer", "version"]

    init(reading fields: Fields) {
        self.init(
            id: fields.required("id"), name: fields.optional("name"), product: fields.required("product"),
            customer: fields.optional("customer"))
        fields.ignore("version")
    }

    func existing(at client: EntitledClient) async throws(EntitledError) -> Asset {
        try await client.assets.record(id)
    }
}

extension Plan: Importable {
    static let noun = "plan"
    static let columns = ["id", "name", "months", "version"] + ServiceTerms.columns.map { "service." + $0 }

    init(reading fields: Fields) {
        self.init(
            id: fields.required("id"), name: fields.optional("name"), service: fields.group("service"),
            months: fields.optional("months"))
        fields.ignore("version")
    }

    func existing(at client: EntitledClient) async throws(EntitledError) -> Plan {
        try await client.plans.record(id)
    }
}
