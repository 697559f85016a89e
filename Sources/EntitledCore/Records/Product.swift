/// What support is for. Products form a tree: a family covers everything below it.
public struct Product: Hashable, Sendable, Codable {
    public let id: ProductID
    /// 1 to 200 characters.
    public let name: String
    /// The family that it belongs to, if any.
    public let family: ProductID?

    package init(id: ProductID, name: String, family: ProductID?) {
        self.id = id
        self.name = name
        self.family = family
    }
}
