import ArgumentParser
import Configuration
import EntitledPostgres
import EntitledServer
import EntitledService
import EntitledStore
import Foundation
import Logging
import SystemPackage

/// What an operator may set: the server's own settings, and how it reaches its database.
struct Settings {
    var server: ServerConfiguration
    var control: PostgresConfiguration
    var clusters: [ClusterLogin: PostgresConfiguration]
    var connections: Int
    var allowsUndurable: Bool
    var pepper: Pepper
    var logLevel: Logger.Level

    /// Each setting: its key, what it means, what is allowed.
    private static let keys: [(key: String, help: String)] = [
        ("listen.host", "address to listen on (default 127.0.0.1)"),
        ("listen.port", "port to listen on, 0 takes a free one (default 7440)"),
        ("tls.certificate", "PEM file of the certificate chain (required)"),
        ("tls.key", "PEM file of its private key (required)"),
        ("database.main", "libpq connection string of the tenants' cluster, as entitled_server (required)"),
        ("database.control", "the same of the control plane (default: database.main)"),
        ("database.password-file", "file with the login's password; libpq's own means work too"),
        ("database.connections", "to the cluster, 1 to 1000 (default 8); half of them carry batches"),
        ("database.allow-undurable", "true to serve from a database that may lose commits: for tests only"),
        ("keys.pepper-file", "file with the secret under which API keys are stored (required)"),
        ("limits.connections", "open client connections"),
        ("limits.calls-per-connection", "calls in flight on one connection"),
        ("limits.frame-bytes", "longest frame, in bytes"),
        ("times.authentication-ms", "time from connecting to a good hello"),
        ("times.ping-interval-ms", "silence before a ping"),
        ("times.pong-ms", "silence after a ping before the connection is closed"),
        ("times.drain-grace-ms", "time that calls in flight have at a shutdown"),
        ("times.key-check-ms", "how often keys of open connections are checked"),
        ("times.certificate-check-ms", "how often the PEM files are looked at"),
        ("log.level", "trace, debug, info, notice, warning, error or critical (default info)"),
    ]

    /// The keys as a table for a person.
    static var table: String {
        keys.map { "  " + flag($0.key).padding(toLength: 32, withPad: " ", startingAt: 0) + $0.help }
            .joined(separator: "\n")
    }

    /// - Throws: `ValidationError` that names the setting and what is allowed.
    init(flags: [String], file: String?) async throws {
        try Self.check(flags: flags)
        var providers: [any ConfigProvider] = [
            CommandLineArgumentsProvider(arguments: ["entitled"] + flags),
            EnvironmentVariablesProvider().prefixKeys(with: "entitled"),
        ]
        if let file {
            try Self.check(file: file)
            providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file)))
        }
        try self.init(reader: ConfigReader(providers: providers))
    }

    private init(reader: ConfigReader) throws {
        do {
            server = try ServerConfiguration(reader: reader)
        } catch {
            throw ValidationError(error.description)
        }
        let main = try Self.conninfo(reader, "database.main")
        guard let main else {
            throw ValidationError("database.main is missing; allowed: a libpq connection string")
        }
        let password = try reader.string(forKey: "database.password-file").map(Self.secret)
        func database(_ conninfo: String) -> PostgresConfiguration {
            PostgresConfiguration(conninfo: conninfo, password: password)
        }
        clusters = [.main: database(main)]
        control = database(try Self.conninfo(reader, "database.control") ?? main)
        connections = reader.int(forKey: "database.connections", default: 8)
        guard (1...1_000).contains(connections) else {
            throw ValidationError("database.connections is \(connections); allowed: 1 to 1000")
        }
        allowsUndurable = reader.bool(forKey: "database.allow-undurable", default: false)
        guard let path = reader.string(forKey: "keys.pepper-file") else {
            throw ValidationError("keys.pepper-file is missing; allowed: the path of a file")
        }
        guard let pepper = Pepper(try Self.secret(path)) else {
            throw ValidationError("keys.pepper-file is too short; allowed: at least 32 characters")
        }
        self.pepper = pepper
        let level = reader.string(forKey: "log.level", default: "info")
        guard let logLevel = Logger.Level(rawValue: level) else {
            throw ValidationError(
                "log.level is '\(level)'; allowed: \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.logLevel = logLevel
    }

    private static func conninfo(_ reader: ConfigReader, _ key: ConfigKey) throws -> String? {
        guard let text = reader.string(forKey: key) else { return nil }
        guard text.range(of: #"password\s*=|://[^/@]*:[^/@]*@"#, options: .regularExpression) == nil else {
            throw ValidationError("\(key) holds a password; allowed: one without, and database.password-file")
        }
        return text
    }

    private static func secret(_ path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ValidationError("\(path) can't be read; allowed: a text file that the server may read")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func flag(_ key: String) -> String {
        "--" + key.replacing(".", with: "-")
    }

    /// A mistyped setting must not be passed over.
    private static func check(flags: [String]) throws {
        let known = Set(keys.map { flag($0.key) })
        var given: Set<String> = []
        var isValue = false
        for argument in flags {
            if isValue {
                isValue = false
                continue
            }
            let name = String(argument.prefix { $0 != "=" })
            guard known.contains(name) else {
                throw ValidationError("\(name) is no setting; see entitled serve --help")
            }
            guard given.insert(name).inserted else { throw ValidationError("\(name) is given twice") }
            isValue = !argument.contains("=")
        }
        guard !isValue else { throw ValidationError("\(flags.last ?? "") needs a value") }
    }

    private static func check(file: String) throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ValidationError("--config: \(file) can't be read")
        }
        guard let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw ValidationError("--config: \(file) is no JSON object")
        }
        let known = Set(keys.map(\.key))
        func walk(_ object: [String: Any], _ path: String) throws {
            for (name, value) in object {
                if let inner = value as? [String: Any] {
                    try walk(inner, path + name + ".")
                } else if !known.contains(path + name) {
                    throw ValidationError("--config: \(path + name) is no setting; see entitled serve --help")
                }
            }
        }
        try walk(root, "")
    }
}

extension Settings {
    /// Settings of a server that a program composes itself.
    init(server: ServerConfiguration, conninfo: String, pepper: Pepper, allowsUndurable: Bool) {
        self.server = server
        control = PostgresConfiguration(conninfo: conninfo)
        clusters = [.main: PostgresConfiguration(conninfo: conninfo)]
        connections = 8
        self.allowsUndurable = allowsUndurable
        self.pepper = pepper
        logLevel = .info
    }
}
