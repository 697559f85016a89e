import ArgumentParser
import EntitledStore

/// `entitlectl database`.
struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database", abstract: "The database that everything is kept in.", subcommands: [Initialise.self])

    struct Initialise: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "init",
            abstract: "Set the database up, or bring it to this version; running it again changes nothing.",
            discussion: "Needs a login that may create roles and schemas. Servers log in as entitled_server.")

        @Option(
            name: .long,
            help: ArgumentHelp("File with the password that entitled_server gets.", valueName: "file"))
        var loginPasswordFile: String?
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let password = try loginPasswordFile.map { try Secret.read($0, use: "--login-password-file") }
            let reports = try await database.withProvisioning { try await $0.initialise(loginPassword: password) }
            let schemas = reports.map(SchemaReport.init)
            try output.show(schemas) { schemas.map(\.text).joined(separator: "\n") }
        }
    }
}

/// What was done to one schema.
struct SchemaReport: Encodable {
    let schema: String
    let applied: [String]
    let version: Int32

    init(_ report: Migrator.Report) {
        schema = report.schema
        applied = report.applied
        version = report.version
    }

    var text: String {
        "\(schema): version \(version)" + (applied.isEmpty ? "" : ", applied now: \(applied.joined(separator: ", "))")
    }
}
