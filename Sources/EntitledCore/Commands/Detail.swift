internal import Foundation

/// The JSON in which the journal and the tables keep what has no columns of its own: keys in snake case, sorted.
package enum Detail {
    package static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// - Throws: `DecodingError`.
    package static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(text.utf8))
    }

    /// - Throws: ``EntitledError`` `internal` if the journal holds something that this version can't read.
    static func decode<Value: Decodable>(_ type: Value.Type, from entry: JournalEntry) throws(EntitledError) -> Value {
        do {
            return try decode(type, from: entry.detail ?? "")
        } catch {
            throw EntitledError(.internalError, "the journal's detail of \(entry.event.name) can't be read")
        }
    }
}
