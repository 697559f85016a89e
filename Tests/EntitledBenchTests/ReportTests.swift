import Foundation
import FoundationXML
import Testing

@testable import entitled_bench

@Suite("The report of a comparison")
struct ReportTests {
    private typealias Name = Contenders.Name

    private static var measurements: Measurements {
        var measurements = Measurements()
        let rates = [
            (Name.usualHot, 1000.0), (Name.usualSpread, 5000), (Name.singleHot, 2500), (Name.singleSpread, 10_000),
            (Name.entitledHot, 20_000), (Name.entitledSpread, 15_000), (Name.boundHot, 40_000),
            (Name.boundSpread, 50_000), (Name.checkSpread, 30_000), (Name.selectSpread, 15_000),
            (Name.checkHot, 60_000), (Name.selectHot, 20_000), (Name.halfLoad, 7500), (Name.usualHalfLoad, 2500),
            (Name.inFlight(8), 4000), (Name.inFlight(1), 1000), (Name.usualAlone, 900), (Name.checkAlone, 2000),
            (Name.selectAlone, 8000), (Name.tenants(1), 15_000), (Name.tenants(2), 14_000),
        ]
        for (name, rate) in rates {
            for factor in [0.9, 1.0, 1.1] {
                measurements.add(
                    Sample(perSecond: rate * factor, medianMilliseconds: 1000 / rate, p99Milliseconds: 12), to: name)
            }
        }
        return measurements
    }

    private static func report(differences: [String] = []) throws -> CompareReport {
        try CompareReport(
            surroundings: Surroundings(
                date: "2026-01-01T00:00:00Z", cores: 2, processor: "A & B <processor>", memoryBytes: 1 << 30,
                kernel: "Linux", build: "release", postgres: "PostgreSQL 15", settings: ["fsync": "on"],
                syncMilliseconds: 0.13),
            plan: .smoke, tunings: [Tuning(name: Name.usualHot, attempts: [], best: 8)], measurements: measurements,
            memory: MemoryFigures(
                underLoadBytes: 50 << 20, peakBytes: 60 << 20,
                idle: IdleMemory(connections: 100, beforeBytes: 1_000_000, afterBytes: 3_000_000)),
            differences: differences)
    }

    @Test func figures() throws {
        let figures = try Figures(Self.measurements)
        #expect(
            figures.line == "hot_ratio=20.0 spread_ratio=3.00 hot_vs_one_statement=8.00 spread_vs_one_statement=1.50 "
                + "bound_ratio=0.300 check_ratio=2.00 latency_ratio=0.900 p99_ms=12.0")
        #expect(figures.bars.map(\.isMet) == [true, false, true, false, false, false, true, true])
        #expect(abs(figures.hotBoundRatio - 0.5) < 1e-9)
        #expect(abs(figures.checkLatencyRatio - 4) < 1e-9)
        #expect(abs(figures.hotCheckRatio - 3) < 1e-9)
        #expect(figures.usualP99Milliseconds == 12)
        #expect(throws: MissingFigure.self) { try Figures(Measurements()) }
    }

    @Test("A limit that is just reached passes, be it a floor or a ceiling")
    func bars() {
        #expect(Figures.Bar(name: "", value: 15, limit: 15).isMet)
        #expect(!Figures.Bar(name: "", value: 14.9, limit: 15).isMet)
        #expect(Figures.Bar(name: "", value: 25, limit: 25, isCeiling: true).isMet)
        #expect(!Figures.Bar(name: "", value: 25.1, limit: 25, isCeiling: true).isMet)
    }

    @Test func textEndsWithTheLineForPrograms() throws {
        let text = try Self.report().text
        #expect(text.split(separator: "\n").last?.hasPrefix("hot_ratio=20.0 ") == true)
        #expect(text.contains("sums: reconciled"))
        #expect(text.contains("20000 bytes a connection"))
        #expect(text.contains("FAIL  spread against the usual way = 3.00"))
        #expect(try Self.report(differences: ["cases: 1"]).text.contains("sums: DIFFER\n  cases: 1"))
    }

    @Test func jsonHasEverySample() throws {
        let json = try JSONSerialization.jsonObject(with: ReportFile.json(Self.report())) as? [String: Any]
        let measurements = json?["measurements"] as? [String: Any]
        let entries = try #require(measurements?["entries"] as? [[String: Any]])
        let hot = try #require(entries.first { $0["name"] as? String == Name.usualHot })
        #expect((hot["samples"] as? [[String: Any]])?.count == 3)
        #expect((json?["figures"] as? [String: Any])?["hot_ratio"] as? Double == 20)
        #expect((json?["plan"] as? [String: Any])?["seed"] as? Int == 20_260_101)
        #expect((json?["surroundings"] as? [String: Any])?["settings"] as? [String: String] == ["fsync": "on"])
    }

    @Test("The picture is well-formed, and shows every point")
    func picture() throws {
        let svg = try CurvePicture(Self.report()).svg
        let parser = XMLParser(data: Data(svg.utf8))
        #expect(parser.parse())
        #expect(svg.ranges(of: "<circle").count == 4)
        #expect(svg.ranges(of: "<rect").count == 11)
        #expect(svg.contains("A &amp; B &lt;processor&gt;"))
        #expect(svg.firstMatch(of: /[",](-?nan|-?inf)/) == nil)
    }

    @Test(arguments: [
        (4.0, 4.0, 5), (5, 5, 6), (6, 6, 4), (17_300, 20_000, 5), (0, 1, 6), (0.09, 0.1, 6), (100, 100, 6),
    ])
    func axes(greatest: Double, end: Double, ticks: Int) {
        let scale = Scale(upTo: greatest)
        #expect(abs(scale.end - end) < 1e-9)
        #expect(scale.ticks.count == ticks)
        #expect(scale.ticks.first == 0)
    }
}
