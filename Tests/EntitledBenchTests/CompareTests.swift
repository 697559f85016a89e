import Testing

@Suite("The whole comparison")
struct CompareTests {
    @Test("It runs, everything adds up, and nothing is left behind", .timeLimit(.minutes(5)))
    func smoke() async throws {
        let outcome = try await BenchProcess.run("compare", "--smoke")
        try #require(outcome.status == 0, "\(outcome.text)")
        #expect(outcome.text.contains("sums: reconciled"))
        #expect(outcome.text.split(separator: "\n").last?.hasPrefix("hot_ratio=") == true, "\(outcome.text)")
        #expect(outcome.results == ["results.json", "curves.svg"])
        #expect(outcome.left.isEmpty)
    }
}
