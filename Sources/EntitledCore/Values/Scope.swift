/// What something is limited to: at least one member, sorted, each once.
///
/// "No limit" is a missing scope; an empty one would cover nothing and is refused.
public struct Scope<Member: Hashable & Comparable & Sendable & Codable>: Hashable, Sendable {
    public let members: [Member]

    /// The most members that one scope may name.
    public static var maximumCount: Int { 1_000 }

    /// - Throws: ``EntitledError`` `invalid_field` if there are none or too many.
    public init(_ members: some Sequence<Member>, field: String = "scope") throws(EntitledError) {
        let sorted = Set(members).sorted()
        guard !sorted.isEmpty, sorted.count <= Self.maximumCount else {
            throw .invalid(
                field, sorted.isEmpty ? "is present but empty" : "has \(sorted.count) members",
                allowed: "1 to \(Self.maximumCount) members, or no scope at all to cover everything")
        }
        self.members = sorted
    }

    /// Members that were checked when they were stored.
    package init(stored members: [Member]) {
        self.members = members.sorted()
    }

    public func contains(_ member: Member) -> Bool {
        var (low, high) = (0, members.count)
        while low < high {
            let middle = (low + high) / 2
            if members[middle] < member { low = middle + 1 } else { high = middle }
        }
        return low < members.count && members[low] == member
    }
}

extension Scope: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode([Member].self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(members)
    }
}
