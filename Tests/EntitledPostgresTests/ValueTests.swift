import EntitledPostgres
import Testing

/// Every type goes to the database and comes back; and what is no such value is refused.
@Suite struct ValueTests {
    @Test func scalarsReturn() async throws {
        try await withConnection { session throws in
            for text in ["", "a", "Grüße, 世界 \u{1F600} '\"\\", String(repeating: "x", count: 100_000)] {
                let row = try Self.echo(session, "text") { $0.append(text: text) }
                #expect(try row.text(0) == text && row.optionalText(0) == text)
            }
            for value in [0, 1, -1, .min, .max] as [Int64] {
                #expect(try Self.echo(session, "int8") { $0.append(int8: value) }.int8(0) == value)
            }
            for value in [0, -7, .min, .max] as [Int32] {
                #expect(try Self.echo(session, "int4") { $0.append(int4: value) }.int4(0) == value)
            }
            for value in [0, -7, .min, .max] as [Int16] {
                #expect(try Self.echo(session, "int2") { $0.append(int2: value) }.int2(0) == value)
            }
            for value in [true, false] {
                #expect(try Self.echo(session, "bool") { $0.append(bool: value) }.bool(0) == value)
            }
            for value in [[], [0], Array(0...255)] as [[UInt8]] {
                #expect(try Self.echo(session, "bytea") { $0.append(bytes: value) }.bytes(0) == value)
            }
            let uuid = Array(1...16) as [UInt8]
            let row = try Self.echo(session, "uuid", also: "$1::uuid::text") { $0.append(uuid: uuid) }
            #expect(try row.uuid(0) == uuid && row.text(1) == "01020304-0506-0708-090a-0b0c0d0e0f10")
        }
    }

    @Test(
        arguments: [
            (0, "1970-01-01 00:00:00+00"), (946_684_800_000_000, "2000-01-01 00:00:00+00"),
            (-1, "1969-12-31 23:59:59.999999+00"),
            (1_709_210_096_789_012, "2024-02-29 12:34:56.789012+00"),
            (-210_866_803_200_000_000, "4714-11-24 00:00:00+00 BC"),
        ] as [(Int64, String)])
    func instantsReturn(_ microseconds: Int64, _ text: String) async throws {
        try await withConnection { session throws in
            try session.execute("set time zone 'UTC'")
            let row = try Self.echo(session, "timestamptz", also: "$1::timestamptz::text") {
                $0.append(timestamp: microseconds)
            }
            #expect(try row.timestamp(0) == microseconds && row.text(1) == text)
        }
    }

    @Test(
        arguments: [(0, "1970-01-01"), (10_957, "2000-01-01"), (19_782, "2024-02-29"), (-719_162, "0001-01-01")]
            as [(Int32, String)])
    func daysReturn(_ days: Int32, _ text: String) async throws {
        try await withConnection { session throws in
            let row = try Self.echo(session, "date", also: "$1::date::text") { $0.append(date: days) }
            #expect(try row.date(0) == days && row.text(1) == text)
        }
    }

    @Test func nullsReturn() async throws {
        try await withConnection { session throws in
            let types = ["text", "int8", "int4", "int2", "bool", "bytea", "timestamptz", "date", "uuid"]
            let row = try session.query(
                "select " + types.enumerated().map { "$\($0 + 1)::\($1)" }.joined(separator: ", "),
                parameters {
                    $0.append(text: nil)
                    $0.append(int8: nil)
                    $0.append(int4: nil)
                    $0.append(int2: nil)
                    $0.append(bool: nil)
                    $0.append(bytes: nil)
                    $0.append(timestamp: nil)
                    $0.append(date: nil)
                    $0.appendNull()
                }
            ).only()
            for column in types.indices { #expect(try row.isNull(column)) }
            #expect(try row.optionalText(0) == nil && row.optionalInt8(1) == nil && row.optionalInt4(2) == nil)
            #expect(try row.optionalInt2(3) == nil && row.optionalBool(4) == nil && row.optionalBytes(5) == nil)
            #expect(try row.optionalTimestamp(6) == nil && row.optionalDate(7) == nil && row.optionalUUID(8) == nil)
        }
    }

    @Test func arraysReturn() async throws {
        try await withConnection { session throws in
            func echo(_ type: String, _ fill: (inout Parameters) -> Void) throws -> Row {
                try Self.echo(session, type, fill)
            }
            for texts in [[], [""], ["a", "ü,{}\"NULL", ""], Array(repeating: "x", count: 5_000)] {
                #expect(try echo("text[]") { $0.append(texts: texts) }.texts(0) == texts)
            }
            let optionalTexts = ["a", nil, "NULL", nil]
            #expect(try echo("text[]") { $0.append(texts: optionalTexts) }.optionalTexts(0) == optionalTexts)
            #expect(try echo("int8[]") { $0.append(int8s: [.min, 0, .max]) }.int8s(0) == [.min, 0, .max])
            #expect(try echo("int8[]") { $0.append(int8s: [nil, 5]) }.optionalInt8s(0) == [nil, 5])
            #expect(try echo("int4[]") { $0.append(int4s: [.min, 0, .max]) }.int4s(0) == [.min, 0, .max])
            #expect(try echo("int4[]") { $0.append(int4s: [nil, 5]) }.optionalInt4s(0) == [nil, 5])
            #expect(try echo("int2[]") { $0.append(int2s: [.min, 0, .max]) }.int2s(0) == [.min, 0, .max])
            #expect(try echo("int2[]") { $0.append(int2s: [nil, 5]) }.optionalInt2s(0) == [nil, 5])
            #expect(try echo("bool[]") { $0.append(bools: [true, false]) }.bools(0) == [true, false])
            #expect(try echo("bool[]") { $0.append(bools: [true, nil]) }.optionalBools(0) == [true, nil])
            let bytes: [[UInt8]] = [[], [1, 2], [0]]
            #expect(try echo("bytea[]") { $0.append(byteStrings: bytes) }.byteStrings(0) == bytes)
            let optionalBytes: [[UInt8]?] = [[], nil, [0]]
            #expect(
                try echo("bytea[]") { $0.append(byteStrings: optionalBytes) }.optionalByteStrings(0)
                    == optionalBytes)
            #expect(try echo("timestamptz[]") { $0.append(timestamps: [0, -1]) }.timestamps(0) == [0, -1])
            #expect(
                try echo("timestamptz[]") { $0.append(timestamps: [0, nil]) }.optionalTimestamps(0) == [0, nil])
            #expect(try echo("date[]") { $0.append(dates: [0, -1]) }.dates(0) == [0, -1])
            #expect(try echo("date[]") { $0.append(dates: [0, nil]) }.optionalDates(0) == [0, nil])
            let uuid = Array(1...16) as [UInt8]
            #expect(try echo("uuid[]") { $0.append(uuids: [uuid]) }.uuids(0) == [uuid])
            #expect(try echo("uuid[]") { $0.append(uuids: [uuid, nil]) }.optionalUUIDs(0) == [uuid, nil])
        }
    }

    /// Several values share one buffer; an empty one or a null in front must not shift the next.
    @Test func neighboursDoNotMix() async throws {
        try await withConnection { session throws in
            let values = parameters {
                $0.append(text: "")
                $0.appendNull()
                $0.append(int8: 7)
                $0.append(texts: [])
                $0.append(bytes: [])
                $0.append(text: "end")
            }
            let row = try session.query(
                "select $1::text, $2::text, $3::int8, $4::text[], $5::bytea, $6::text", values
            ).only()
            #expect(try row.text(0) == "" && row.isNull(1) && row.int8(2) == 7 && row.texts(3) == [])
            #expect(try row.bytes(4) == [] && row.text(5) == "end")
        }
    }

    @Test(arguments: [
        ("1::int4", "column 0 (value) has type 23, not int8"), ("null::int8", "column 0 (value) is null"),
        ("'x'::text", "column 0 (value) has type 25, not int8"),
    ])
    func wrongTypesThrow(_ sql: String, _ message: String) async throws {
        let error = try await #require(throws: PostgresError.self) {
            try await withConnection { try $0.query("select \(sql) as value").only().int8(0) }
        }
        #expect(error.code == .protocolViolation && error.message == message)
    }

    @Test(arguments: [
        "select 'infinity'::timestamptz, '-infinity'::date, array[1, null]::int8[], array[[1], [2]]::int8[], "
            + "null::int8[]"
    ])
    func wrongValuesThrow(_ sql: String) async throws {
        try await withConnection { session throws in
            let rows = try session.query(sql)
            let row = rows[0]
            #expect(throws: PostgresError.self) { try row.timestamp(0) }
            #expect(throws: PostgresError.self) { try row.date(1) }
            for column in 2...4 { #expect(throws: PostgresError.self) { try row.int8s(column) } }
            #expect(throws: PostgresError.self) { try row.isNull(5) }
            #expect(throws: PostgresError.self) { try row.isNull(-1) }
            #expect(throws: PostgresError.self) { try rows[1].isNull(0) }
            #expect(throws: PostgresError.self) { try session.query("select 1 limit 0").only() }
        }
    }

    @Test func rowsAreComparedByTheirBytes() async throws {
        try await withConnection { session in
            let rows = try session.query(
                "select * from (values ('a', null), ('a', ''), ('ab', null), ('ä', 'a')) as four (key, other)")
            #expect(try rows[0].holds(0, as: rows[1]) && !rows[0].holds(0, as: rows[2]))
            #expect(try !rows[0].holds(0, as: rows[3]) && rows[3].holds(0, as: rows[3]))
            #expect(try rows[0].holds(1, as: rows[2]))
            #expect(try !rows[0].holds(1, as: rows[1]) && !rows[1].holds(1, as: rows[0]))
            #expect(throws: PostgresError.self) { try rows[0].holds(0, as: rows[4]) }
            #expect(throws: PostgresError.self) { try rows[0].holds(2, as: rows[1]) }
        }
    }

    @Test func recordsAreReadLikeRows() async throws {
        try await withConnection { session in
            let row = try session.query(
                """
                select
                    record_send(row(7, null::text, array['a', 'b'],
                        array(select row(n, n > 1) from generate_series(1, 2) as n))),
                    array(select row(n::text) from generate_series(1, 3) as n), '\\x00'::bytea, null::bytea,
                    '\\x00000001'::bytea, record_send(row(1)) || '\\x00', array[1]
                """
            ).only()
            let record = try row.record(0)
            #expect(try record.int4(0) == 7 && record.isNull(1) && record.optionalText(1) == nil)
            #expect(try record.texts(2) == ["a", "b"])
            let inner = try record.records(3)
            #expect(try inner.map { try $0.int4(0) } == [1, 2] && inner.map { try $0.bool(1) } == [false, true])
            #expect(try row.records(1).map { try $0.text(0) } == ["1", "2", "3"])
            for column in 2...5 { #expect(throws: PostgresError.self) { try row.record(column) } }
            #expect(throws: PostgresError.self) { try row.records(6) }
            #expect(throws: PostgresError.self) { try record.int8(0) }
            #expect(throws: PostgresError.self) { try record.text(1) }
            #expect(throws: PostgresError.self) { try record.int4(4) }
        }
    }

    @Test(arguments: [Int64.min, .min + 946_684_800_000_000] as [Int64]) func instantsOutOfRangeAreRefused(
        _ value: Int64
    )
        async throws
    {
        let error = try await #require(throws: PostgresError.self) {
            try await withConnection { try Self.echo($0, "timestamptz") { $0.append(timestamp: value) } }
        }
        #expect(error.sqlState == "22008")
    }

    @Test(arguments: [Int32.min, .min + 10_957] as [Int32]) func daysOutOfRangeAreRefused(_ value: Int32) async throws {
        let error = try await #require(throws: PostgresError.self) {
            try await withConnection { try Self.echo($0, "date") { $0.append(date: value) } }
        }
        #expect(error.sqlState == "22008")
    }

    private static func echo(
        _ session: PostgresSession, _ type: String, also: String = "1", _ fill: (inout Parameters) -> Void
    ) throws -> Row {
        try session.query("select $1::\(type), \(also)", parameters(fill)).only()
    }
}
