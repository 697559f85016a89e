import Foundation
import Glibc

/// Under what was measured: figures of different machines and settings can't be compared.
struct Surroundings: Codable, Sendable {
    let date: String
    let cores: Int
    let processor: String
    let memoryBytes: UInt64
    let kernel: String
    let build: String
    let postgres: String
    let settings: [String: String]
    /// How long a page takes to the disk, without PostgreSQL: the median.
    let syncMilliseconds: Double

    /// What decides how durable PostgreSQL is, and how fast.
    private static let names = [
        "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "wal_level", "shared_buffers",
        "min_wal_size", "max_wal_size", "checkpoint_timeout", "autovacuum", "max_connections", "data_checksums",
    ]

    static func read(from stage: Stage) async throws -> Surroundings {
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        let rows = try await stage.rows(
            "select name, current_setting(name) from pg_settings where name in (\(list))", columns: 2)
        let version = try await stage.rows("select version()", columns: 1)
        return Surroundings(
            date: Date().formatted(.iso8601), cores: ProcessInfo.processInfo.activeProcessorCount,
            processor: field("model name", of: "/proc/cpuinfo") ?? "unknown",
            memoryBytes: ProcessInfo.processInfo.physicalMemory,
            kernel: ProcessInfo.processInfo.operatingSystemVersionString, build: build,
            postgres: version.first?.first ?? "unknown",
            settings: Dictionary(rows.map { ($0[0], $0[1]) }) { first, _ in first },
            syncMilliseconds: try syncMilliseconds(in: stage.folder))
    }

    /// Writes a page of 8 KiB a hundred times, and waits each time until it is on the disk, as a commit does.
    private static func syncMilliseconds(in folder: URL) throws -> Double {
        let path = folder.appending(path: "sync").path
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer {
            close(file)
            unlink(path)
        }
        let page = [UInt8](repeating: 1, count: 8192)
        let times = (0..<100).map { _ in
            ContinuousClock().measure {
                _ = pwrite(file, page, page.count, 0)
                fdatasync(file)
            } / .milliseconds(1)
        }
        return Spread(times).median
    }

    #if DEBUG
    static let build = "debug"
    #else
    static let build = "release"
    #endif

    /// The first value of a name in a file of lines such as `name : value`.
    static func field(_ name: String, of path: String) -> String? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) })
        else { return nil }
        return line.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// The kind of file system that a folder is on.
    /// - Parameters:
    ///   - path: absolute, without links.
    ///   - mounts: as in /proc/self/mounts (proc(5)): a device, a mount point, a kind in each line.
    static func fileSystem(of path: String, mounts: String) -> String? {
        let points = mounts.split(separator: "\n").map { $0.split(separator: " ") }.filter { line in
            guard line.count > 2 else { return false }
            return line[1] == "/" || path == line[1] || path.hasPrefix(line[1] + "/")
        }
        // Of what is mounted at the same place the last one is seen.
        let longest = points.map { $0[1].count }.max()
        return points.last { $0[1].count == longest }.map { String($0[2]) }
    }

    /// A process's memory in bytes: `VmRSS` now, `VmHWM` at most (proc(5)).
    static func memoryBytes(of process: Int32, _ name: String = "VmRSS") -> Int {
        let kilobytes = field(name + ":", of: "/proc/\(process)/status")?.prefix(while: \.isNumber)
        return (kilobytes.flatMap { Int($0) } ?? 0) * 1024
    }

    /// Lets this process, and what it starts, open as many files as the system allows.
    /// - Returns: how many that are.
    @discardableResult
    static func raiseOpenFileLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_max)
    }

    var lines: [String] {
        let megabytes = memoryBytes >> 20
        return [
            "machine: \(cores) cores, \(processor), \(megabytes) MiB, \(kernel)",
            "build: \(build)" + (build == "debug" ? " (its figures mean nothing; tools/bench builds a release)" : ""),
            "database: \(postgres)",
            "  " + settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " "),
            "disk: fdatasync of a page takes \(Text.number(syncMilliseconds)) ms",
        ]
    }
}
