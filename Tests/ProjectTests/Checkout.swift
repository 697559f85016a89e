import Foundation
import Testing

/// Something that isn't as it should be, and where.
struct Finding: Hashable, CustomStringConvertible {
    /// From the checkout's root.
    let path: String
    /// Counts from 1; nil means the file or folder as a whole.
    var line: Int?
    let problem: String

    var description: String { path + (line.map { ":\($0)" } ?? "") + ": " + problem }
}

/// A text file: one of the checkout, or one made up to see a check fail.
struct TextFile {
    /// From the checkout's root.
    let path: String
    let text: String
    /// Without their line ends.
    let lines: [Substring]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        // By bytes: to Swift, a carriage return with a line feed is one character, and so no line feed.
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { Substring($0) }
        if lines.last?.isEmpty == true { lines.removeLast() }
        self.lines = lines
    }

    var name: String { String(path.split(separator: "/").last ?? "") }

    /// What stands behind the last dot of the name; empty if there is none.
    var suffix: String { name.contains(".") ? String(name.split(separator: ".").last ?? "") : "" }

    /// Made by a tool, not by hand.
    var isGenerated: Bool { path.contains("/Generated/") }

    /// The places of the lines that a condition holds for.
    func findings(_ problem: String, where condition: (Substring) -> Bool) -> [Finding] {
        lines.enumerated().compactMap { condition($1) ? Finding(path: path, line: $0 + 1, problem: problem) : nil }
    }
}

/// The checkout that these tests were built from.
struct Checkout {
    static let current = Checkout()

    /// The folders that hold what we write.
    static let folders = ["Sources", "Tests", "proto-spec", "schema", "tools"]

    private let root: URL

    private init(file: String = #filePath) {
        // Tests/ProjectTests may be a link; what counts is where it leads.
        root = URL(filePath: file).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    /// The names of what lies in a folder, sorted.
    func names(in folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url(folder).path).sorted()
    }

    /// The paths of all files below a folder, sorted.
    func paths(below folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: url(folder).path).sorted()
            .map { folder + "/" + $0 }
            .filter { !isFolder($0) }
    }

    func text(_ path: String) throws -> TextFile {
        TextFile(path: path, text: try String(contentsOf: url(path), encoding: .utf8))
    }

    /// Everything that people write and read here: code, SQL, messages, scripts, pages. Not data.
    func allTexts() throws -> [TextFile] {
        let paths = try Self.folders.flatMap { try self.paths(below: $0) } + ["Package.swift", "README.md"]
        return try paths.filter(Self.isText).map(text)
    }

    private static func isText(_ path: String) -> Bool {
        switch TextFile(path: path, text: "").suffix {
        case "swift", "sql", "proto", "md", "sh", "c", "h", "modulemap": true
        case "": path.hasPrefix("tools/")
        case _: false
        }
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: url(path).path) }

    func isRunnable(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: url(path).path) }

    func isFolder(_ path: String) -> Bool {
        (try? url(path).resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false
    }

    private func url(_ path: String) -> URL { path.isEmpty ? root : root.appending(path: path) }
}

/// Makes each finding an issue of the running test.
func report(_ findings: [Finding]) {
    for finding in findings { Issue.record("\(finding)") }
}
