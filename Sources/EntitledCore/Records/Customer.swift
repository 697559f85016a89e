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
    public let name: String
    /// An account's parent account, if it has one; a contact's account, always.
    public let parent: CustomerID?

    package init(id: CustomerID, kind: Kind, name: String, parent: CustomerID?) {
        self.id = id
        self.kind = kind
        self.name = name
        self.parent = parent
    }
}
