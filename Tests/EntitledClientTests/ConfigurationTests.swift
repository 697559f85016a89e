import EntitledClient
import EntitledWire
import Foundation
import Testing

struct ConfigurationTests {
    @Test func theKeyIsNeverShown() {
        let configuration = ClientConfiguration(host: "localhost", apiKey: .key("ent_secret"))
        var dumped = ""
        dump(configuration, to: &dumped)
        let shown = ["\(configuration)", String(reflecting: configuration), dumped, "\(configuration.apiKey)"]
        #expect(shown.allSatisfy { !$0.contains("secret") })
        #expect(dumped.contains("localhost"))
    }

    @Test(arguments: [("ent_file\n", true), ("", false), (String(repeating: "k", count: 257), false)])
    func theKeyInAFileIsReadForEachConnection(text: String, isKey: Bool) async throws {
        let path = NSTemporaryDirectory() + "entitled-client-key-\(UUID().uuidString)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let script = ScriptedServer.Script(request: Fixture.answerCustomer)
        try await Fixture.run(script, configure: { $0.apiKey = .file(path) }) { client, server in
            let error = await Fixture.error { _ = try await client.customer(CustomerID(stored: "a")) }
            guard isKey else {
                #expect(error?.details["field"] == "apiKey")
                return
            }
            let key = await server.seen.first { if case .hello(let hello, _) = $0 { hello.apiKey } else { nil } }
            #expect(key == "ent_file")
        }
    }
}
