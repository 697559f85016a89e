/// A call that changes nothing and takes no lock.
public protocol Query: Hashable, Sendable {
    associatedtype Answer: Hashable, Sendable
    static var method: Method { get }
}

/// A query that is answered from facts that are named by id; many are gathered into one read.
package protocol FactsQuery: Query {
    /// What the caller must be allowed to do beyond what the method needs.
    var furtherPermissions: Set<Permission> { get }
    func add(to needs: inout Needs)
    /// - Throws: ``EntitledError`` `not_found`.
    func answer(from facts: WorkingSet) throws(EntitledError) -> Answer
}

extension FactsQuery {
    package var furtherPermissions: Set<Permission> { [] }
}

/// A part of a list, in the order of ids.
public struct Page<Item: Hashable & Sendable>: Hashable, Sendable {
    public let items: [Item]
    /// Pass it as `after` to get the next page; nil on the last.
    public let next: String?

    package init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}

/// Where a page begins and how long it may be.
public struct PageRequest: Hashable, Sendable {
    /// ``Page/next`` of the page before; nil for the first.
    public var after: String?
    /// 1 to 1,000.
    public var limit: Int

    public init(after: String? = nil, limit: Int = 100) {
        self.after = after
        self.limit = limit
    }

    public static let maximumLimit = 1_000

    package func validate() throws(EntitledError) {
        guard (1...Self.maximumLimit).contains(limit) else {
            throw .invalid("limit", "is \(limit)", allowed: "1 to \(Self.maximumLimit)")
        }
        if let after { try TextRule.id.check(after, field: "after") }
    }
}
