import ArgumentParser
import EntitledClient

/// `entitlectl import`.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Bring in customers, products, assets, plans or entitlements from a file, many at a time.",
        discussion: """
            csv: a header, then a row each. An empty cell isn't set; members of lists are separated by '|', \
            allocations, written as --allocation takes them, by ';'. The columns, in any order:
            \(ImportKind.allCases.map { "  \($0.rawValue): \($0.columns)" }.joined(separator: "\n"))
            jsonl: a JSON object a line, as --json prints records. An entitlement is {"id": …, "terms": {…, \
            "service": {…, "allocations": […]}}, "activate": true}.
            Fields that are left out are as the add commands have them; the version doesn't count.

            The whole file is checked first; all faults are listed, and nothing is sent if there are any, unless \
            --skip-bad is given. Lines may stand in any order: those that others belong to are sent first. Each \
            call's request id follows from its content, so a second run gets the first answers and changes nothing, \
            and a run that was interrupted is completed by the next. What is there already with other content is \
            listed, and left as it is. Needs a manager's key.
            """)

    @Argument(help: "What the file has.")
    var kind: ImportKind
    @Argument(help: "The file.")
    var file: String
    @Option(name: .long, help: "Its format (default: by the file's ending).")
    var format: ImportFormat?
    @Flag(name: .long, help: "Put all entitlements into force, not only those with 'activate'.")
    var activate = false
    @Flag(name: .long, help: "Pass over faulty lines and import the others.")
    var skipBad = false
    @Flag(name: .long, help: "Ask what would become of each line; write nothing.")
    var dryRun = false
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !activate || kind == .entitlements else { throw ValidationError("--activate is for entitlements") }
    }

    func run() async throws {
        let report =
            switch kind {
            case .customers: try await report(Customer.self)
            case .products: try await report(Product.self)
            case .assets: try await report(Asset.self)
            case .plans: try await report(Plan.self)
            case .entitlements: try await report(ImportedEntitlement.self)
            }
        try output.show(report) { report.text }
        if let failure = report.failure { throw failure }
    }

    private func report<Item: Importable>(_: Item.Type) async throws -> ImportReport {
        guard let format = format ?? ImportFormat(endingOf: file) else {
            throw CommandFailure("\(file) ends neither in .csv nor in .jsonl; use --format")
        }
        let lines = try ImportFile(try InputFile.read(file), format: format, columns: Item.columns)
        let plan = ImportPlan<Item>(lines)
        var result: ImportResult?
        if plan.problems.isEmpty || skipBad {
            let progress = ProgressBar(total: plan.count, of: "line")
            result = try await connection.withClient { client in
                let run = ImportRun<Item, EntitledClient>(server: client, activatesAll: activate, isDryRun: dryRun)
                return try await run.run(plan) { progress?.show($0) }
            }
            progress?.clear()
        }
        return ImportReport(file: file, plan: plan, result: result, isDryRun: dryRun)
    }
}

/// What can be imported.
enum ImportKind: String, CaseIterable, ExpressibleByArgument {
    case customers
    case products
    case assets
    case plans
    case entitlements

    /// The columns of a CSV file.
    var columns: String {
        let paths =
            switch self {
            case .customers: Customer.columns
            case .products: Product.columns
            case .assets: Asset.columns
            case .plans: Plan.columns
            case .entitlements: ImportedEntitlement.columns
            }
        return paths.map(ImportFile.column).joined(separator: " ")
    }
}
