import ArgumentParser
import Foundation

/// How results are printed. Every command has it.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON: keys in snake case, sorted.")
    var json = false

    /// Prints the value: as JSON if asked to, otherwise as `text` puts it for a person.
    func show(_ value: some Encodable, _ text: () -> String) throws {
        print(json ? try JSONText.of(value) : text())
    }
}

/// The one form of JSON that goes out.
enum JSONText {
    /// One line, keys in snake case and sorted.
    static func of(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// What the server wrote in the same form; nil if it is something else.
    static func read<Value: Decodable>(_ type: Value.Type, from text: String?) -> Value? {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return text.flatMap { try? decoder.decode(type, from: Data($0.utf8)) }
    }
}
