/// What a text field may hold. Lengths count Unicode scalars, as PostgreSQL's `char_length` does.
public struct TextRule: Hashable, Sendable {
    public let maximumLength: Int

    /// Ids that callers give: 1 to 128 characters.
    public static let id = TextRule(maximumLength: 128)
    /// Names for people: 1 to 200 characters.
    public static let name = TextRule(maximumLength: 200)
    /// Names of allocations and API keys: 1 to 64 characters.
    public static let label = TextRule(maximumLength: 64)

    /// What is allowed, as an error message says it.
    public var allowed: String {
        "1 to \(maximumLength) characters, none of them for control or direction, no white space at either end"
    }

    /// - Throws: ``EntitledError`` `invalid_field` that names `field`.
    public func check(_ text: String, field: String) throws(EntitledError) {
        if isPlain(text) { return }
        let scalars = text.unicodeScalars
        // Counting bytes first keeps a megabyte of text from being walked scalar by scalar.
        guard text.utf8.count <= maximumLength * 4, scalars.count <= maximumLength else {
            throw .invalid(field, "is longer than \(maximumLength) characters", allowed: allowed)
        }
        guard let first = scalars.first, let last = scalars.last else {
            throw .invalid(field, "is empty", allowed: allowed)
        }
        guard !first.properties.isWhitespace, !last.properties.isWhitespace else {
            throw .invalid(field, "begins or ends with white space", allowed: allowed)
        }
        guard !scalars.contains(where: Self.deceives) else {
            throw .invalid(field, "has a control character", allowed: allowed)
        }
        guard !scalars.allSatisfy(\.properties.isDefaultIgnorableCodePoint) else {
            throw .invalid(field, "can't be seen", allowed: allowed)
        }
    }

    /// Whether it is printable ASCII of an allowed length, as nearly all texts are: bytes tell that, and looking every
    /// character up among Unicode's properties takes a hundred times as long.
    private func isPlain(_ text: String) -> Bool {
        let space = UInt8(ascii: " ")
        let bytes = text.utf8
        guard 1...maximumLength ~= bytes.count, bytes.first != space, bytes.last != space else { return false }
        return bytes.withContiguousStorageIfAvailable { $0.allSatisfy { 0x20...0x7E ~= $0 } } ?? false
    }

    /// Whether a character changes how what stands around it is shown, so that a text looks like another one. Joiners
    /// are not among them: some scripts, and emoji, need them.
    private static func deceives(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Embeddings, overrides and isolates of direction; the byte order mark.
        case 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        default: return scalar.properties.isNoncharacterCodePoint
        }
    }
}
