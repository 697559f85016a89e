/// The figures that decide, and what they have to reach.
struct Figures: Codable, Hashable, Sendable {
    /// Entitled against the usual way: cases a second, one hot contract.
    let hotRatio: Double
    /// The same over many customers.
    let spreadRatio: Double
    let hotAgainstOneStatement: Double
    let spreadAgainstOneStatement: Double
    /// The part of the bound that Entitled reaches, over many customers.
    let boundRatio: Double
    let hotBoundRatio: Double
    /// Checks against plain selects of the same facts, over many customers.
    let checkRatio: Double
    let hotCheckRatio: Double
    /// One opened case, nothing else under way: the median against the usual way's.
    let latencyRatio: Double
    let checkLatencyRatio: Double
    /// At half of the peak, in an open loop.
    let p99Milliseconds: Double
    /// The usual way's, at half of its own: what the disk and the machine let nobody be quicker than.
    let usualP99Milliseconds: Double

    /// - Throws: ``MissingFigure``.
    init(_ measurements: Measurements) throws {
        typealias Name = Contenders.Name
        func rate(_ name: String, to other: String) throws -> Double {
            try measurements.ratio(name, to: other, \.perSecond)
        }
        func latency(_ name: String, to other: String) throws -> Double {
            try measurements.ratio(name, to: other, \.medianMilliseconds)
        }
        func p99(_ name: String) throws -> Double {
            guard let p99 = measurements[name]?.spread(\.p99Milliseconds) else { throw MissingFigure(name: name) }
            return p99.median
        }
        hotRatio = try rate(Name.entitledHot, to: Name.usualHot)
        spreadRatio = try rate(Name.entitledSpread, to: Name.usualSpread)
        hotAgainstOneStatement = try rate(Name.entitledHot, to: Name.singleHot)
        spreadAgainstOneStatement = try rate(Name.entitledSpread, to: Name.singleSpread)
        boundRatio = try rate(Name.entitledSpread, to: Name.boundSpread)
        hotBoundRatio = try rate(Name.entitledHot, to: Name.boundHot)
        checkRatio = try rate(Name.checkSpread, to: Name.selectSpread)
        hotCheckRatio = try rate(Name.checkHot, to: Name.selectHot)
        latencyRatio = try latency(Name.inFlight(1), to: Name.usualAlone)
        checkLatencyRatio = try latency(Name.checkAlone, to: Name.selectAlone)
        p99Milliseconds = try p99(Name.halfLoad)
        usualP99Milliseconds = try p99(Name.usualHalfLoad)
    }

    /// What a figure has to reach.
    struct Bar: Sendable {
        let name: String
        let value: Double
        let limit: Double
        /// What is hoped for; nil if nothing more.
        var aim: Double?
        /// Whether the limit is the greatest that passes, not the least.
        var isCeiling = false

        var isMet: Bool { isCeiling ? value <= limit : value >= limit }

        var line: String {
            let sign = isCeiling ? "<=" : ">="
            let wanted = "\(sign) \(Text.number(limit))" + (aim.map { ", aim \(Text.number($0))" } ?? "")
            return "  \(isMet ? "pass" : "FAIL")  \(name) = \(Text.number(value))  (\(wanted))"
        }
    }

    var bars: [Bar] {
        [
            Bar(name: "hot contract against the usual way", value: hotRatio, limit: 15, aim: 25),
            Bar(name: "spread against the usual way", value: spreadRatio, limit: 3.5, aim: 5),
            Bar(name: "hot contract against one statement", value: hotAgainstOneStatement, limit: 7),
            Bar(name: "spread against one statement", value: spreadAgainstOneStatement, limit: 1.7),
            Bar(name: "part of the bound, spread", value: boundRatio, limit: 0.4, aim: 0.6),
            Bar(name: "checks against plain selects", value: checkRatio, limit: 3),
            Bar(name: "unloaded latency against the usual way", value: latencyRatio, limit: 1.2, isCeiling: true),
            Bar(name: "p99 at half of peak, ms", value: p99Milliseconds, limit: 25, isCeiling: true),
        ]
    }

    /// The last line of the output, for programs.
    var line: String {
        [
            ("hot_ratio", hotRatio), ("spread_ratio", spreadRatio), ("hot_vs_one_statement", hotAgainstOneStatement),
            ("spread_vs_one_statement", spreadAgainstOneStatement), ("bound_ratio", boundRatio),
            ("check_ratio", checkRatio), ("latency_ratio", latencyRatio), ("p99_ms", p99Milliseconds),
        ].map { "\($0)=\(Text.number($1))" }.joined(separator: " ")
    }
}

struct MissingFigure: Error, CustomStringConvertible {
    let name: String
    var description: String { "nothing was measured of: \(name)" }
}
