import EntitledDevelopment
import Foundation

/// PostgreSQL's own load generator: prepared statements over the Unix socket, the least that any client costs.
final class Pgbench: Sendable {
    /// What it is told to run.
    struct Job: Sendable {
        let script: PgbenchScript
        /// How many customers the script draws from.
        let customers: Int
        var clients = 1
        var seconds: Double
        /// Whether each transaction's time is written down, for a median.
        var keepsLatencies = false
        /// Transactions that are begun on time, whatever is under way; nil is one after the other.
        var transactionsPerSecond: Double?
    }

    private let cluster: DevelopmentCluster
    private let database: String
    private let folder: URL
    private let seed: UInt64
    private let runs = Counter()

    /// - Parameter folder: for scripts and logs; it must exist.
    init(cluster: DevelopmentCluster, database: String, folder: URL, seed: UInt64) {
        self.cluster = cluster
        self.database = database
        self.folder = folder
        self.seed = seed
    }

    /// - Throws: ``PgbenchFailure`` if a transaction failed.
    func run(_ job: Job) async throws -> Sample {
        let run = runs.add(1)
        let script = folder.appending(path: "\(job.script.name).sql")
        try Data(job.script.text.utf8).write(to: script)
        let log = folder.appending(path: "latencies-\(run)")
        var arguments = [
            "--no-vacuum", "--protocol=prepared", "--file=\(script.path)", "--client=\(job.clients)",
            "--jobs=\(min(2, job.clients))", "--random-seed=\(seed &+ UInt64(run))", "--define=n=0",
            "--define=run=\(run)", "--define=customers=\(job.customers)",
        ]
        // It knows whole seconds only.
        arguments.append(job.seconds < 1 ? "--transactions=20" : "--time=\(Int(job.seconds.rounded()))")
        if let rate = job.transactionsPerSecond { arguments.append("--rate=\(rate)") }
        if job.keepsLatencies { arguments += ["--log", "--log-prefix=\(log.path)"] }
        let settings = job.script.settings.sorted { $0.key < $1.key }.map { " -c \($0.key)=\($0.value)" }.joined()
        let conninfo = cluster.conninfo(user: "postgres", database: database)
        arguments.append("\(conninfo) options='-c search_path=\(job.script.schema)\(settings)'")

        let (status, output) = try await cluster.run("pgbench", arguments)
        try Task.checkCancellation()
        guard status == 0, let result = PgbenchOutput(output) else {
            throw PgbenchFailure(script: job.script.name, output: output)
        }
        let latencies = try latencies(from: log)
        return Sample(
            perSecond: result.transactionsPerSecond,
            medianMilliseconds: latencies.count == 0 ? nil : latencies.milliseconds(50),
            p99Milliseconds: latencies.count == 0 ? nil : latencies.milliseconds(99),
            meanMilliseconds: result.meanMilliseconds)
    }

    /// - Returns: none if none were kept.
    private func latencies(from prefix: URL) throws -> Latencies {
        var latencies = Latencies()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        for name in names where name.hasPrefix(prefix.lastPathComponent + ".") {
            let file = folder.appending(path: name)
            for latency in PgbenchOutput.latencies(inLog: try String(contentsOf: file, encoding: .utf8)) {
                latencies.record(latency)
            }
            try FileManager.default.removeItem(at: file)
        }
        return latencies
    }
}

/// What pgbench runs, and where.
struct PgbenchScript: Sendable {
    let name: String
    let text: String
    let schema: String
    /// Of the sessions.
    var settings: [String: String] = [:]
}

struct PgbenchFailure: Error, CustomStringConvertible {
    let script: String
    let output: String
    var description: String { "pgbench failed on \(script):\n\(output)" }
}

/// What pgbench says at its end (PostgreSQL's manual, pgbench).
struct PgbenchOutput: Hashable {
    let transactions: Int
    let meanMilliseconds: Double
    /// Without the time that connecting took.
    let transactionsPerSecond: Double

    /// - Returns: nil unless it tells of at least one transaction, and of none that failed.
    init?(_ text: String) {
        guard let transactions = text.firstMatch(of: /actually processed: ([0-9]+)/), let count = Int(transactions.1),
            let latency = text.firstMatch(of: /latency average = ([0-9.]+) ms/), let mean = Double(latency.1),
            let rate = text.firstMatch(of: /tps = ([0-9.]+)\s/), let perSecond = Double(rate.1), count > 0
        else { return nil }
        if let failed = text.firstMatch(of: /number of failed transactions: ([0-9]+)/), failed.1 != "0" { return nil }
        self.transactions = count
        meanMilliseconds = mean
        transactionsPerSecond = perSecond
    }

    /// The third field of each line of its log, which is in microseconds. At a given rate they count from the instants
    /// at which transactions should have begun.
    static func latencies(inLog text: String) -> [Duration] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            return fields.count > 2 ? Int64(fields[2]).map { .microseconds($0) } : nil
        }
    }
}
