/// What `Package.swift` says of its targets, as far as its text shows it.
struct Manifest {
    struct Target: Hashable {
        let name: String
        let isTest: Bool
        /// The strings in its list of dependencies: names of targets, and of others' products and packages.
        let strings: [String]
    }

    let targets: [Target]

    private enum Token: Hashable {
        case word(String)
        case string(String)
        case mark(Character)
    }

    private static let declarations: Set<Token> = [
        .word("target"), .word("executableTarget"), .word("testTarget"), .word("systemLibrary"),
    ]

    init(_ text: String) {
        let tokens = Self.tokens(of: text)
        var targets: [Target] = []
        var index = 0
        while index + 2 < tokens.count {
            guard tokens[index] == .mark("."), Self.declarations.contains(tokens[index + 1]),
                tokens[index + 2] == .mark("(")
            else {
                index += 1
                continue
            }
            let end = Self.end(of: index + 2, in: tokens)
            if let target = Self.target(index..<end, in: tokens) { targets.append(target) }
            index = end
        }
        self.targets = targets
    }

    private static func target(_ range: Range<Int>, in tokens: [Token]) -> Target? {
        /// The place of what stands behind the first `label:`.
        func value(of label: String) -> Int? {
            tokens[range].firstIndex(of: .word(label)).map { $0 + 2 }.flatMap { range.contains($0) ? $0 : nil }
        }
        guard let name = value(of: "name"), case .string(let name) = tokens[name] else { return nil }
        let dependencies = value(of: "dependencies").map { tokens[$0..<end(of: $0, in: tokens)] } ?? []
        return Target(
            name: name, isTest: tokens[range].contains(.word("testTarget")), strings: strings(dependencies))
    }

    private static func strings(_ tokens: ArraySlice<Token>) -> [String] {
        tokens.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    /// The place behind the bracket that closes the one at `start`.
    private static func end(of start: Int, in tokens: [Token]) -> Int {
        var depth = 0
        for index in start..<tokens.count {
            switch tokens[index] {
            case .mark("("), .mark("["): depth += 1
            case .mark(")"), .mark("]"):
                depth -= 1
                if depth == 0 { return index + 1 }
            case .mark, .word, .string: break
            }
        }
        return tokens.count
    }

    /// Words, strings and everything else, without comments and white space.
    private static func tokens(of text: String) -> [Token] {
        var tokens: [Token] = []
        var rest = Substring(text)
        while let first = rest.first {
            if rest.hasPrefix("//") {
                rest = rest.drop { !$0.isNewline }
            } else if first == "\"" {
                let string = rest.dropFirst().prefix { $0 != "\"" }
                tokens.append(.string(String(string)))
                rest = rest.dropFirst(string.count + 2)
            } else if first.isLetter || first == "_" {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                tokens.append(.word(String(word)))
                rest = rest.dropFirst(word.count)
            } else {
                if !first.isWhitespace { tokens.append(.mark(first)) }
                rest = rest.dropFirst()
            }
        }
        return tokens
    }
}
