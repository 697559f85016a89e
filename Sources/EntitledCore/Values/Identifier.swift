import Foundation

/// The id of a record, as the caller's own systems know it: 1 to 128 characters in any script.
///
/// `Record` only tells kinds of ids apart, so that a case can't be passed where an entitlement is meant. Two ids are
/// the same exactly when their UTF-8 bytes are: canonical equivalence would make Swift see one id where PostgreSQL
/// keeps two.
public struct Identifier<Record>: Sendable {
    public let text: String

    /// - Parameters:
    ///   - text: 1 to 128 characters, none for control or direction, no white space at either end.
    ///   - field: the name of the field that bears it, for the error.
    /// - Throws: ``EntitledError`` `invalid_field`.
    public init(_ text: String, field: String = "id") throws(EntitledError) {
        try TextRule.id.check(text, field: field)
        self.text = text
    }

    /// An id that was checked when it was stored.
    package init(stored text: String) {
        self.text = text
    }
}

extension Identifier: Hashable, Comparable, CustomStringConvertible {
    public static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.count == right.text.utf8.count && order(left, right) == 0
    }

    /// By bytes, like PostgreSQL's collation "C": every server locks rows in this one order.
    public static func < (left: Self, right: Self) -> Bool {
        let order = order(left, right)
        return order == 0 ? left.text.utf8.count < right.text.utf8.count : order < 0
    }

    /// How the bytes that both have are ordered: below 0, 0 or above.
    private static func order(_ left: Self, _ right: Self) -> Int32 {
        var (left, right) = (left.text, right.text)
        return left.withUTF8 { left in
            right.withUTF8 { right in
                guard let first = left.baseAddress, let second = right.baseAddress else { return 0 }
                return memcmp(first, second, min(left.count, right.count))
            }
        }
    }

    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }

    public var description: String { text }
}

extension Identifier: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

public typealias CustomerID = Identifier<Customer>
public typealias ProductID = Identifier<Product>
/// A serial number.
public typealias AssetID = Identifier<Asset>
public typealias CalendarID = Identifier<BusinessCalendar>
public typealias ServiceLevelID = Identifier<ServiceLevel>
public typealias PlanID = Identifier<Plan>
/// The sales system's id.
public typealias ContractID = Identifier<Contract>
public typealias EntitlementID = Identifier<Entitlement>
public typealias CaseID = Identifier<Case>
/// The way by which a case arrives: one of ``Channel/standard`` or one that the tenant added.
public typealias ChannelID = Identifier<Channel>

/// A way by which cases arrive.
public struct Channel: Hashable, Sendable, Codable {
    public let id: ChannelID

    public init(id: ChannelID) {
        self.id = id
    }

    /// The channels that every tenant has.
    public static let standard = ["phone", "email", "chat", "sms", "web", "social"].map(ChannelID.init(stored:))
}
