import ArgumentParser
import EntitledPostgres
import EntitledService
import EntitledStore
import Foundation

/// How the commands that set things up reach PostgreSQL.
struct DatabaseOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "libpq connection string without a password (default: ENTITLED_DATABASE, then libpq's own environment).",
            valueName: "conninfo"))
    var database: String?

    func validate() throws {
        if let database, Self.holdsPassword(database) {
            throw ValidationError(
                "--database holds a password, which everyone on this machine could read; "
                    + "use PGPASSFILE, PGPASSWORD or ENTITLED_DATABASE")
        }
    }

    /// Whether a connection string names a password, as a keyword or in a URI (PostgreSQL manual, "Connection
    /// Strings"). Rather refuses a harmless string than lets a password pass.
    static func holdsPassword(_ conninfo: String) -> Bool {
        let plain = conninfo.removingPercentEncoding ?? conninfo
        if plain.range(of: #"\b(ssl)?password\s*="#, options: [.regularExpression, .caseInsensitive]) != nil {
            return true
        }
        guard let scheme = conninfo.range(of: "://") else { return false }
        let authority = conninfo[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return false }
        return authority[..<at].contains(":")
    }

    /// Connects, calls `body`, and closes.
    func withProvisioning<Value>(_ body: (Provisioning) async throws -> Value) async throws -> Value {
        let conninfo = database ?? Environment.value("ENTITLED_DATABASE") ?? ""
        let provisioning = try await Provisioning(PostgresConfiguration(conninfo: conninfo))
        do {
            let value = try await body(provisioning)
            await provisioning.close()
            return value
        } catch {
            await provisioning.close()
            throw error
        }
    }
}

enum Environment {
    /// Nil if it isn't set or is empty.
    static func value(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Secrets come from files and the environment, never from arguments, which other users can see.
enum Secret {
    /// A text file's content, without white space around it.
    /// - Parameter use: what it is, for the error.
    static func read(_ path: String, use: String) throws(CommandFailure) -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFailure("\(use): \(path) can't be read")
        }
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !secret.isEmpty else { throw CommandFailure("\(use): \(path) is empty") }
        return secret
    }

    /// The servers' pepper.
    static func pepper() throws(CommandFailure) -> Pepper {
        let text: String
        if let path = Environment.value("ENTITLED_KEY_PEPPER_FILE") {
            text = try read(path, use: "ENTITLED_KEY_PEPPER_FILE")
        } else if let value = Environment.value("ENTITLED_KEY_PEPPER") {
            text = value
        } else {
            throw CommandFailure("ENTITLED_KEY_PEPPER_FILE is not set: it names the file with the servers' key pepper")
        }
        guard let pepper = Pepper(text) else {
            throw CommandFailure("the key pepper is too short; allowed: at least 32 characters")
        }
        return pepper
    }
}
