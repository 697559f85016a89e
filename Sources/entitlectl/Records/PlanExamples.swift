import ArgumentParser
import EntitledClient

/// `entitlectl plan init-examples`.
struct PlanExamples: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init-examples",
        abstract: "Add the plans bronze, silver and gold, and the service levels that they promise.",
        discussion: """
            bronze: e-mail, 30 cases a year. silver: phone and e-mail, 100 cases a year, a first response in 4 hours. \
            gold: every channel round the clock, any number of cases, a first response in 1 hour, a named manager. \
            All run for 12 months. What exists already stays as it is.
            """)

    @Option(name: .long, help: "Who manages gold customers.")
    var manager = "gold-manager"
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    /// What became of one of them.
    private struct Example: Encodable {
        let record: String
        let id: String
        let isNew: Bool
    }

    func run() async throws {
        let levels = try Self.serviceLevels()
        let plans = try Self.plans(manager: manager)
        let examples = try await connection.withClient { client in
            var examples: [Example] = []
            for level in levels { examples.append(try await add(level, to: client)) }
            for plan in plans { examples.append(try await add(plan, to: client)) }
            return examples
        }
        try output.show(examples) {
            examples.map { ($0.isNew ? "added " : "exists: ") + "\($0.record) \($0.id)" }.joined(separator: "\n")
        }
    }

    private func add<Record: PrintedRecord>(_ record: Record, to client: EntitledClient) async throws -> Example {
        let isNew: Bool
        do throws(EntitledError) {
            try await Record.records(of: client).add(record)
            isNew = true
        } catch {
            guard error.reason == .alreadyExists else { throw error }
            isNew = false
        }
        return Example(record: Record.commandName, id: record.id.text, isNew: isNew)
    }

    static func serviceLevels() throws(EntitledError) -> [ServiceLevel] {
        [try serviceLevel("sla-4h", hours: 4), try serviceLevel("sla-1h", hours: 1)]
    }

    static func plans(manager: String) throws(EntitledError) -> [Plan] {
        let (email, phone) = (try ChannelID("email"), try ChannelID("phone"))
        let bronze = ServiceTerms(channels: try Scope([email]), allocations: [yearly(30)])
        let silver = ServiceTerms(
            channels: try Scope([email, phone]), serviceLevel: try ServiceLevelID("sla-4h"),
            allocations: [yearly(100)])
        let gold = ServiceTerms(
            serviceLevel: try ServiceLevelID("sla-1h"), routing: Routing(manager: manager),
            allocations: [AllocationTerms(kind: .unlimited(unit: .case))])
        return [
            Plan(id: try PlanID("bronze"), name: "Bronze", service: bronze, months: 12),
            Plan(id: try PlanID("silver"), name: "Silver", service: silver, months: 12),
            Plan(id: try PlanID("gold"), name: "Gold", service: gold, months: 12),
        ]
    }

    private static func serviceLevel(_ id: String, hours: Int64) throws(EntitledError) -> ServiceLevel {
        ServiceLevel(
            id: try ServiceLevelID(id), name: "First response in \(Int(hours).of("hour"))",
            targets: [ServiceLevel.Target(name: "first_response", seconds: hours * 3_600)])
    }

    private static func yearly(_ cases: Int64) -> AllocationTerms {
        AllocationTerms(kind: .incidentsPerPeriod(cases: cases, period: Period(1, .year)))
    }
}
