/// Writes a small object of JSON, byte for byte as ``Detail/encode(_:)`` does, but many times as fast: for what nearly
/// every decision keeps. Fields are to be given in the order of their names; one that is nil is left out.
struct JSONObject {
    private var written = "{"

    var text: String { written + "}" }

    init() {
        written.reserveCapacity(128)
    }

    mutating func field(_ name: String, _ value: String?) {
        guard let value else { return }
        begin(name)
        quote(value)
    }

    mutating func field(_ name: String, _ value: Int16?) {
        guard let value else { return }
        begin(name)
        written += String(value)
    }

    mutating func field(_ name: String, _ values: [String]) {
        begin(name)
        written += "["
        for (index, value) in values.enumerated() {
            if index > 0 { written += "," }
            quote(value)
        }
        written += "]"
    }

    /// - Parameter write: gives the fields of an object within this one.
    mutating func field(_ name: String, _ write: (inout JSONObject) -> Void) {
        begin(name)
        written += "{"
        write(&self)
        written += "}"
    }

    private mutating func begin(_ name: String) {
        if written.utf8.last != UInt8(ascii: "{") { written += "," }
        written += "\""
        written += name
        written += "\":"
    }

    private mutating func quote(_ text: String) {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        written += "\""
        if isPlain { written += text } else { for scalar in text.unicodeScalars { written += Self.escaped(scalar) } }
        written += "\""
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
