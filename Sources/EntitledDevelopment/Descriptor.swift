import Glibc

/// The one owner of a file descriptor; closes it when it goes. No program that this process starts inherits it,
/// unless ``ChildProcess`` is told to pass it on.
final class Descriptor: Sendable {
    let raw: Int32

    /// Takes over `raw`. It is moved above the standard streams and the few numbers that a child gets, so that
    /// placing one in a child never overwrites another.
    private init(adopting raw: Int32) throws {
        let moved = fcntl(raw, F_DUPFD_CLOEXEC, 16)
        let reason = errno
        close(raw)
        guard moved >= 0 else { throw DevelopmentError.system("fcntl", reason) }
        self.raw = moved
    }

    deinit {
        close(raw)
    }

    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) throws -> Descriptor {
        let raw = Glibc.open(path, flags | O_CLOEXEC, mode)
        guard raw >= 0 else { throw DevelopmentError.system("open \(path)", errno) }
        return try Descriptor(adopting: raw)
    }

    /// A pipe of both directions. Unlike a pipe's, its writer can do without SIGPIPE (see ``send(_:)``).
    static func socketPair() throws -> (Descriptor, Descriptor) {
        var raws: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &raws) == 0 else { throw DevelopmentError.system("socketpair", errno) }
        let first = Result { try Descriptor(adopting: raws[0]) }
        let second = Result { try Descriptor(adopting: raws[1]) }
        return (try first.get(), try second.get())
    }

    /// Sends a few bytes to the other end of a socket pair; whether someone still listens there doesn't matter.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(raw, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Reads to the end, keeping the first `limitBytes`. Blocks.
    func readAll(limitBytes: Int) -> String {
        var kept: [UInt8] = []
        readAll { kept += $0.prefix(max(0, limitBytes - kept.count)) }
        return String(decoding: kept, as: UTF8.self)
    }

    /// Reads to the end, and hands over each piece as it comes. Blocks.
    func readAll(_ take: (ArraySlice<UInt8>) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(raw, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            take(buffer[..<count])
        }
    }

    func writeAll(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(raw, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw DevelopmentError.system("write", errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// The file's length in bytes.
    var sizeBytes: Int {
        var status = stat()
        return fstat(raw, &status) == 0 ? Int(status.st_size) : 0
    }

    /// What stands in the file from `offset` on, at most the last `limitBytes` of it.
    func tail(from offset: Int, limitBytes: Int) -> String {
        let start = max(offset, sizeBytes - limitBytes)
        var buffer = [UInt8](repeating: 0, count: limitBytes)
        let count = pread(raw, &buffer, buffer.count, off_t(start))
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}

extension DevelopmentError {
    static func system(_ call: String, _ reason: Int32) -> DevelopmentError {
        DevelopmentError(.system, "\(call): \(String(cString: strerror(reason)))")
    }
}
