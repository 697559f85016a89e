import Foundation

/// A value as a file has it, before anything is made of it.
enum FileValue: Hashable {
    case null
    case flag(Bool)
    case number(Int64)
    /// No field takes one; it is kept to be named.
    case fraction(Double)
    case text(String)
    case list([FileValue])
    case object([String: FileValue])
    /// A cell of a table, which doesn't say of what type it is.
    case cell(String)

    /// What a message calls it.
    var description: String {
        switch self {
        case .null: "null"
        case .flag(let flag): "\(flag)"
        case .number(let number): "\(number)"
        case .fraction(let fraction): "\(fraction)"
        case .text(let text), .cell(let text): "'\(text.prefix(64))'"
        case .list: "a list"
        case .object: "an object"
        }
    }
}

extension FileValue: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // The most frequent ones come first.
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Int64.self) {
            self = .number(number)
        } else if let fraction = try? container.decode(Double.self) {
            self = .fraction(fraction)
        } else if let list = try? container.decode([FileValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: FileValue].self))
        }
    }

    /// What a value of ours would be in a file, field by field.
    static func fields(of value: some Encodable) -> [String: FileValue] {
        guard let json = try? JSONText.of(value) else { return [:] }
        return (try? JSONDecoder().decode([String: FileValue].self, from: Data(json.utf8))) ?? [:]
    }
}
