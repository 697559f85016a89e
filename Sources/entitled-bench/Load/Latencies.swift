import Histogram

/// Latencies, kept to three digits, up to a minute.
struct Latencies: Sendable {
    private static let longestMicroseconds: UInt64 = 60_000_000

    private var histogram = Histogram<UInt64>(
        highestTrackableValue: longestMicroseconds, numberOfSignificantValueDigits: .three)

    var count: Int { Int(histogram.totalCount) }

    mutating func record(_ latency: Duration) {
        let microseconds = UInt64(max(0, latency / .microseconds(1)))
        _ = histogram.record(min(microseconds, Self.longestMicroseconds))
    }

    mutating func add(_ other: Latencies) { histogram.add(other.histogram) }

    /// - Parameter percentile: 0 to 100.
    func milliseconds(_ percentile: Double) -> Double {
        count == 0 ? 0 : Double(histogram.valueAtPercentile(percentile)) / 1000
    }
}

/// The time that counts.
struct MeasuredWindow: Sendable {
    let start: ContinuousClock.Instant
    let end: ContinuousClock.Instant

    init(from start: ContinuousClock.Instant, for time: Duration) {
        self.start = start
        end = start + time
    }

    func contains(_ instant: ContinuousClock.Instant) -> Bool { start <= instant && instant < end }
}

/// Gathers latencies from many callers.
final class LatencyRecorder: Sendable {
    let window: MeasuredWindow
    private let shards = Shards(of: Latencies())

    init(_ window: MeasuredWindow) {
        self.window = window
    }

    /// - Parameter shard: as ``Shards/update(_:_:)`` has it.
    func record(_ latency: Duration, shard: Int) { shards.update(shard) { $0.record(latency) } }

    func merged() -> Latencies { shards.parts.reduce(into: Latencies()) { $0.add($1) } }
}
