package import Foundation
import Glibc
import Synchronization

/// A real `entitled serve` process on a free port of 127.0.0.1, for benchmarks and tests. Its certificates and the
/// secret of its keys lie in a folder of its own, which goes with it. When this object goes, the process is killed.
package final class DevelopmentServer: Sendable {
    package let port: Int
    /// PEM file of the authority that clients must trust.
    package let authority: String
    package var processID: Int32 { process.id }
    private let process: ChildProcess
    private let folder: Folder

    private init(port: Int, authority: String, process: ChildProcess, folder: Folder) {
        self.port = port
        self.authority = authority
        self.process = process
        self.folder = folder
    }

    deinit {
        process.signal(SIGKILL)
    }

    /// The folder of the running program: executables that were built together lie together.
    package static let programs = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()

    /// Starts one and waits until it listens.
    /// - Parameters:
    ///   - conninfo: how it reaches its database.
    ///   - pepper: the secret under which keys are stored.
    ///   - settings: further settings of `entitled serve`.
    /// - Throws: ``DevelopmentError`` if it ends before it listens, with its log.
    package static func start(
        conninfo: String, pepper: String, settings: [String] = []
    ) async throws -> DevelopmentServer {
        let folder = Folder()
        let certificates = try DevelopmentCertificates.make(in: folder.url.path)
        let pepperFile = folder.url.appending(path: "pepper")
        try Data(pepper.utf8).write(to: pepperFile)
        let (readEnd, process) = try launch(
            [
                programs.appending(path: "entitled").path, "serve", "--listen-port", "0", "--tls-certificate",
                certificates.certificate, "--tls-key", certificates.key, "--database-main", conninfo,
                "--keys-pepper-file", pepperFile.path,
            ] + settings)
        do {
            let port = try await firstPort(in: readEnd)
            return DevelopmentServer(
                port: port, authority: certificates.authority, process: process, folder: folder)
        } catch {
            process.signal(SIGKILL)
            throw error
        }
    }

    /// The write end is closed here on return: with it open the reader would never see the end.
    private static func launch(_ command: [String]) throws -> (Descriptor, ChildProcess) {
        let (readEnd, writeEnd) = try Descriptor.socketPair()
        return (readEnd, try ChildProcess(command, descriptors: [nil, writeEnd, writeEnd]))
    }

    /// The port in the log line that says that it listens; the rest of the log is read on, so that it can't block.
    private static func firstPort(in log: Descriptor) async throws -> Int {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let text = Mutex("")
        Thread.detachNewThread {
            var isFound = false
            log.readAll { piece in
                guard !isFound else { return }
                text.withLock { text in
                    text += String(decoding: piece, as: UTF8.self)
                    guard let match = text.firstMatch(of: /port=([0-9]+) [^\n]*listening/), let port = Int(match.1)
                    else { return }
                    isFound = true
                    continuation.yield(port)
                }
            }
            continuation.finish()
        }
        for await port in ports { return port }
        try Task.checkCancellation()
        throw DevelopmentError(.failed, "the server ended before it listened: \(text.withLock { $0 })")
    }

    /// SIGTERM: it drains.
    /// - Returns: its exit status, as ``ChildProcess/wait()`` has it.
    @discardableResult
    package func terminate() async -> Int32 { await end(SIGTERM) }

    /// SIGKILL: a crash.
    package func kill() async { _ = await end(SIGKILL) }

    private func end(_ signal: Int32) async -> Int32 {
        process.signal(signal)
        return await process.wait()
    }

    /// A temporary folder that goes with this object.
    private final class Folder: Sendable {
        let url = FileManager.default.temporaryDirectory.appending(path: "entitled-server-\(UUID())")

        deinit { try? FileManager.default.removeItem(at: url) }
    }
}
