import Testing

@testable import entitled_bench

@Suite("pgbench")
struct PgbenchTests {
    private static let output = """
        pgbench (15.4)
        transaction type: usual_way.sql
        scaling factor: 1
        query mode: prepared
        number of clients: 8
        number of threads: 2
        maximum number of tries: 1
        duration: 5 s
        number of transactions actually processed: 30451
        number of failed transactions: 0 (0.000%)
        latency average = 1.313 ms
        initial connection time = 12.345 ms
        tps = 6091.250000 (without initial connection time)
        """

    @Test func isRead() throws {
        let output = try #require(PgbenchOutput(Self.output))
        #expect(output.transactions == 30_451)
        #expect(output.meanMilliseconds == 1.313)
        #expect(output.transactionsPerSecond == 6091.25)
        // With a number of transactions for each client it tells them as a fraction, and versions differ in the rest.
        let other = Self.output.replacing("processed: 30451", with: "processed: 20/20")
            .replacing("(without initial connection time)", with: "(including reconnection times)")
        #expect(PgbenchOutput(other)?.transactions == 20)
    }

    @Test(
        "Nothing is told of a run that failed in part, or did nothing",
        arguments: [
            ("number of failed transactions: 0 (", "number of failed transactions: 3 ("),
            ("processed: 30451", "processed: 0"), ("tps = 6091", "no tps: 6091"), ("latency average", "latency"),
        ])
    func isRefused(text: String, instead: String) {
        let output = Self.output.replacing(text, with: instead)
        #expect(output != Self.output)
        #expect(PgbenchOutput(output) == nil)
    }

    @Test func logIsRead() {
        let log = "0 1 1500 0 1700000000 12\n0 2 250 0 1700000000 13\n\n0 3\n"
        #expect(PgbenchOutput.latencies(inLog: log) == [.microseconds(1500), .microseconds(250)])
    }

    @Test("The bound consists of the server's own statements, in their order, with every parameter made")
    func bound() throws {
        let script = try BoundScript.make(schema: "tenant_x")
        #expect(script.text.firstMatch(of: /\$[0-9]/) == nil)
        #expect(script.text.ranges(of: "\\startpipeline").count == 2)
        #expect(script.text.ranges(of: "\\endpipeline").count == 2)
        #expect(script.settings["enable_seqscan"] == "off")
        let order = [
            "begin isolation level read committed", "set_config('role', ('tenant_x'), true)", "for no key update",
            "clock_timestamp()", "from journal where request_id", "\\endpipeline", "insert into allocation_grant",
            "insert into support_case", "insert into journal", "commit;", "\\endpipeline",
        ]
        var rest = script.text[...]
        for text in order {
            let found = try #require(rest.firstRange(of: text), "\(text)")
            rest = rest[found.upperBound...]
        }
    }

    @Test func aStatementThatTheBoundDoesNotKnowIsNotPassedOver() throws {
        #expect(throws: UnknownParameter.self) {
            try BoundScript.fill("load_news", "select $1::text[]", enter: [])
        }
        #expect(throws: UnknownParameter.self) {
            try BoundScript.fill("insert_x", "insert into x (a) select unnest($2::text[])", enter: [])
        }
        #expect(
            try BoundScript.fill(
                "insert_journal", "insert into x (a, channel) select $2::timestamptz, unnest($3::text[])\n", enter: [])
                == "insert into x (a, channel) select (now())::timestamptz, "
                + "unnest(array_fill(('phone')::text, array[512]));")
    }
}
