import ArgumentParser
import EntitledClient
import Foundation
import Logging

/// How the commands that ask a server reach it.
struct ConnectionOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "JSON file with host, port, ca and key_file (default: ENTITLED_CONNECTION).", valueName: "file"))
    var connection: String?
    @Option(name: .long, help: "The server's name or address.")
    var host: String?
    @Option(name: .long, help: "The server's port (default: \(ClientConfiguration.defaultPort)).")
    var port: Int?
    @Option(
        name: .long,
        help: ArgumentHelp("PEM file of the authorities to trust (default: the system's).", valueName: "file"))
    var ca: String?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "File with the API key (default: the connection file's, ENTITLED_API_KEY_FILE, ENTITLED_API_KEY).",
            valueName: "file"))
    var keyFile: String?

    /// Connects, calls `body`, and closes.
    func withClient<Value>(_ body: (EntitledClient) async throws -> Value) async throws -> Value {
        // What the SDK would log, its errors say too.
        let logger = Logger(label: "entitlectl") { _ in SwiftLogNoOpLogHandler() }
        return try await EntitledClient.withClient(try configuration(), logger: logger) { client in
            try await body(client)
        }
    }

    /// Flags first, then what the connection file says, then the environment.
    /// - Parameter environment: a variable's value, nil if it isn't set.
    /// - Throws: ``CommandFailure`` if the host or the key is missing, or the file can't be read.
    func configuration(
        environment: (String) -> String? = Environment.value
    ) throws(CommandFailure) -> ClientConfiguration {
        // Somebody who names a host doesn't mean the server that the environment points to.
        let path = connection ?? (host == nil ? environment("ENTITLED_CONNECTION") : nil)
        var file: ConnectionFile?
        if let path { file = try ConnectionFile(readFrom: path) }
        guard let host = host ?? file?.host else {
            throw CommandFailure("no server is named; use --connection, ENTITLED_CONNECTION or --host")
        }
        let port = port ?? file?.port ?? ClientConfiguration.defaultPort
        guard (1...65_535).contains(port) else { throw CommandFailure("port: is \(port); allowed: 1 to 65535") }
        let key: APIKeySource
        if let path = keyFile ?? file?.keyFile ?? environment("ENTITLED_API_KEY_FILE") {
            key = .file(path)
        } else if let text = environment("ENTITLED_API_KEY") {
            key = .key(text)
        } else {
            throw CommandFailure("no API key is named; use --key-file, ENTITLED_API_KEY_FILE or ENTITLED_API_KEY")
        }
        var configuration = ClientConfiguration(host: host, port: port, apiKey: key)
        if let ca = ca ?? file?.ca { configuration.trustRoots = .file(ca) }
        configuration.clientName = "entitlectl"
        return configuration
    }
}

/// The file that says how to reach a server, as `entitled dev` writes it.
struct ConnectionFile: Decodable, Hashable {
    let host: String
    let port: Int?
    /// PEM file of the authorities to trust.
    private(set) var ca: String?
    private(set) var keyFile: String?

    private enum CodingKeys: String, CodingKey {
        case host
        case port
        case ca
        case keyFile = "key_file"
    }

    /// Paths in it that are relative are meant from the file's own folder.
    /// - Throws: ``CommandFailure`` if it can't be read, or isn't of that form.
    init(readFrom path: String) throws(CommandFailure) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("--connection: \(path) can't be read")
        }
        guard let read = try? JSONDecoder().decode(ConnectionFile.self, from: data) else {
            throw CommandFailure(
                "--connection: \(path) is no connection file; "
                    + #"allowed: {"host": "…", "port": 7440, "ca": "…", "key_file": "…"}"#)
        }
        self = read
        let folder = URL(filePath: path).deletingLastPathComponent()
        ca = read.ca.map { URL(filePath: $0, relativeTo: folder).path }
        keyFile = read.keyFile.map { URL(filePath: $0, relativeTo: folder).path }
    }
}
