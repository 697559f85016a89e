import Testing

@Suite("What the innermost pieces cost")
struct MicroBenchmarkTests {
    @Test("Nothing costs more than was recorded, nor much less")
    func costs() async throws {
        let ceilings = Ceilings(recorded: try .recorded())
        for finding in ceilings.findings(in: try await .measured()) { Issue.record("\(finding)") }
    }
}

@Suite("The ceilings see what is wrong")
struct CeilingTests {
    private static func report(
        _ name: String = "piece", configuration: String = "debug", platform: String = "here",
        allocations: Double? = 10, bytes: Double? = 1_000, instructions: Double? = 100_000
    ) -> MicrobenchReport {
        let counts = MicrobenchReport.Counts(allocations: allocations, bytes: bytes, instructions: instructions)
        return MicrobenchReport(configuration: configuration, platform: platform, benchmarks: [name: counts])
    }

    private static func findings(_ measured: MicrobenchReport) -> [String] {
        Ceilings(recorded: report()).findings(in: measured)
    }

    @Test(arguments: [
        report(), report(allocations: 5), report(bytes: 1_050), report(instructions: 110_000),
        report(platform: "elsewhere", allocations: 11, bytes: 1_100, instructions: 300_000),
    ])
    func nothingToFind(measured: MicrobenchReport) {
        #expect(Self.findings(measured) == [])
    }

    @Test(arguments: [
        (report(allocations: 10.01), "piece: allocations are 10.01, allowed: 10.0. If"),
        (report(bytes: 1_051), "piece: bytes are 1051.0, allowed: 1050.0. If"),
        (report(instructions: 111_000), "piece: instructions are 111000.0, allowed: 110000.0"),
        (report(platform: "elsewhere", allocations: 12), "piece: allocations are 12.0, allowed: 11.0"),
        (report(allocations: 4), "piece: allocations are 4.0, less than half of 10.0. Keep"),
        (report(instructions: 49_000), "piece: instructions are 49000.0, less than half of 100000.0. Keep"),
        (report(instructions: nil), "piece: instructions weren't counted"),
        (report(configuration: "release"), "recorded was debug, this is release"),
    ])
    func oneFinding(measured: MicrobenchReport, beginning: String) throws {
        let findings = Self.findings(measured)
        #expect(findings.count == 1)
        #expect(findings.first?.hasPrefix(beginning) == true, "\(findings)")
    }

    @Test func otherNames() {
        let findings = Self.findings(Self.report("another"))
        #expect(
            findings.map { $0.prefix { $0 != ":" } } == [
                "another isn't recorded", "piece is recorded, and no longer measured",
            ])
    }

    @Test("What was free stays free")
    func zero() {
        let ceilings = Ceilings(recorded: Self.report(allocations: 0, bytes: 0))
        #expect(ceilings.findings(in: Self.report(allocations: 0, bytes: 0)) == [])
        #expect(ceilings.findings(in: Self.report(allocations: 1, bytes: 32)).count == 2)
    }
}
