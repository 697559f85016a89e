import Testing

@Suite("Everything is tidy")
struct TidyTests {
    let checkout = Checkout.current

    /// These tests themselves show bad texts.
    private func othersTexts() throws -> [TextFile] {
        try checkout.allTexts().filter { !$0.path.hasPrefix("Tests/ProjectTests/") }
    }

    @Test func layout() throws {
        let texts = try checkout.allTexts()
        // Nothing found must not come from nothing read.
        #expect(texts.count > 100)
        report(texts.flatMap(Tidy.layout))
    }

    @Test func nothingIsUnfinished() throws { report(try othersTexts().flatMap(Tidy.markers)) }

    @Test func nothingTraps() throws { report(try othersTexts().flatMap(Tidy.traps)) }

    @Test func promisesAreProven() throws { report(try othersTexts().flatMap(Tidy.proofs)) }

    @Test func noPathsOfOneMachine() throws { report(try othersTexts().flatMap(Tidy.machinePaths)) }

    @Test func linksLeadSomewhere() throws {
        let pages = try checkout.allTexts().filter { $0.suffix == "md" }
        report(pages.flatMap { Tidy.links($0, exists: checkout.exists) })
    }

    @Test func topLevel() throws { report(Tidy.top(try checkout.names())) }

    @Test func sqlIsLowerCase() throws {
        report(try checkout.allTexts().filter { $0.suffix == "sql" }.flatMap(Tidy.lowerCase))
    }

    @Test func statementsAndFilesMatch() throws {
        let names = try checkout.names(in: "Sources/EntitledStore/SQL")
        report(Tidy.statements(try checkout.text("Sources/EntitledStore/Statements.swift"), files: names))
    }

    @Test(arguments: ["control", "tenant"])
    func migrations(kind: String) throws {
        let names = try checkout.names(in: "schema/" + kind)
        #expect(!names.isEmpty)
        report(Tidy.migrations(kind, files: names, list: try checkout.text("schema/Migration.swift")))
        report(try names.map { try checkout.text("schema/\(kind)/\($0)") }.flatMap(Tidy.statementEnd))
    }

    @Test func tools() throws {
        let paths = try checkout.names(in: "tools").map { "tools/" + $0 }
        for path in paths where !checkout.isFolder(path) && !path.hasSuffix(".md") {
            report(Tidy.script(try checkout.text(path), isRunnable: checkout.isRunnable(path)))
        }
    }

    @Test func messagesAreDocumented() throws {
        let files = try checkout.paths(below: "proto-spec").filter { $0.hasSuffix(".proto") }
        #expect(!files.isEmpty)
        report(try files.map(checkout.text).flatMap(Tidy.fieldComments))
    }
}
