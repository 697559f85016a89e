import EntitledTestKit
import Foundation
import Testing

/// What `entitled serve` says of settings that it can't start with.
@Suite struct SettingsTests {
    /// Runs `entitled serve` to its end; the database named is one that isn't there.
    private static func serve(
        _ arguments: [String], environment: [String: String] = [:], file: String? = nil
    ) async throws -> ProgramRun {
        let folder = FileManager.default.temporaryDirectory.appending(path: "entitled-settings-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let pepper = folder.appending(path: "pepper")
        try Data(String(repeating: "p", count: 40).utf8).write(to: pepper)
        let config = folder.appending(path: "entitled.json")
        try Data((file ?? "{}").utf8).write(to: config)

        let settings = ["ENTITLED_KEYS_PEPPER_FILE": pepper.path].merging(environment) { $1 }
        return try await ProgramRun.run(
            "entitled", ["serve", "--config", config.path] + arguments, environment: settings)
    }

    private static let complete = [
        "--tls-certificate", "/nowhere/c.pem", "--tls-key", "/nowhere/k.pem", "--database-main", "host=/nowhere",
    ]

    @Test(
        "a setting that is missing, mistyped or out of range is named, with what is allowed",
        arguments: [
            ([], "tls.certificate is missing"),
            (["--tls-certificate", "c", "--tls-key", "k"], "database.main is missing"),
            (complete + ["--listen-prot", "1"], "--listen-prot is no setting"),
            (complete + ["--listen-port", "70000"], "listen.port is 70000; allowed: a whole number from 0 to 65535"),
            (complete + ["--listen-port", "many"], "listen.port is no whole number"),
            (complete + ["--listen-port"], "--listen-port needs a value"),
            (complete + ["--database-connections", "0"], "database.connections is 0; allowed: 1 to 1000"),
            (complete + ["--log-level", "loud"], "log.level is 'loud'"),
            (
                ["--tls-certificate", "c", "--tls-key", "k", "--database-main", "host=x password=secret"],
                "database.main holds a password"
            ),
            (complete + ["--database-main", "host=other"], "--database-main is given twice"),
            (complete, "database.main can't be reached"),
        ] as [([String], String)])
    func badFlags(arguments: [String], message: String) async throws {
        let ending = try await Self.serve(arguments)
        #expect(ending.status != 0)
        #expect(ending.text.contains(message), "\(ending.text)")
        #expect(!ending.text.contains("secret"))
    }

    @Test("flags count before the environment, the environment before the file")
    func precedence() async throws {
        let file = #"{"listen": {"port": 100000}, "tls": {"certificate": "c", "key": "k"}}"#
        #expect(try await Self.serve([], file: file).text.contains("listen.port is 100000"))
        let environment = ["ENTITLED_LISTEN_PORT": "200000"]
        #expect(try await Self.serve([], environment: environment, file: file).text.contains("listen.port is 200000"))
        let flags = ["--listen-port", "300000"]
        #expect(
            try await Self.serve(flags, environment: environment, file: file).text.contains("listen.port is 300000"))
    }

    @Test(
        "a file that is no settings is refused",
        arguments: [
            (#"{"listen": {"prot": 1}}"#, "listen.prot is no setting"), ("[]", "is no JSON object"),
            ("{", "is no JSON object"),
        ])
    func badFile(file: String, message: String) async throws {
        let ending = try await Self.serve(Self.complete, file: file)
        #expect(ending.status != 0)
        #expect(ending.text.contains(message), "\(ending.text)")
    }
}
