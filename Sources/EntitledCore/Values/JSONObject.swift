/// Writes a small object of JSON, byte for byte as ``Detail/encode(_:)`` does, but many times as fast: for what nearly
/// every decision keeps. Fields are to be given in the order of their names; one that is nil is left out.
struct JSONObject {
    private var fields = ""

    var text: String { "{" + fields + "}" }

    mutating func field(_ name: String, _ value: String?) {
        if let value { append(name, Self.quoted(value)) }
    }

    mutating func field(_ name: String, _ value: Int16?) {
        if let value { append(name, String(value)) }
    }

    mutating func field(_ name: String, _ values: [String]) {
        append(name, "[" + values.map(Self.quoted).joined(separator: ",") + "]")
    }

    mutating func field(_ name: String, _ object: JSONObject?) {
        if let object { append(name, object.text) }
    }

    private mutating func append(_ name: String, _ value: String) {
        if !fields.isEmpty { fields += "," }
        fields += "\""
        fields += name
        fields += "\":"
        fields += value
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        return "\"" + (isPlain ? text : text.unicodeScalars.map(escaped).joined()) + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\u{8}": return "\\b"
        case "\t": return "\\t"
        case "\n": return "\\n"
        case "\u{C}": return "\\f"
        case "\r": return "\\r"
        case "\0"..."\u{F}": return "\\u000" + String(scalar.value, radix: 16)
        case "\u{10}"..."\u{1F}": return "\\u00" + String(scalar.value, radix: 16)
        default: return String(Character(scalar))
        }
    }
}
