internal import EntitledWire
internal import Foundation

/// Where the client gets its API key (`ent_…`). Never printed.
public struct APIKeySource: Sendable {
    private enum Origin: Sendable {
        case given(String)
        case file(path: String)
    }

    private let origin: Origin

    /// This key.
    public static func key(_ key: String) -> APIKeySource {
        APIKeySource(origin: .given(key))
    }

    /// The key in a file, with white space around it taken off. It is read anew for each connection, so a new key
    /// takes effect without a restart.
    public static func file(_ path: String) -> APIKeySource {
        APIKeySource(origin: .file(path: path))
    }

    /// Blocks while it reads the file.
    ///
    /// - Throws: ``EntitledError`` `invalid_field` if the file can't be read, or if there is no key of 1 to 256 bytes.
    func read() throws(EntitledError) -> String {
        let key: String
        switch origin {
        case .given(let given): key = given
        case .file(let path):
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw .invalid("apiKey", "the file \(path) can't be read", allowed: "a readable file of UTF-8 text")
            }
            key = text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        guard (1...ProtocolLimits.apiKeyBytes).contains(key.utf8.count) else {
            throw .invalid(
                "apiKey", "has \(key.utf8.count) bytes", allowed: "1 to \(ProtocolLimits.apiKeyBytes) bytes")
        }
        return key
    }
}

extension APIKeySource: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String {
        switch origin {
        case .given: "API key (not shown)"
        case .file(let path): "API key in \(path)"
        }
    }

    public var debugDescription: String { description }

    /// Empty: `dump` must not find the key either.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
