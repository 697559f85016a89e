/// One measurement.
struct Sample: Codable, Hashable, Sendable {
    /// Cases opened, or looked at, a second.
    var perSecond: Double
    var medianMilliseconds: Double?
    var p99Milliseconds: Double?
    var meanMilliseconds: Double?

    /// The same, where a transaction is so many cases.
    func times(_ cases: Int) -> Sample {
        var sample = self
        sample.perSecond *= Double(cases)
        return sample
    }
}

extension Sample {
    init(_ result: LoadResult) {
        self.init(
            perSecond: result.callsPerSecond, medianMilliseconds: result.latencies.milliseconds(50),
            p99Milliseconds: result.latencies.milliseconds(99))
    }
}

/// The middle of some measurements, and how far apart they are.
struct Spread: Codable, Hashable, Sendable {
    let median: Double
    let least: Double
    let greatest: Double

    /// - Parameter values: at least one.
    init(_ values: [Double]) {
        precondition(!values.isEmpty)
        let sorted = values.sorted()
        let middle = sorted.count / 2
        median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        least = sorted[0]
        greatest = sorted[sorted.count - 1]
    }
}

/// What the rounds have measured, by contender, in the order in which they first ran.
struct Measurements: Codable, Sendable {
    struct Entry: Codable, Sendable {
        let name: String
        var samples: [Sample]

        var perSecond: Spread { Spread(samples.map(\.perSecond)) }

        /// - Returns: nil if it wasn't measured.
        func spread(_ value: (Sample) -> Double?) -> Spread? {
            let values = samples.compactMap(value)
            return values.isEmpty ? nil : Spread(values)
        }
    }

    private(set) var entries: [Entry] = []

    subscript(_ name: String) -> Entry? { entries.first { $0.name == name } }

    /// How one contender compares with another, by the median of the rounds: both were measured in each, so that what
    /// changes on the machine from round to round changes neither's place.
    /// - Throws: ``MissingFigure``.
    func ratio(_ name: String, to other: String, _ value: (Sample) -> Double?) throws -> Double {
        func values(_ name: String) throws -> [Double] {
            guard let values = self[name]?.samples.compactMap(value), !values.isEmpty else {
                throw MissingFigure(name: name)
            }
            return values
        }
        return Spread(zip(try values(name), try values(other)).map { $0 / $1 }).median
    }

    mutating func add(_ sample: Sample, to name: String) {
        if let index = entries.firstIndex(where: { $0.name == name }) {
            entries[index].samples.append(sample)
        } else {
            entries.append(Entry(name: name, samples: [sample]))
        }
    }
}
