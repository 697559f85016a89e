import ArgumentParser
import EntitledClient
import Foundation

/// `entitlectl journal`.
struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Show what was decided and changed, in the order of the journal.")

    @Option(name: .long, help: ArgumentHelp("Only lines about this entitlement.", valueName: "id"))
    var entitlement: String?
    @Option(name: .customLong("case"), help: ArgumentHelp("Only lines about this case.", valueName: "id"))
    var caseID: String?
    @Option(name: .long, help: ArgumentHelp("Only lines after this number.", valueName: "number"))
    var after: Int64 = 0
    @Option(name: .long, help: "The most lines to show.")
    var limit = 100
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard after >= 0 else { throw ValidationError("--after is \(after); allowed: a journal number from 0") }
        guard limit >= 1 else { throw ValidationError("--limit is \(limit); allowed: a number from 1") }
    }

    func run() async throws {
        let (lines, isComplete) = try await lines()
        try output.show(lines.map(JournalRecord.init)) { JournalRecord.table(lines.map(JournalRecord.init)) }
        if !isComplete, !output.json, let last = lines.last {
            FileHandle.standardError.write(Data("there may be more: --after \(last.number)\n".utf8))
        }
    }

    private func lines() async throws -> (lines: [JournalLine], isComplete: Bool) {
        let entitlement: EntitlementID? = try entitlement.id("entitlement")
        let caseID: CaseID? = try caseID.id("case")
        return try await connection.withClient { client in
            var lines: [JournalLine] = []
            var next: String? = String(after)
            while let after = next, lines.count < limit {
                let page = try await client.journal(
                    entitlement: entitlement, case: caseID,
                    page: PageRequest(after: after, limit: min(500, limit - lines.count)))
                lines += page.items
                next = page.next
            }
            return (lines, next == nil)
        }
    }
}

/// `entitlectl reconcile`.
struct ReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Add the whole journal up and compare it with every balance. Exit code 1: they differ.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let result = try await connection.withClient { try await $0.reconcile() }
        try output.show(result) { result.text }
        guard result.isReconciled else { throw CommandFailure("the journal and the balances differ") }
    }
}

extension Reconciliation {
    /// The verdict, then a line a difference.
    var text: String {
        let seen = [
            Int(journalLines).of("journal line"), Int(grants).of("grant"), Int(cases).of("case"),
        ].joined(separator: ", ")
        guard !isReconciled else { return "reconciled: \(seen)" }
        return (["different: \(seen)"] + differences.map { "  " + $0 }).joined(separator: "\n")
    }
}
