import EntitledCore
import Testing

@testable import entitlectl

@Suite("A ServiceNow log")
struct ServiceNowLogTests {
    private static let header = "number,caller_id,location,contact_type,category,opened_at"

    private static func log(_ rows: String..., zone: Zone = .utc) throws -> ServiceNowLog {
        try ServiceNowLog(([header] + rows).joined(separator: "\n"), zone: zone)
    }

    @Test("reads an incident from its first row and counts the others")
    func firstRowOpens() throws {
        let log = try Self.log(
            "INC1,Caller 1,Site 1,Phone,Printers,29-02-2016 01:16",
            "INC1,Caller 2,Site 2,Email,Scanners,29-02-2016 01:16",
            "INC2,?,Site 1,,?,01-03-2016 00:00",
            "INC1,?,?,?,?,nonsense")
        #expect(
            log.incidents == [
                Incident(
                    line: 2, number: try CaseID("INC1"), caller: try CustomerID("Caller 1"),
                    location: try CustomerID("Site 1"), channel: try ChannelID("phone"),
                    product: try ProductID("Printers"), openedAt: Instant(seconds: 1_456_708_560)),
                Incident(
                    line: 4, number: try CaseID("INC2"), caller: nil, location: try CustomerID("Site 1"), channel: nil,
                    product: nil, openedAt: Instant(seconds: 1_456_790_400)),
            ])
        #expect(log.updates == 2)
        #expect(log.rows == 4)
        #expect(log.problems.isEmpty)
    }

    @Test("finds its columns by name, in any order and case, among others")
    func columnsByName() throws {
        let log = try ServiceNowLog(
            "x,OPENED_AT,Category,contact_type, location ,caller_id,number\n"
                + "?,29-02-2016 01:16,P,Chat,L,C,N\n", zone: .utc)
        let incident = try #require(log.incidents.first)
        #expect(incident.number.text == "N")
        #expect(incident.caller?.text == "C")
        #expect(incident.location?.text == "L")
        #expect(incident.channel?.text == "chat")
        #expect(incident.product?.text == "P")
    }

    @Test(arguments: [
        ("number,location,contact_type,category,opened_at", "the header has no column 'caller_id'"),
        ("number,caller_id,location,contact_type,category,when", "the header has no column 'opened_at'"),
        (header + ",number", "the header has the column 'number' 2 times"),
        ("INC1;Caller 1;Site 1", "the header has no column 'number'"),
    ])
    func badHeaderFails(header: String, message: String) {
        #expect(throws: CommandFailure(message)) { try ServiceNowLog(header + "\n", zone: .utc) }
    }

    @Test(arguments: [
        ("?,C,L,Phone,P,29-02-2016 01:16", "line 2: number: is unknown"),
        ("INC1,?,,Phone,P,29-02-2016 01:16", "line 2: caller_id: is unknown, and so is location"),
        ("INC1,C,L,Phone,P,?", "line 2: opened_at: is unknown"),
        ("INC1,C,L,Phone,P,30-02-2016 01:16", time("30-02-2016 01:16")),
        ("INC1,C,L,Phone,P,2016-02-29 01:16", time("2016-02-29 01:16")),
        ("INC1,C,L,Phone,P,29-02-2016 24:00", time("29-02-2016 24:00")),
        ("INC1,C,L,Phone,P,29-02-2016 01:60", time("29-02-2016 01:60")),
        ("INC1,C,L,Phone", "line 2: row: has 4 columns, the header has 6"),
        (
            "INC1,C\u{7},L,Phone,P,29-02-2016 01:16",
            "line 2: caller_id: has a control character; allowed: \(TextRule.id.allowed)"
        ),
    ])
    func badLineIsReported(row: String, problem: String) throws {
        let log = try Self.log(row, "INC1,C,L,Phone,P,29-02-2016 01:16")
        #expect(log.problems.map(\.description) == [problem])
        #expect(log.incidents.map(\.line) == [3], "the next readable row of the number opens the case")
        #expect(log.rows == 2)
    }

    private static func time(_ text: String) -> String {
        "line 2: opened_at: '\(text)' is no time; allowed: dd-mm-yyyy hh:mm"
    }

    @Test("reads times in the zone; one that the zone skips is the one after the gap")
    func zones() throws {
        let berlin = try Zone("Europe/Berlin")
        let log = try Self.log(
            "INC1,C,L,,,01-07-2016 12:00", "INC2,C,L,,,01-01-2016 12:00", "INC3,C,L,,,27-03-2016 02:30", zone: berlin)
        #expect(
            log.incidents.map(\.openedAt.description) == [
                "2016-07-01T10:00:00.000000Z", "2016-01-01T11:00:00.000000Z", "2016-03-27T01:30:00.000000Z",
            ])
    }
}
