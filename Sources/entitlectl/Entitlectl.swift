import ArgumentParser
import Foundation

/// The operator's tool: sets up databases, tenants and keys, and speaks to a server for everything else.
@main
struct Entitlectl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entitlectl",
        abstract: "Administers an entitlement server.",
        discussion: """
            database, tenant and key work on PostgreSQL itself (--database, ENTITLED_DATABASE, or libpq's own \
            environment). All other commands ask a server (--connection or ENTITLED_CONNECTION).

            Exit codes: 0 done, 1 error, 3 refused by the rules, 64 wrong usage.
            """,
        version: "0.1.0",
        subcommands: [
            DatabaseCommand.self, TenantCommand.self, KeyCommand.self, RecordCommand<CustomerOptions>.self,
            RecordCommand<ProductOptions>.self, RecordCommand<AssetOptions>.self, ChannelCommand.self,
            RecordCommand<CalendarOptions>.self, RecordCommand<ServiceLevelOptions>.self,
            RecordCommand<PlanOptions>.self, RecordCommand<ContractOptions>.self, EntitlementCommand.self,
            GrantCommand.self, CaseCommand.self, SettingsCommand.self, JournalCommand.self, ReconcileCommand.self,
            ImportCommand.self, ReplayCommand.self,
        ])

    /// Runs the command that the arguments name. Errors become one line on stderr, in the same form from everywhere.
    static func main() async {
        do {
            var command = try await asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            if let line = CommandFailure.line(for: error) {
                FileHandle.standardError.write(Data("entitlectl: \(line)\n".utf8))
                exit(withError: ExitCode.failure)
            }
            exit(withError: error)
        }
    }
}
