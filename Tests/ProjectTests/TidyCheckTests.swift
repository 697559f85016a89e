import Testing

@Suite("The checks of tidiness see what is wrong")
struct TidyCheckTests {
    private func swift(_ text: String) -> TextFile { TextFile(path: "Sources/Some/File.swift", text: text) }

    @Test(arguments: [
        ("let a = 1\n", []),
        ("let a = 1", ["doesn't end with exactly one line end"]),
        ("let a = 1\n\n", ["doesn't end with exactly one line end"]),
        ("\tlet a = 1\n", ["has a tab"]),
        ("let a = 1 \n", ["ends with white space"]),
        ("let a = 1\r\nlet b = 2\n", ["ends with white space"]),
    ])
    func layout(text: String, problems: [String]) {
        #expect(Tidy.layout(swift(text)).map(\.problem) == problems)
        #expect(Tidy.layout(TextFile(path: "Sources/Some/Generated/a.swift", text: text)).isEmpty)
    }

    @Test func size() {
        func problems(_ text: String) -> [String] { Tidy.layout(swift(text)).map(\.problem) }
        #expect(problems(String(repeating: "é", count: 120) + "\n").isEmpty)
        #expect(problems(String(repeating: "a", count: 121) + "\n") == ["is longer than 120 columns"])
        #expect(problems(String(repeating: "a\n", count: 500)).isEmpty)
        #expect(problems(String(repeating: "a\n", count: 501)) == ["has 501 lines; allowed: 500"])
    }

    @Test func tablesOfPagesMayBeWide() {
        let wide = String(repeating: "a", count: 121)
        #expect(Tidy.layout(TextFile(path: "README.md", text: "| \(wide) |\n")).isEmpty)
        #expect(Tidy.layout(TextFile(path: "README.md", text: "\(wide)\n")).count == 1)
    }

    @Test(arguments: [
        ("// TODO: more", 1), ("let a = 1  // FIXME", 1), ("XXX", 1), ("mktemp /tmp/a-XXXXXX", 0), ("TODOS", 0),
    ])
    func markers(text: String, count: Int) { #expect(Tidy.markers(swift(text)).count == count) }

    @Test(arguments: [
        ("let a = try! f()", 1), ("let a = b as! Int", 1), ("fatalError(\"no\")", 1), ("// never try! that", 0),
        ("let a = try f()", 0), ("let a = b as? Int", 0), ("precondition(alas!)", 0), ("myfatalError(1)", 0),
    ])
    func traps(text: String, count: Int) {
        #expect(Tidy.traps(swift(text)).count == count)
        #expect(Tidy.traps(TextFile(path: "Tests/A/B.swift", text: text)).isEmpty)
    }

    @Test(arguments: [
        ("final class A: @unchecked Sendable {}", [1]),
        ("let b = 1\nnonisolated(unsafe) var a = 1", [2]),
        ("/// Proof.\n\nfinal class A: @unchecked Sendable {}", [3]),
        ("/// Proof.\nfinal class A: @unchecked Sendable {}", []),
        ("    // Proof.\n    @available(*, deprecated)\n    nonisolated(unsafe) var a = 1", []),
        ("// @unchecked Sendable would be wrong here", []),
    ])
    func proofs(text: String, lines: [Int]) { #expect(Tidy.proofs(swift(text)).map(\.line) == lines) }

    @Test(arguments: [
        ("see /\("work")/notes", 1), ("\"/home/somebody/x\"", 1), ("cd /\("root")/x", 1), ("`/Users/me/x`", 1),
        ("/workshop/x", 0), ("https://example.com/work/x", 0), ("~/work/x", 0), ("Sources/work/x", 0),
        ("/var/lib/entitled-dev", 0),
    ])
    func machinePaths(text: String, count: Int) { #expect(Tidy.machinePaths(swift(text)).count == count) }

    @Test(arguments: [
        ("select 1", 0), ("SELECT 1", 1), ("select a From b", 1), ("-- Why: because", 0), ("select 1 -- Why", 0),
        ("id text collate \"C\"", 0), ("where a = 'X'", 0), ("where a = 'X' AND b", 1), ("select 1 - A", 1),
    ])
    func lowerCase(text: String, count: Int) {
        #expect(Tidy.lowerCase(TextFile(path: "a.sql", text: text)).count == count)
    }

    @Test(arguments: [
        ("  // Its id.\n  string id = 1;", []), ("  string id = 1;", [1]), ("// A.\nstring a = 1;\nstring b = 2;", [3]),
        ("  NAME = 0;", [1]), ("  repeated Grant grants = 2 [deprecated = true];", [1]),
        ("  map<string, string> details = 4;", [1]), ("  rpc Get(A) returns (B);", [1]),
        ("syntax = \"proto3\";\nmessage A {\n  reserved 3;\n}", []),
    ])
    func fieldComments(text: String, lines: [Int]) {
        #expect(Tidy.fieldComments(TextFile(path: "a.proto", text: text)).map(\.line) == lines)
    }

    @Test(arguments: [
        ("[a](B.swift)", 0), ("[a](../C/D.swift#part)", 0), ("[a](./B.swift)", 0), ("[a](https://example.com)", 0),
        ("[a](#here)", 0), ("[a](C.swift)", 1), ("[a](B.swift) [b](../B.swift)", 1), ("f[0](1)", 1),
    ])
    func links(text: String, count: Int) {
        let there: Set = ["Sources/A/B.swift", "Sources/C/D.swift"]
        let page = TextFile(path: "Sources/A/README.md", text: text)
        #expect(Tidy.links(page, exists: there.contains).count == count)
    }

    @Test func topLevel() {
        #expect(Tidy.top(Tidy.topLevel.union([".build", "bench-results", "Package.resolved"]).sorted()).isEmpty)
        #expect(Tidy.top(Tidy.topLevel.union(["docs"]).sorted()).map(\.path) == ["docs"])
        #expect(Tidy.top(Tidy.topLevel.subtracting(["LICENSE"]).sorted()).map(\.path) == ["LICENSE"])
    }

    @Test func statements() {
        let code = TextFile(
            path: "Statements.swift",
            text: """
                static let a = make("load_a", PackageResources.load_a_sql)
                static let b = make("load_b", PackageResources.load_c_sql)
                """)
        #expect(
            Tidy.statements(code, files: ["load_a.sql", "load_b.sql"]).map(\.problem) == [
                "doesn't use load_b.sql", "uses load_c.sql, which isn't there",
                "gives a statement another name than its file",
            ])
    }

    @Test(arguments: [
        (["tenant_0001_a.sql", "tenant_0002_b.sql"], 0), (["tenant_0001_a.sql"], 1),
        (["tenant_0001_a.sql", "tenant_0003_b.sql"], 2), (["tenant_0001_a.sql", "tenant_0002_c.sql"], 1),
        (["tenant_0001_a.sql", "tenant_0002_b.sql", "notes.txt"], 1), (["tenant_0002_b.sql", "tenant_0001_a.sql"], 0),
    ])
    func migrations(files: [String], count: Int) {
        let list = TextFile(
            path: "Migration.swift",
            text: """
                Migration(1, "x", PackageResources.control_0001_x_sql),
                Migration(1, "a", PackageResources.tenant_0001_a_sql),
                Migration(2, "b", PackageResources.tenant_0002_b_sql),
                """)
        #expect(Tidy.migrations("tenant", files: files, list: list).count == count)
    }

    @Test(arguments: [("select 1;\n", 0), ("select 1;\n-- End.\n", 0), ("select 1\n", 1), ("-- Nothing.\n", 1)])
    func statementEnd(text: String, count: Int) {
        #expect(Tidy.statementEnd(TextFile(path: "a.sql", text: text)).count == count)
    }

    @Test func scripts() {
        let good = TextFile(path: "tools/do", text: "#!/usr/bin/env bash\n# Does.\nset -euo pipefail\n")
        #expect(Tidy.script(good, isRunnable: true).isEmpty)
        #expect(Tidy.script(good, isRunnable: false).count == 1)
        #expect(Tidy.script(TextFile(path: "tools/do", text: "set -e\n"), isRunnable: true).count == 2)
        let library = TextFile(path: "tools/lib.sh", text: "# Shared.\n")
        #expect(Tidy.script(library, isRunnable: false).isEmpty)
        #expect(Tidy.script(library, isRunnable: true).count == 1)
    }

    @Test func findingsNameTheirPlace() {
        #expect(Finding(path: "a/b", line: 3, problem: "is bad").description == "a/b:3: is bad")
        #expect(Finding(path: "a", problem: "is bad").description == "a: is bad")
    }
}
