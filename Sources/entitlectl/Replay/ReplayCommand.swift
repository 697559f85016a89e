import ArgumentParser
import EntitledClient

/// The formats of logs that can be replayed.
enum ReplayFormat: String, CaseIterable, ExpressibleByArgument {
    case serviceNow = "servicenow"
}

/// `entitlectl replay`.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Open the cases of a service desk's log, as fast as the server decides them.",
        discussion: """
            servicenow: a ServiceNow event log as CSV; its columns number, caller_id, location, contact_type, category \
            and opened_at are found by their names. The first row of a number opens the case. A location becomes an \
            account with an entitlement <location>/replay, a caller a contact of the account where the log first has \
            them, a category a product, a contact_type a channel; '?' and nothing mean unknown. Lines that can't be \
            read are reported and passed over. Cases are opened now, in the log's order; its times are only checked.

            Each call's request id follows from its content, so a second run gets the first answers and changes \
            nothing, and a run that was interrupted is completed by the next. Needs a manager's key.
            """)

    @Argument(help: "The log.")
    var file: String
    @Option(name: .long, help: "Its format.")
    var format: ReplayFormat
    @Option(name: .long, help: ArgumentHelp("The zone of its times, and of the entitlements made.", valueName: "zone"))
    var timeZone: String
    @Option(
        name: .long,
        help: ArgumentHelp("What each account gets: unlimited or incidents:N.", valueName: "kind"),
        transform: ReplayCommand.kind)
    var entitlement: AllocationTerms.Kind = .perIncident(cases: 100)
    @Option(name: .long, help: "The most calls in flight, 1 to 10000.")
    var inFlight = 256
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(inFlight) else {
            throw ValidationError("--in-flight is \(inFlight); allowed: 1 to 10000")
        }
    }

    func run() async throws {
        let zone = try Zone(timeZone)
        let log = try ServiceNowLog(try InputFile.read(file), zone: zone)
        let plan = ReplayPlan(
            log.incidents, kind: entitlement, startDay: zone.day(at: .systemNow), zone: zone)
        let progress = ProgressBar(total: plan.cases.count, of: "case")
        let result = try await connection.withClient { client in
            try await ReplayRun(client: client, plan: plan, format: format, inFlight: inFlight)
                .run { progress?.show($0) }
        }
        progress?.clear()
        let report = ReplayReport(file: file, log: log, plan: plan, result: result)
        try output.show(report) { report.text }
        if let failure = report.failure { throw failure }
    }

    /// Reads `unlimited` or `incidents:N`.
    /// - Throws: `ValidationError`.
    static func kind(_ text: String) throws -> AllocationTerms.Kind {
        if text == "unlimited" { return .unlimited(unit: .case) }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "incidents", let cases = Int64(parts[1]),
            (1...AllocationTerms.maximumQuantity).contains(cases)
        else {
            throw ValidationError(
                "allowed: unlimited, or incidents:N with N from 1 to \(AllocationTerms.maximumQuantity)")
        }
        return .perIncident(cases: cases)
    }
}
