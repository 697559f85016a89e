import EntitledClient
import EntitledCore
import EntitledDevelopment
import EntitledService
import EntitledTestKit
import Foundation
import Synchronization

/// A real `entitled serve` process on a port of its own.
final class ServerProcess: Sendable {
    let port: Int
    private let authority: String
    private let process: ProcessBox

    /// The executables that were built together with the tests.
    static let programs = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    private init(port: Int, authority: String, process: ProcessBox) {
        self.port = port
        self.authority = authority
        self.process = process
    }

    /// Starts one and waits until it listens.
    static func start(on installation: TestInstallation) async throws -> ServerProcess {
        let folder = FileManager.default.temporaryDirectory.appending(path: "entitled-server-\(UUID())")
        let certificates = try DevelopmentCertificates.make(in: folder.path)
        let pepper = folder.appending(path: "pepper")
        try Data(installation.pepperText.utf8).write(to: pepper)
        let process = Process()
        process.executableURL = programs.appending(path: "entitled")
        process.arguments = [
            "serve", "--listen-port", "0", "--tls-certificate", certificates.certificate, "--tls-key", certificates.key,
            "--database-main", installation.serverConninfo, "--keys-pepper-file", pepper.path,
            "--database-allow-undurable", "true", "--times-drain-grace-ms", "5000",
        ]
        let log = Pipe()
        process.standardError = log
        process.standardOutput = log
        process.standardInput = FileHandle.nullDevice
        let box = ProcessBox(process)
        try process.run()
        let port = try await firstPort(in: log)
        return ServerProcess(port: port, authority: certificates.authority, process: box)
    }

    /// The port in the log line that says that it listens; the rest of the log is read on, so that it can't block.
    ///
    /// By a thread of its own: a handle's dispatch source may outlive its descriptor, and then another one's.
    private static func firstPort(in log: Pipe) async throws -> Int {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let text = Mutex("")
        let reading = log.fileHandleForReading
        Thread.detachNewThread {
            while case let data = reading.availableData, !data.isEmpty {
                text.withLock { text in
                    text += String(decoding: data, as: UTF8.self)
                    guard let match = text.firstMatch(of: /port=([0-9]+) [^\n]*listening/), let port = Int(match.1)
                    else { return }
                    continuation.yield(port)
                    continuation.finish()
                }
            }
            continuation.finish()
        }
        for await port in ports { return port }
        throw ServerProcessError(log: text.withLock { $0 })
    }

    /// How a client reaches it with a key.
    func configuration(key: APIKey, connections: Int = 1) -> ClientConfiguration {
        var configuration = ClientConfiguration(host: "127.0.0.1", port: port, apiKey: .key(key.text))
        configuration.trustRoots = .file(authority)
        configuration.serverName = "localhost"
        configuration.connections = connections
        return configuration
    }

    /// SIGTERM: drains. Returns its exit status.
    func terminate() async -> Int32 { await process.end(SIGTERM) }

    /// SIGKILL: a crash.
    func kill() async { _ = await process.end(SIGKILL) }
}

struct ServerProcessError: Error, CustomStringConvertible {
    let log: String
    var description: String { "the server ended before it listened: \(log)" }
}

/// A process with its end awaited.
private final class ProcessBox: Sendable {
    private let process: Process
    private let ended: AsyncStream<Int32>

    init(_ process: Process) {
        self.process = process
        let (ended, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.ended = ended
        process.terminationHandler = { process in
            continuation.yield(process.terminationReason == .exit ? process.terminationStatus : -1)
            continuation.finish()
        }
    }

    deinit { if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) } }

    func end(_ signal: Int32) async -> Int32 {
        if process.isRunning { Foundation.kill(process.processIdentifier, signal) }
        for await status in ended { return status }
        return -1
    }
}
