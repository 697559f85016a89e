/// A tenant's short name: 1 to 40 of a–z, 0–9 and hyphens, beginning with a letter, not ending with a hyphen.
public struct TenantSlug: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let text: String

    /// - Throws: ``EntitledError`` `invalid_field`.
    public init(_ text: String, field: String = "tenant") throws(EntitledError) {
        let letters = text.utf8
        guard (1...40).contains(letters.count), letters.first.map({ (0x61...0x7A).contains($0) }) == true,
            letters.last != 0x2D,
            letters.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
        else {
            throw .invalid(
                field, "'\(text.prefix(64))' is no tenant's name",
                allowed: "1 to 40 of a-z, 0-9 and '-', beginning with a letter, not ending with '-'")
        }
        self.text = text
    }

    /// A name that was checked when it was stored.
    package init(stored text: String) {
        self.text = text
    }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
    public var description: String { text }
}
