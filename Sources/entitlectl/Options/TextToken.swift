import EntitledCore

/// One word of a compact text: a value, or a key with values, `key=value,value`.
///
/// Words are parted by spaces, values by commas. What stands between double quotes is taken as it is, so that ids may
/// have spaces, commas and equals signs: `products="Laser printers",tills`.
struct TextToken: Hashable {
    /// Before the first equals sign; nil if there is none.
    let key: String?
    /// At least one; a lone one may be empty.
    let values: [String]

    /// The value, if there is just one.
    var value: String? { values.count == 1 ? values.first : nil }

    /// - Throws: ``EntitledError`` `invalid_field` if a quote isn't closed.
    static func split(_ text: String, field: String) throws(EntitledError) -> [TextToken] {
        var tokens: [TextToken] = []
        var scanner = Scanner()
        for character in text {
            if let token = scanner.take(character) { tokens.append(token) }
        }
        guard !scanner.isQuoted else {
            throw .invalid(field, "'\(text)' has an open quote", allowed: "quotes in pairs")
        }
        if let token = scanner.end() { tokens.append(token) }
        return tokens
    }

    /// The word that is being read.
    private struct Scanner {
        private(set) var isQuoted = false
        private var isBegun = false
        private var key: String?
        private var values: [String] = []
        private var current = ""

        /// - Returns: the word that the character ends.
        mutating func take(_ character: Character) -> TextToken? {
            if character == " ", !isQuoted { return end() }
            isBegun = true
            if character == "\"" {
                isQuoted.toggle()
            } else if character == "=", !isQuoted, key == nil, values.isEmpty {
                key = current
                current = ""
            } else if character == ",", !isQuoted {
                values.append(current)
                current = ""
            } else {
                current.append(character)
            }
            return nil
        }

        /// - Returns: the word, if there is one.
        mutating func end() -> TextToken? {
            defer { self = Scanner() }
            return isBegun ? TextToken(key: key, values: values + [current]) : nil
        }
    }

    /// The text in quotes, if it needs them to stay one word.
    static func quoted(_ text: String) -> String {
        text.contains(where: { " ,=".contains($0) }) ? "\"\(text)\"" : text
    }
}
