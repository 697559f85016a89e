/// A closed set of values that is numbered for ever where bytes count (wire, database) and named where people read
/// (JSON, the command line).
public protocol NamedValue: RawRepresentable, CaseIterable, Codable, Hashable, Sendable
where RawValue: FixedWidthInteger {
    var name: String { get }
}

extension NamedValue {
    public init?(name: String) {
        guard let value = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = value
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(name: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "allowed: \(Self.allCases.map(\.name))")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
