import ArgumentParser
import EntitledCore
import EntitledPostgres
import EntitledStore

/// Why a command could not be carried out, where nothing else says so.
struct CommandFailure: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// What goes to stderr, without line breaks; nil for errors that the argument parser prints itself (usage, help)
    /// and for bare exit codes.
    static func line(for error: any Error) -> String? {
        let text: String
        switch error {
        case let error as EntitledError: text = error.description
        case let error as CommandFailure: text = error.description
        case let error as ProvisioningError: text = error.description
        case let error as PostgresError: text = "database: \(error)"
        case is ExitCode: return nil
        case _ where Entitlectl.exitCode(for: error) == .failure: text = "\(error)"
        default: return nil
        }
        return text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

extension ExitCode {
    /// The rules refuse what was asked: an answer, but not the one that a script waits for.
    static let refused = ExitCode(3)
}
