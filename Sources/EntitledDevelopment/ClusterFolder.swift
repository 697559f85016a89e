import Foundation
import Glibc

/// The folder of a development cluster, and what lies in it: `data`, `socket`, `postgres.log` and `lock`.
struct ClusterFolder {
    /// A Unix socket's path must fit 107 bytes (unix(7)); PostgreSQL adds `/.s.PGSQL.5432`.
    static let longestSocketFolderBytes = 90
    /// A log over this starts afresh with the next start.
    static let longestLogBytes = 16 << 20

    /// Absolute.
    let path: String

    var data: String { "\(path)/data" }
    private var unfinishedData: String { "\(path)/data.unfinished" }

    init(_ path: String) throws {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw DevelopmentError(.invalidArgument, "not a folder's path: \"\(path)\"")
        }
        self.path = URL(filePath: path).standardizedFileURL.path(percentEncoded: false).trimmingSuffix("/")
    }

    /// The major version of PostgreSQL that made the data; nil if there is none yet.
    var dataMajor: Int? {
        guard let text = try? String(contentsOfFile: "\(data)/PG_VERSION", encoding: .utf8) else { return nil }
        return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Makes the folder and what is missing above it, so that others may enter but not write.
    func make() throws {
        var missing: [String] = []
        var folder = path
        while access(folder, F_OK) != 0, folder != "/", !folder.isEmpty {
            missing.append(folder)
            folder = URL(filePath: folder).deletingLastPathComponent().path(percentEncoded: false).trimmingSuffix("/")
        }
        for folder in missing.reversed() {
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
                throw DevelopmentError.system("mkdir \(folder)", errno)
            }
            // Again, because mkdir heeds the umask.
            chmod(folder, 0o755)
        }
    }

    /// Takes the folder for one server. The lock lasts as long as anyone has the descriptor, whom the kernel lets go
    /// of it with their end, so none is ever stale. Waits for a server that is just stopping.
    /// - Throws: ``DevelopmentError`` with `inUse`.
    func lock() async throws -> Descriptor {
        let lock = try Descriptor.open("\(path)/lock", O_RDWR | O_CREAT, mode: 0o600)
        let clock = ContinuousClock()
        let begun = clock.now
        while flock(lock.raw, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw DevelopmentError.system("flock", errno) }
            guard clock.now - begun < (isStopping ? .seconds(60) : .seconds(2)) else {
                let pid = postmasterFile.first.map { " (process \($0))" } ?? ""
                throw DevelopmentError(.inUse, "another PostgreSQL server runs in \(path)\(pid)")
            }
            try await Task.sleep(for: .milliseconds(25))
        }
        return lock
    }

    /// Lines of `postmaster.pid`: the process comes first, its status eighth.
    private var postmasterFile: [Substring] {
        let text = (try? String(contentsOfFile: "\(data)/postmaster.pid", encoding: .utf8)) ?? ""
        return text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    private var isStopping: Bool { postmasterFile.dropFirst(7).first?.hasPrefix("stopping") ?? false }

    func openLog() throws -> Descriptor {
        let log = try Descriptor.open("\(path)/postgres.log", O_RDWR | O_CREAT | O_APPEND, mode: 0o600)
        if log.sizeBytes > Self.longestLogBytes { ftruncate(log.raw, 0) }
        return log
    }

    /// Makes the data if there is none. initdb works beside the place, so that a half-made cluster is never used.
    /// (PostgreSQL's manual, initdb.)
    func initialise(
        with programs: PostgresPrograms, as user: ServerUser, durable: Bool, log: Descriptor, lock: Descriptor
    ) async throws {
        guard dataMajor == nil else { return }
        guard access(data, F_OK) != 0 else {
            throw DevelopmentError(.failed, "\(data) stands in the way: it is not a PostgreSQL cluster")
        }
        try? FileManager.default.removeItem(atPath: unfinishedData)
        try makePrivate(unfinishedData, for: user)
        let command = [
            programs.path("initdb"), "--pgdata=\(unfinishedData)", "--username=postgres", "--encoding=UTF8",
            "--locale=\(Self.locale)", "--lc-messages=C", "--auth-local=trust", "--auth-host=reject",
            "--no-instructions",
        ]
        let offset = log.sizeBytes
        let initdb = try ChildProcess(
            user.command(command + (durable ? [] : ["--no-sync"])), descriptors: [nil, log, log, lock])
        let status = await initdb.wait()
        guard status == 0 else {
            throw DevelopmentError(.failed, "initdb failed:\n\(log.tail(from: offset, limitBytes: 4096))")
        }
        guard rename(unfinishedData, data) == 0 else { throw DevelopmentError.system("rename \(data)", errno) }
    }

    /// C.UTF-8 where the system has it: it collates by code point as C does, and knows letters beyond ASCII.
    private static var locale: String {
        guard let locale = newlocale(1 << LC_CTYPE, "C.UTF-8", nil) else { return "C" }
        freelocale(locale)
        return "C.UTF-8"
    }

    /// Makes the folder for the socket, which only the server's user (and root) may enter: whoever can is trusted.
    /// - Returns: its path, short enough for a socket and without what libpq would take for a separator of hosts.
    func makeSocketFolder(for user: ServerUser) throws -> String {
        let inside = "\(path)/socket"
        guard inside.utf8.count > Self.longestSocketFolderBytes || inside.contains(",") else {
            try makePrivate(inside, for: user)
            return inside
        }
        var template = Array("/tmp/entitled-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw DevelopmentError.system("mkdtemp", errno) }
        let made = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        try makePrivate(made, for: user)
        return made
    }

    private func makePrivate(_ folder: String, for user: ServerUser) throws {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw DevelopmentError.system("mkdir \(folder)", errno)
        }
        // By descriptor and without following links, so that nothing else's owner can be changed by a planted link.
        let descriptor = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        guard fchmod(descriptor.raw, 0o700) == 0, user.isOneself || fchown(descriptor.raw, user.uid, user.gid) == 0
        else { throw DevelopmentError.system("give \(folder) to its owner", errno) }
    }
}

extension String {
    func trimmingSuffix(_ suffix: Character) -> String {
        var kept = self[...]
        while kept.count > 1, kept.last == suffix { kept.removeLast() }
        return String(kept)
    }
}
