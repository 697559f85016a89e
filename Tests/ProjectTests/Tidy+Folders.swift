extension Tidy {
    /// What may lie at the top, beside files whose names begin with a dot. The first five are folders.
    static let topLevel: Set<String> = Set(Checkout.folders).union(["LICENSE", "Package.swift", "README.md"])

    /// - Parameter names: what lies at the top.
    static func top(_ names: [String]) -> [Finding] {
        // SwiftPM and tools/bench write these; git ignores them.
        let ignored: Set = ["Package.resolved", "bench-results"]
        let strangers = Set(names.filter { !$0.hasPrefix(".") }).subtracting(topLevel).subtracting(ignored)
        return strangers.sorted().map { Finding(path: $0, problem: "has no place at the top level") }
            + topLevel.subtracting(names).sorted().map { Finding(path: $0, problem: "is missing") }
    }

    /// The store's SQL files and the code that names them.
    /// - Parameters:
    ///   - statements: the code.
    ///   - names: the files in `SQL/`.
    static func statements(_ statements: TextFile, files names: [String]) -> [Finding] {
        let used = statements.text.matches(of: /PackageResources\.(\w+)_sql\b/).map { String($0.1) + ".sql" }
        let unused = Set(names).subtracting(used).sorted()
        let missing = Set(used).subtracting(names).sorted()
        return unused.map { Finding(path: statements.path, problem: "doesn't use \($0)") }
            + missing.map { Finding(path: statements.path, problem: "uses \($0), which isn't there") }
            + statements.findings("gives a statement another name than its file") { line in
                line.firstMatch(of: /"(\w+)", PackageResources\.(\w+)_sql\b/).map { $0.1 != $0.2 } ?? false
            }
    }

    /// The steps of one schema: numbered from 1 without gaps, and listed in this order by the code.
    /// - Parameters:
    ///   - kind: `control` or `tenant`: the folder's name, and the beginning of its files'.
    ///   - names: the files in the folder.
    ///   - list: the code.
    static func migrations(_ kind: String, files names: [String], list: TextFile) -> [Finding] {
        let folder = "schema/" + kind
        var findings: [Finding] = []
        var expected: [String] = []
        for name in names.sorted() {
            let number = expected.count + 1
            let digits = String(number)
            let prefix = "\(kind)_" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "_"
            guard name.hasPrefix(prefix), name.wholeMatch(of: /[a-z0-9_]+\.sql/) != nil else {
                findings.append(Finding(path: "\(folder)/\(name)", problem: "stands where \(prefix)….sql belongs"))
                continue
            }
            let stem = name.dropLast(4)
            let title = stem.dropFirst(prefix.count)
            expected.append(#"Migration(\#(number), "\#(title)", PackageResources.\#(stem)_sql)"#)
        }
        let listed = list.text.matches(of: /Migration\(\d+, "\w+", PackageResources\.(\w+)\)/)
            .filter { $0.1.hasPrefix(kind + "_") }.map { String($0.0) }
        if listed != expected {
            findings.append(
                Finding(path: list.path, problem: "lists \(listed) of \(folder), where there are \(expected)"))
        }
        return findings
    }

    /// A step has at least one statement, and its last one ends as the runner looks for it.
    static func statementEnd(_ file: TextFile) -> [Finding] {
        let last = file.lines.last { !$0.isEmpty && !$0.hasPrefix("--") }
        guard last?.hasSuffix(";") != true else { return [] }
        return [Finding(path: file.path, problem: "doesn't end with a semicolon")]
    }

    /// A script runs, and stops at the first thing that fails; what is only sourced must do neither by itself.
    static func script(_ file: TextFile, isRunnable: Bool) -> [Finding] {
        func finding(_ problem: String) -> Finding { Finding(path: file.path, problem: problem) }
        guard file.suffix != "sh" else { return isRunnable ? [finding("is sourced, and yet can be run")] : [] }
        var findings: [Finding] = []
        if !isRunnable { findings.append(finding("can't be run: chmod +x")) }
        if file.lines.first != "#!/usr/bin/env bash" {
            findings.append(finding("doesn't begin with #!/usr/bin/env bash"))
        }
        if !file.lines.contains("set -euo pipefail") { findings.append(finding("has no line: set -euo pipefail")) }
        return findings
    }
}
