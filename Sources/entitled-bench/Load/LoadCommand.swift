import ArgumentParser
import EntitledClient
import Logging

/// Loads a server that runs already.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Open or check cases on a running server through the SDK, and measure.",
        discussion: """
            Makes customers with a counted entitlement each, then keeps a number of calls in flight, or with --rate \
            sends so many a second, however long the answers take. Every reply is checked, and the sums are \
            reconciled at the end. Needs a manager's key; what it makes stays.
            """)

    @Option(name: .long, help: "The server's host.")
    var host = "127.0.0.1"

    @Option(name: .long, help: "The server's port.")
    var port = 7440

    @Option(name: .long, help: "PEM file of the authority that signed the server's certificate.")
    var ca: String?

    @Option(name: .long, help: "File with the API key.")
    var keyFile: String

    @Option(name: .long, help: "Seconds to measure, more than 0; a fifth as much goes before to warm up.")
    var seconds = 10.0

    @Option(name: .long, help: "Customers that the calls are spread over, 1 or more; 1 is one hot contract.")
    var customers = 1

    @Option(name: .long, help: "Calls in flight, 1 or more; with --rate the most that may be.")
    var inFlight = 512

    @Option(name: .long, help: "Calls a second that are begun on time, whatever is in flight (open loop).")
    var rate: Double?

    @Option(name: .long, help: "Connections, 1 to 64.")
    var connections = 2

    @Option(name: .long, help: "Where the drawing of customers begins.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "What the ids of customers and cases begin with, to be used once.")
    var prefix = "bench-\(String(UInt32.random(in: .min ... .max), radix: 36))-"

    @Flag(name: .long, help: "Check cases instead of opening them.")
    var checks = false

    func validate() throws {
        for (name, value) in [("--customers", customers), ("--in-flight", inFlight)] where value < 1 {
            throw ValidationError("\(name) is \(value); allowed: 1 or more")
        }
        for (name, value) in [("--seconds", seconds), ("--rate", rate ?? 1)] where !(value > 0) || value.isInfinite {
            throw ValidationError("\(name) is \(value); allowed: more than 0")
        }
        guard (1...64).contains(connections) else {
            throw ValidationError("--connections is \(connections); allowed: 1 to 64")
        }
    }

    mutating func run() async throws {
        let options = self
        try await Interruption.guarding {
            let logger = Logger(label: "entitled-bench")
            try await EntitledClient.withClient(options.configuration, logger: logger) { client in
                try await options.measure(client)
            }
        }
    }

    private var configuration: ClientConfiguration {
        var configuration = ClientConfiguration(host: host, port: port, apiKey: .file(keyFile))
        configuration.trustRoots = ca.map { .file($0) } ?? .system
        configuration.connections = connections
        return configuration
    }

    private func measure(_ client: EntitledClient) async throws {
        let tenant = try BenchTenant(client: client, prefix: prefix, customers: customers)
        try await tenant.setUp()
        let pace: Pace = rate.map { .open(callsPerSecond: $0, limit: inFlight) } ?? .closed(inFlight: inFlight)
        let load = Load(tenants: [tenant], call: checks ? .check : .open, pace: pace, seed: seed)
        let result = try await load.run(for: .seconds(seconds))
        let differences = try await tenant.differences()
        print(
            "load: calls=\(result.calls) customers=\(customers) in_flight=\(inFlight)",
            "seconds=\(Text.number(result.seconds)) calls_per_second=\(Text.number(result.callsPerSecond))",
            "p50_ms=\(Text.number(result.latencies.milliseconds(50)))",
            "p99_ms=\(Text.number(result.latencies.milliseconds(99)))",
            "max_ms=\(Text.number(result.latencies.milliseconds(100)))",
            "late_p99_ms=\(Text.number(result.lateness.milliseconds(99)))",
            "opened=\(tenant.opened) sums=\(differences.isEmpty ? "reconciled" : "differ")")
        for difference in differences { print("  \(difference)") }
        guard differences.isEmpty else { throw ExitCode.failure }
    }
}
