import Foundation

/// The fields of all messages, as the proto files declare them.
struct ProtoFields {
    /// Field names and their types, by message; of a oneof also its own name, without a type.
    private var messages: [String: [String: String]] = [:]
    /// The types of a oneof's cases, by message.
    private var cases: [String: [String]] = [:]

    static let all = Result(catching: ProtoFields.init)

    private init() throws {
        let folder = FrameVector.protocolFolder.appending(path: "entitled/v1")
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            var (message, isInOneof) = ("", false)
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                if let match = line.firstMatch(of: /^message (\w+) \{/) {
                    message = String(match.1)
                } else if let match = line.firstMatch(of: /^  oneof (\w+) \{/) {
                    isInOneof = true
                    messages[message, default: [:]][String(match.1)] = ""
                } else if line == "  }" {
                    isInOneof = false
                } else if let match = line.firstMatch(of: /^ +(?:optional |repeated )?(\w+) (\w+) = \d+;/) {
                    messages[message, default: [:]][String(match.2)] = String(match.1)
                    if isInOneof { cases[message, default: []].append(String(match.1)) }
                }
            }
        }
    }

    /// Whether an error's field is one of the message: a path of names, in which those of a oneof's cases are left out.
    func contain(_ path: String, in message: String) -> Bool {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard let name = parts.first else { return false }
        if let type = messages[message]?[name] { return parts.count == 1 || contain(parts[1], in: type) }
        return cases[message, default: []].contains { contain(path, in: $0) }
    }
}
