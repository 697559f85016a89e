import EntitledDevelopment
import Foundation
import Testing

@testable import entitled_bench

@Suite("What measurements come to")
struct MeasurementTests {
    @Test(arguments: [
        ([3.0], 3.0, 3.0, 3.0),
        ([5, 1, 3], 3, 1, 5),
        ([4, 1, 3, 2], 2.5, 1, 4),
    ])
    func spreads(values: [Double], median: Double, least: Double, greatest: Double) {
        let spread = Spread(values)
        #expect(spread.median == median)
        #expect(spread.least == least)
        #expect(spread.greatest == greatest)
    }

    @Test func samplesStandByTheirContendersInTheOrderOfTheFirst() {
        var measurements = Measurements()
        for (name, rate) in [("b", 1.0), ("a", 5), ("b", 3)] { measurements.add(Sample(perSecond: rate), to: name) }
        #expect(measurements.entries.map(\.name) == ["b", "a"])
        #expect(measurements["b"]?.perSecond.median == 2)
        #expect(measurements["b"]?.spread(\.p99Milliseconds) == nil)
        #expect(measurements["c"] == nil)
    }

    @Test("Contenders are compared round by round")
    func ratios() throws {
        var measurements = Measurements()
        for (rate, other) in [(10.0, 1.0), (200, 100), (30, 20)] {
            measurements.add(Sample(perSecond: rate), to: "a")
            measurements.add(Sample(perSecond: other), to: "b")
        }
        // The medians alone would say 1.5.
        #expect(try measurements.ratio("a", to: "b", \.perSecond) == 2)
        measurements.add(Sample(perSecond: 500), to: "a")
        measurements.add(Sample(perSecond: 100), to: "b")
        #expect(try measurements.ratio("a", to: "b", \.perSecond) == 3.5)
        #expect(throws: MissingFigure.self) { try measurements.ratio("a", to: "c", \.perSecond) }
        #expect(throws: MissingFigure.self) { try measurements.ratio("a", to: "b", \.p99Milliseconds) }
    }

    @Test func aTransactionOfManyCasesCountsForAll() {
        #expect(Sample(perSecond: 10).times(512).perSecond == 5120)
    }

    @Test("The count with which a contender does best is taken; a single one isn't even tried")
    func tuning() async throws {
        // In the second pass something else is at work beside 8, and not beside 64.
        var rates = [1: [10.0, 10], 8: [30, 5], 64: [20, 20]]
        var tried: [Int] = []
        let tuning = try await Tuning.find("x", among: [1, 8, 64], passes: 2) { count in
            tried.append(count)
            return Sample(perSecond: rates[count]?.removeFirst() ?? 0)
        }
        #expect(tuning.best == 64)
        #expect(tried == [1, 8, 64, 1, 8, 64])
        #expect(tuning.attempts.map(\.count) == [1, 8, 64])
        #expect(tuning.attempts.map(\.perSecond) == [10, 17.5, 20])
        let only = try await Tuning.find("x", among: [5], passes: 2) { _ in
            throw PgbenchFailure(script: "", output: "")
        }
        #expect(only.best == 5)
    }

    @Test("Rounds measure everybody in turn, and tell what was measured before")
    func rounds() async throws {
        var measurements = Measurements()
        let first = Contender("first", seconds: 2) { seconds, _ in Sample(perSecond: seconds) }
        let second = Contender("second", seconds: 1) { _, before in
            Sample(perSecond: Double(before["first"]?.samples.count ?? 0))
        }
        try await Rounds.run([first, second], rounds: 3, into: &measurements)
        #expect(measurements["first"]?.samples.map(\.perSecond) == [2, 2, 2])
        #expect(measurements["second"]?.samples.map(\.perSecond) == [1, 2, 3])
    }

    @Test func latencies() {
        var latencies = Latencies()
        #expect(latencies.milliseconds(99) == 0)
        for milliseconds in 1...100 { latencies.record(.milliseconds(milliseconds)) }
        latencies.record(.seconds(-1))
        var sum = Latencies()
        sum.add(latencies)
        sum.add(latencies)
        #expect(sum.count == 202)
        #expect(abs(sum.milliseconds(50) - 50) < 1)
        #expect(abs(sum.milliseconds(100) - 100) < 0.2)
        // Longer than can be kept is kept as the longest.
        sum.record(.seconds(3600))
        #expect(abs(sum.milliseconds(100) - 60_000) < 60)
    }

    @Test func windows() {
        let start = ContinuousClock.now
        let window = MeasuredWindow(from: start, for: .seconds(1))
        let contained = [-0.001, 0, 0.999, 1].map { window.contains(start + .seconds($0)) }
        #expect(contained == [false, true, true, false])
    }

    @Test func whatManyCallersRecordIsAddedUp() {
        let recorder = LatencyRecorder(MeasuredWindow(from: .now, for: .seconds(1)))
        for shard in [0, 1, 17, 4095] { recorder.record(.milliseconds(10 + shard % 2), shard: shard) }
        let latencies = recorder.merged()
        #expect(latencies.count == 4)
        #expect(abs(latencies.milliseconds(100) - 11) < 0.1)
    }

    @Test("Calls of an open loop are due evenly, however many there are, and none at the end or later")
    func openLoop() throws {
        let start = ContinuousClock.now
        let schedule = OpenLoopSchedule(start: start, callsPerSecond: 3, end: start + .seconds(1000))
        #expect(schedule.instant(of: 0) == start)
        let due = try #require(schedule.instant(of: 2999))
        #expect(abs((due - start) / .seconds(1) - 2999 / 3.0) < 1e-6)
        #expect(schedule.instant(of: 3000) == nil)
    }

    @Test("Draws can be repeated, differ between streams, and reach every customer alike")
    func draws() {
        func draws(_ seed: UInt64, _ stream: UInt64) -> [Int] {
            var draw = SeededRandom(seed: seed, stream: stream)
            return (0..<10_000).map { _ in draw.next(below: 10) }
        }
        #expect(draws(1, 0) == draws(1, 0))
        #expect(draws(1, 0) != draws(1, 1))
        #expect(draws(1, 0) != draws(2, 0))
        let counts = Dictionary(grouping: draws(7, 3)) { $0 }.mapValues(\.count)
        #expect(counts.keys.sorted() == Array(0..<10))
        #expect(counts.values.allSatisfy { (850...1150).contains($0) })
    }

    @Test(
        "The kind of file system is that of the nearest mount point",
        arguments: [
            ("/var/tmp", "ext4"), ("/tmp", "tmpfs"), ("/tmp/a", "tmpfs"), ("/tmpfoo", "ext4"), ("/tmp/disk/a", "xfs"),
        ])
    func fileSystems(path: String, kind: String) {
        let mounts = """
            overlay / overlay rw 0 0
            /dev/a / ext4 rw 0 0
            tmpfs /tmp tmpfs rw 0 0
            /dev/b /tmp/disk xfs rw 0 0
            """
        #expect(Surroundings.fileSystem(of: path, mounts: mounts) == kind)
        #expect(Surroundings.fileSystem(of: path, mounts: "") == nil)
    }

    @Test(arguments: [
        (0.0, "0"), (0.0004, "0.000"), (0.1234, "0.123"), (4.567, "4.57"), (78.94, "78.9"), (1234.5, "1234"),
    ])
    func numbers(value: Double, text: String) { #expect(Text.number(value) == text) }
}
