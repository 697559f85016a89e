import Testing

@testable import entitlectl

@Suite("A delimited text is read record by record")
struct DelimitedTextTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let rows: [[String]]
        let lines: [Int]
        let problems: [String]

        init(_ description: String, _ text: String, rows: [[String]], lines: [Int], problems: [String] = []) {
            testDescription = description
            self.text = text
            self.rows = rows
            self.lines = lines
            self.problems = problems
        }
    }

    static let samples = [
        Sample("plain", "a,b\n1,2\n3,4\n", rows: [["1", "2"], ["3", "4"]], lines: [2, 3]),
        Sample("no line break at the end", "a,b\n1,2", rows: [["1", "2"]], lines: [2]),
        Sample("CRLF", "a,b\r\n1,2\r\n3,4\r\n", rows: [["1", "2"], ["3", "4"]], lines: [2, 3]),
        Sample("byte order mark", "\u{FEFF}a,b\n1,2\n", rows: [["1", "2"]], lines: [2]),
        Sample("empty last field", "a,b\n1,\n", rows: [["1", ""]], lines: [2]),
        Sample("only empty fields", "a,b\n,\n", rows: [["", ""]], lines: [2]),
        Sample("white space", " a , b \n 1 , 2 \n", rows: [["1", "2"]], lines: [2]),
        Sample("empty lines", "\na,b\n\n1,2\n\n\n3,4\n", rows: [["1", "2"], ["3", "4"]], lines: [4, 7]),
        Sample(
            "quotes with commas and quotes", "a,b\n\"1,5\",\"say \"\"hi\"\"\"\n",
            rows: [["1,5", "say \"hi\""]], lines: [2]),
        Sample(
            "a quoted line break", "a,b\n\"1\n5\",2\n3,4\n", rows: [["1\n5", "2"], ["3", "4"]],
            lines: [2, 4]),
        Sample(
            "too few and too many columns", "a,b\n1\n1,2,3\n3,4\n", rows: [["3", "4"]],
            lines: [4],
            problems: ["line 2: row: has 1 column, the header has 2", "line 3: row: has 3 columns, the header has 2"]),
        Sample(
            "an unclosed quote costs its line only", "a,b\n\"1,2\n3,4\n5,6\n",
            rows: [["3", "4"], ["5", "6"]], lines: [3, 4],
            problems: ["line 2: row: has a quote that is out of place"]),
        Sample(
            "text after a closed quote", "a,b\n\"1\"x,2\n3,4\n", rows: [["3", "4"]], lines: [3],
            problems: ["line 2: row: has a quote that is out of place"]),
    ]

    @Test(arguments: samples)
    func isRead(_ sample: Sample) throws {
        let table = try DelimitedText(sample.text)
        #expect(table.header == ["a", "b"])
        #expect(table.rows.map(\.fields) == sample.rows)
        #expect(table.rows.map(\.line) == sample.lines)
        #expect(table.problems.map(\.description) == sample.problems)
    }

    @Test(arguments: ["", "\n\r\n  \n", "\u{FEFF}"])
    func emptyFails(_ text: String) {
        #expect(throws: CommandFailure("the file is empty; allowed: a header and rows")) { try DelimitedText(text) }
    }

    @Test
    func unreadableHeaderFails() {
        #expect(throws: CommandFailure("the header, line 1, can't be read")) { try DelimitedText("a,\"b\n1,2\n") }
    }

    @Test("a quote that never closes doesn't make reading quadratic")
    func unclosedQuotesAreBounded() throws {
        let lines = Array(repeating: "\"1,2", count: 1_001)
        let table = try DelimitedText("a,b\n" + lines.joined(separator: "\n"))
        #expect(table.rows.isEmpty)
        #expect(table.problems.count == 1_001)
    }
}
