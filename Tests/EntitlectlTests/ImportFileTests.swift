import EntitledCore
import Testing

@testable import entitlectl

@Suite("A file to import is read line by line")
struct ImportFileTests {
    private static let columns = ["id", "name", "terms.start_day", "terms.service.channels"]

    private static func file(_ text: String, _ format: ImportFormat) throws(CommandFailure) -> ImportFile {
        try ImportFile(text, format: format, columns: columns)
    }

    private static let terms = FileValue.object([
        "start_day": .cell("2026-01-01"), "service": .object(["channels": .cell("phone|email")]),
    ])

    @Test("a row's cells stand where their columns' paths lead; empty ones don't stand there at all")
    func rows() throws {
        let file = try Self.file("start_day,id,channels,name\n2026-01-01,a,phone|email,\n,b,,\"B, \"\"2\"\"\"\n", .csv)
        #expect(
            file.lines == [
                ImportFile.Line(number: 2, values: ["id": .cell("a"), "terms": Self.terms]),
                ImportFile.Line(number: 3, values: ["id": .cell("b"), "name": .cell("B, \"2\"")]),
            ])
        #expect(file.problems.isEmpty)
    }

    @Test("line breaks of other systems, quoted ones and byte order marks are read too")
    func breaks() throws {
        let file = try Self.file("\u{FEFF}id,name\r\na,\"x\r\ny\"\r\n\r\nb,\r\n", .csv)
        #expect(file.lines.map(\.number) == [2, 5])
        #expect(file.lines.map { $0.values["id"] } == [.cell("a"), .cell("b")])
    }

    @Test("rows that don't fit the header are told by their lines")
    func badRows() throws {
        let file = try Self.file("id,name\na\nb,B\nc,\"x\n", .csv)
        #expect(file.lines.map(\.number) == [3])
        #expect(
            file.problems.map(\.description) == [
                "line 2: row: has 1 column, the header has 2", "line 4: row: has a quote that is out of place",
            ])
    }

    @Test(arguments: [
        (
            "id,nmae,colour\n",
            "the header has columns that are unknown: nmae, colour; "
                + "allowed: id, name, start_day, channels"
        ),
        ("id,name,id\n", "the header has a column twice"),
        ("\n", "the file is empty; allowed: a header and rows"),
    ])
    func badHeaders(text: String, failure: String) {
        #expect(throws: CommandFailure(failure)) { try Self.file(text, .csv) }
    }

    @Test("an object's values keep their types")
    func objects() throws {
        let text = #"{"a": "x", "b": 5, "c": true, "d": null, "e": 1.5, "f": ["y", {"g": -9007199254740993}]}"#
        let file = try Self.file("\n" + text + "\r\n", .jsonl)
        let values: [String: FileValue] = [
            "a": .text("x"), "b": .number(5), "c": .flag(true), "d": .null, "e": .fraction(1.5),
            "f": .list([.text("y"), .object(["g": .number(-9_007_199_254_740_993)])]),
        ]
        #expect(file.lines == [ImportFile.Line(number: 2, values: values)])
    }

    @Test("lines that are no objects are told, and the others read; only line feeds end a line")
    func badObjects() throws {
        let file = try Self.file("{\"id\": \"a\u{2028}b\"}\n[1]\n{\"id\": \n\n{}", .jsonl)
        #expect(file.lines.map(\.number) == [1, 5])
        #expect(file.lines.first?.values["id"] == .text("a\u{2028}b"))
        #expect(
            file.problems.map(\.description) == [
                "line 2: row: is no JSON object; allowed: one a line",
                "line 3: row: is no JSON object; allowed: one a line",
            ])
    }

    @Test(arguments: [("a.csv", ImportFormat.csv), ("b/c.JSONL", .jsonl), ("d.txt", nil), ("csv", nil)])
    func endings(path: String, format: ImportFormat?) {
        #expect(ImportFormat(endingOf: path) == format)
    }
}
