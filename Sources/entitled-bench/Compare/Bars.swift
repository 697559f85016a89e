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
    /// Checks against plain selects of the same facts.
    let checkRatio: Double
    /// One opened case, nothing else under way: the median against the usual way's.
    let latencyRatio: Double
    let checkLatencyRatio: Double
    /// At half of the peak, in an open loop.
    let p99Milliseconds: Double

    /// - Throws: ``MissingFigure``.
    init(_ measurements: Measurements) throws {
        func rate(_ name: String) throws -> Double {
            guard let entry = measurements[name] else { throw MissingFigure(name: name) }
            return entry.perSecond.median
        }
        func latency(_ name: String) throws -> Double {
            guard let spread = measurements[name]?.spread(\.medianMilliseconds) else { throw MissingFigure(name: name) }
            return spread.median
        }
        typealias Name = Contenders.Name
        let (hot, spread) = (try rate(Name.entitledHot), try rate(Name.entitledSpread))
        hotRatio = try hot / rate(Name.usualHot)
        spreadRatio = try spread / rate(Name.usualSpread)
        hotAgainstOneStatement = try hot / rate(Name.singleHot)
        spreadAgainstOneStatement = try spread / rate(Name.singleSpread)
        boundRatio = try spread / rate(Name.boundSpread)
        hotBoundRatio = try hot / rate(Name.boundHot)
        checkRatio = try rate(Name.check) / rate(Name.select)
        latencyRatio = try latency(Name.inFlight(1)) / latency(Name.usualAlone)
        checkLatencyRatio = try latency(Name.checkAlone) / latency(Name.selectAlone)
        guard let p99 = measurements[Name.halfLoad]?.spread(\.p99Milliseconds) else {
            throw MissingFigure(name: Name.halfLoad)
        }
        p99Milliseconds = p99.median
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
