/// What every file of the project keeps to. Each check is a function of a text, so that it can be shown bad ones.
enum Tidy {
    static let maximumLines = 500
    static let maximumColumns = 120

    /// Size and white space.
    static func layout(_ file: TextFile) -> [Finding] {
        guard !file.isGenerated else { return [] }
        var findings: [Finding] = []
        if file.suffix != "md", file.lines.count > maximumLines {
            findings.append(
                Finding(path: file.path, problem: "has \(file.lines.count) lines; allowed: \(maximumLines)"))
        }
        findings += file.findings("is longer than \(maximumColumns) columns") { line in
            // Rows of a table can't be broken.
            line.utf8.count > maximumColumns && line.count > maximumColumns
                && !(file.suffix == "md" && line.hasPrefix("|"))
        }
        findings += file.findings("has a tab") { $0.utf8.contains(UInt8(ascii: "\t")) }
        findings += file.findings("ends with white space") { line in
            line.utf8.last.map { [UInt8(ascii: " "), UInt8(ascii: "\r")].contains($0) } ?? false
        }
        if !file.text.utf8.reversed().starts(with: [UInt8(ascii: "\n")]) || file.lines.last?.isEmpty == true {
            findings.append(Finding(path: file.path, problem: "doesn't end with exactly one line end"))
        }
        return findings
    }

    /// Words for unfinished work.
    static func markers(_ file: TextFile) -> [Finding] {
        guard !file.isGenerated else { return [] }
        return ["TODO", "FIXME", "XXX"].flatMap { marker in
            file.findings("says \(marker)") { contains($0, marker) }
        }
    }

    /// What traps instead of failing, outside tests.
    static func traps(_ file: TextFile) -> [Finding] {
        guard file.suffix == "swift", !file.isGenerated, !file.path.hasPrefix("Tests/") else { return [] }
        return ["try!", "as!", "fatalError("].flatMap { trap in
            file.findings("uses \(trap)") { !isComment($0) && contains($0, trap) }
        }
    }

    /// Promises to the compiler without their proof: a comment right above, attributes between them apart.
    static func proofs(_ file: TextFile) -> [Finding] {
        guard file.suffix == "swift", !file.isGenerated else { return [] }
        return file.lines.indices.compactMap { index in
            let line = file.lines[index]
            guard !isComment(line), line.contains("@unchecked") || line.contains("nonisolated(unsafe)") else {
                return nil
            }
            let above = file.lines[..<index].last { !trimmed($0).hasPrefix("@") }
            guard !(above.map(isComment) ?? false) else { return nil }
            return Finding(path: file.path, line: index + 1, problem: "has no proof in a comment right above")
        }
    }

    /// Paths that exist on one machine only.
    static func machinePaths(_ file: TextFile) -> [Finding] {
        ["/work/", "/root/", "/home/", "/Users/"].flatMap { folder in
            file.findings("names a path of one machine: \(folder)") { line in
                line.ranges(of: folder).contains { range in
                    // Behind a name it is a part of another path, such as an address on the web.
                    guard let before = line[..<range.lowerBound].last else { return true }
                    return !(before.isLetter || before.isNumber || "._~-}".contains(before))
                }
            }
        }
    }

    /// SQL is written in lower case; what is quoted or a comment may be anything.
    static func lowerCase(_ file: TextFile) -> [Finding] {
        file.findings("has SQL in upper case") { line in
            var quote: Character?
            var previous: Character?
            for character in line {
                if let open = quote {
                    if character == open { quote = nil }
                } else if character == "-", previous == "-" {
                    return false
                } else if character == "'" || character == "\"" {
                    quote = character
                } else if character.isUppercase {
                    return true
                }
                previous = character
            }
            return false
        }
    }

    /// Fields, values and methods of proto files without a comment right above.
    static func fieldComments(_ file: TextFile) -> [Finding] {
        file.lines.indices.compactMap { index in
            let line = trimmed(file.lines[index])
            let isDeclared = line.hasPrefix("rpc ") || line.wholeMatch(of: /[^\/]*=\s*\d+\s*(\[.*\])?\s*;.*/) != nil
            guard isDeclared, index == 0 || !isComment(file.lines[index - 1]) else { return nil }
            return Finding(path: file.path, line: index + 1, problem: "has no comment above")
        }
    }

    /// Links of pages to files that aren't there.
    static func links(_ file: TextFile, exists: (_ path: String) -> Bool) -> [Finding] {
        var folder = file.path.split(separator: "/").map(String.init)
        folder.removeLast()
        return file.lines.enumerated().flatMap { index, line in
            line.matches(of: /\]\(([^)#\s]+)(?:#[^)]*)?\)/).map { String($0.1) }
                .filter { !$0.contains("://") && !$0.hasPrefix("mailto:") }
                .filter { !exists(resolve($0, from: folder)) }
                .map { Finding(path: file.path, line: index + 1, problem: "leads to \($0), which isn't there") }
        }
    }

    private static func resolve(_ link: String, from folder: [String]) -> String {
        var parts = folder
        for part in link.split(separator: "/") {
            if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }

    static func isComment(_ line: Substring) -> Bool { trimmed(line).hasPrefix("//") }

    private static func trimmed(_ line: Substring) -> Substring { line.drop { $0 == " " } }

    /// Whether the line has the text, and not only as a part of a longer word.
    private static func contains(_ line: Substring, _ text: String) -> Bool {
        func isWord(_ character: Character?) -> Bool {
            character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
        }
        return line.ranges(of: text).contains { range in
            let after = range.upperBound < line.endIndex ? line[range.upperBound] : nil
            return !isWord(line[..<range.lowerBound].last) && !(isWord(text.last) && isWord(after))
        }
    }
}
