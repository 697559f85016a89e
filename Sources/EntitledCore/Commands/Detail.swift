internal import Foundation

/// The JSON of a journal entry's detail: keys in snake case, sorted.
enum Detail {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// - Throws: ``EntitledError`` `internal` if the journal holds something that this version can't read.
    static func decode<Value: Decodable>(_ type: Value.Type, from entry: JournalEntry) throws(EntitledError) -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(type, from: Data((entry.detail ?? "").utf8))
        } catch {
            throw EntitledError(.internalError, "the journal's detail of \(entry.event.name) can't be read")
        }
    }
}
