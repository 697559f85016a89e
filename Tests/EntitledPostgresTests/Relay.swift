import Foundation

/// Stands between a client and the server on Unix sockets, and loses what the server says at the worst moment.
///
/// `@unchecked Sendable`: all properties are set before the thread starts and never change.
final class Relay: @unchecked Sendable {
    enum Fault: Sendable {
        /// The connection ends just when the server has answered.
        case cut
        /// Nothing comes any more, and nothing ends.
        case silence
    }

    private let listener: Int32
    private let serverPath: String
    private let directory: URL
    private let marker: [UInt8]
    private let fault: Fault
    /// libpq's keywords for the way through the relay.
    let keywords: String

    /// - Parameter marker: once the client has sent this, no answer reaches it any more.
    init(serverDirectory: String, port: String, marker: String, fault: Fault) throws {
        directory = URL(filePath: "/tmp/relay-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        serverPath = "\(serverDirectory)/.s.PGSQL.\(port)"
        keywords = "host=\(directory.path) port=5432"
        self.marker = Array(marker.utf8)
        self.fault = fault
        guard Self.withAddress("\(directory.path)/.s.PGSQL.5432", { bind(listener, $0, $1) }) == 0,
            listen(listener, 1) == 0
        else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        Thread { self.serve() }.start()
    }

    /// Carries one connection, then ends.
    private func serve() {
        let client = accept(listener, nil, nil)
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            for descriptor in [client, server, listener] { close(descriptor) }
            try? FileManager.default.removeItem(at: directory)
        }
        guard client >= 0, Self.withAddress(serverPath, { connect(server, $0, $1) }) == 0 else { return }
        var sent: [UInt8] = []
        var isFaulty = false
        while true {
            var entries = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&entries, 2, 30_000) > 0 else { return }
            if entries[0].revents != 0 {
                guard let bytes = Self.receive(client), Self.send(bytes, to: server) else { return }
                sent = sent.suffix(marker.count) + bytes
                isFaulty = isFaulty || sent.firstRange(of: marker) != nil
            }
            if entries[1].revents != 0 {
                guard let bytes = Self.receive(server) else { return }
                if isFaulty && fault == .cut { return }
                if !isFaulty && !Self.send(bytes, to: client) { return }
            }
        }
    }

    private static func receive(_ descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &buffer, buffer.count)
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
