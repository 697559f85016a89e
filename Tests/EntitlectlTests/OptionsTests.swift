import ArgumentParser
import EntitledClient
import EntitledCore
import Foundation
import Testing

@testable import entitlectl

@Suite("Options")
struct OptionsTests {
    @Test(arguments: [
        ("", false), ("host=/tmp dbname=entitled user=postgres", false), ("postgresql://admin@db:5432/entitled", false),
        ("postgresql:///entitled?host=/tmp", false), ("passfile=/etc/pass host=db", false),
        ("postgresql://[::1]:5432/entitled", false),
        ("host=db password=x", true), ("host=db PASSWORD = 'x'", true), ("host='db'password=x", true),
        ("sslpassword=x", true), ("postgresql://admin:x@db/entitled", true), ("postgres://:x@db", true),
        ("postgresql://db/entitled?password=x", true), ("postgresql://db/entitled?passw%6Frd=x", true),
    ])
    func passwordsAreSeen(conninfo: String, holdsPassword: Bool) {
        #expect(DatabaseOptions.holdsPassword(conninfo) == holdsPassword)
    }

    @Test
    func passwordsAreRefused() {
        #expect(throws: (any Error).self) { try DatabaseOptions.parse(["--database", "password=x"]) }
    }

    @Test("A connection file names everything; flags win over it, it wins over the environment")
    func connectionFile() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "connection.json").path
        try #"{"host": "here", "port": 7441, "ca": "ca.pem", "key_file": "/keys/a"}"#
            .write(toFile: file, atomically: true, encoding: .utf8)
        let environment = ["ENTITLED_CONNECTION": file, "ENTITLED_API_KEY": "k", "ENTITLED_API_KEY_FILE": "/keys/env"]

        let fromFile = try ConnectionOptions.parse([]).configuration { environment[$0] }
        #expect(fromFile.host == "here")
        #expect(fromFile.port == 7441)
        #expect(fromFile.trustRoots == .file(folder.appending(path: "ca.pem").path))
        #expect(fromFile.apiKey.description == "API key in /keys/a")

        let flags = ["--connection", file, "--port", "1", "--ca", "/other.pem", "--key-file", "/keys/b"]
        let fromFlags = try ConnectionOptions.parse(flags).configuration { _ in nil }
        #expect(fromFlags.port == 1)
        #expect(fromFlags.trustRoots == .file("/other.pem"))
        #expect(fromFlags.apiKey.description == "API key in /keys/b")

        let elsewhere = try ConnectionOptions.parse(["--host", "there"]).configuration { environment[$0] }
        #expect(elsewhere.host == "there")
        #expect(elsewhere.port == ClientConfiguration.defaultPort)
        #expect(elsewhere.trustRoots == .system)
        #expect(elsewhere.apiKey.description == "API key in /keys/env")
    }

    @Test
    func missingConnectionFails() throws {
        let none: (String) -> String? = { _ in nil }
        #expect(throws: CommandFailure.self) { try ConnectionOptions.parse([]).configuration(environment: none) }
        #expect(throws: CommandFailure.self) {
            try ConnectionOptions.parse(["--host", "there"]).configuration(environment: none)
        }
    }

    @Test(arguments: [
        ("unlimited", AllocationTerms.Kind.unlimited(unit: .case)), ("incidents:100", .perIncident(cases: 100)),
        ("incidents:0", nil), ("incidents:x", nil), ("incidents", nil), ("100", nil),
    ])
    func replayKinds(text: String, kind: AllocationTerms.Kind?) {
        #expect((try? ReplayCommand.kind(text)) == kind)
    }
}
