import ArgumentParser
import EntitledClient
import Foundation
import Histogram
import Logging
import Synchronization

/// Opens cases through the SDK as fast as they are answered, and says how fast that was.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entitled-bench",
        abstract: "Open cases through the SDK and measure.",
        discussion: """
            Makes customers with an unlimited entitlement each, then keeps a number of calls in flight until the cases \
            are open. Every reply is checked, and the journal is reconciled at the end. Needs a manager's key; what it \
            makes stays, under ids that begin with 'bench'.
            """)

    @Option(name: .long, help: "The server's host.")
    var host = "127.0.0.1"

    @Option(name: .long, help: "The server's port.")
    var port = 7440

    @Option(name: .long, help: "PEM file of the authority that signed the server's certificate.")
    var ca: String?

    @Option(name: .long, help: "File with the API key.")
    var keyFile: String

    @Option(name: .long, help: "Cases to open, 1 or more.")
    var cases = 10_000

    @Option(name: .long, help: "Customers that they are spread over, 1 or more; 1 is one hot contract.")
    var customers = 1

    @Option(name: .long, help: "Calls in flight, 1 or more.")
    var inFlight = 512

    @Option(name: .long, help: "Connections, 1 to 64.")
    var connections = 2

    func validate() throws {
        for (name, value) in [("--cases", cases), ("--customers", customers), ("--in-flight", inFlight)]
        where value < 1 {
            throw ValidationError("\(name) is \(value); allowed: 1 or more")
        }
        guard (1...64).contains(connections) else {
            throw ValidationError("--connections is \(connections); allowed: 1 to 64")
        }
    }

    mutating func run() async throws {
        let load = self
        var configuration = ClientConfiguration(host: host, port: port, apiKey: .file(keyFile))
        configuration.trustRoots = ca.map { .file($0) } ?? .system
        configuration.connections = connections
        try await EntitledClient.withClient(configuration, logger: Logger(label: "entitled-bench")) { client in
            try await load.measure(client)
        }
    }

    private func measure(_ client: EntitledClient) async throws {
        let run = "bench-\(RequestID())"
        let owners = try (0..<customers).map { try CustomerID("\(run)-\($0)") }
        try await forEach(0..<customers) { number in
            let owner = owners[number]
            try await client.addCustomer(owner, kind: .account)
            let entitlement = try EntitlementID(owner.text)
            let start = CalendarDay(daysSince1970: 0)
            let terms = EntitlementTerms(
                customer: owner, startDay: start,
                service: ServiceTerms(allocations: [AllocationTerms(kind: .unlimited(unit: .case))]))
            try await client.addEntitlement(entitlement, terms)
            try await client.activateEntitlement(entitlement)
        }
        let latencies = Mutex(
            Histogram<UInt64>(highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: .three))
        let clock = ContinuousClock()
        let elapsed = try await clock.measure {
            try await forEach(0..<cases) { number in
                let began = clock.now
                let reply = try await client.openCase(
                    CaseID("\(run)-\(number)"), Inquiry(customer: owners[number % owners.count]))
                guard case .opened = reply.answer else { throw ValidationError("a case was not opened") }
                let microseconds = UInt64((clock.now - began) / .microseconds(1))
                latencies.withLock { _ = $0.record(microseconds) }
            }
        }
        let reconciliation = try await client.reconcile()
        let seconds = elapsed / .seconds(1)
        let (median, high) = latencies.withLock { ($0.valueAtPercentile(50), $0.valueAtPercentile(99)) }
        print(
            "bench: cases=\(cases) customers=\(customers) in_flight=\(inFlight) seconds=\(rounded(seconds))",
            "cases_per_second=\(Int(Double(cases) / seconds)) p50_ms=\(rounded(Double(median) / 1000))",
            "p99_ms=\(rounded(Double(high) / 1000)) journal=\(reconciliation.isReconciled ? "reconciled" : "differs")")
        guard reconciliation.isReconciled else { throw ExitCode.failure }
    }

    private func rounded(_ number: Double) -> String { String(format: "%.2f", number) }

    /// Runs `body` for every number, `inFlight` at a time.
    private func forEach(_ numbers: Range<Int>, _ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in numbers {
                if number - numbers.lowerBound >= inFlight { try await group.next() }
                group.addTask { try await body(number) }
            }
            try await group.waitForAll()
        }
    }
}
