import Foundation
import Glibc
import Synchronization

/// A program that this process started. It gets the descriptors it is told and no others, the default signal
/// dispositions, a session of its own (so a terminal's Ctrl-C passes it by), `/` as its working folder, and a
/// small fixed environment (so no `PG…` variable of the caller's misleads it).
final class ChildProcess: Sendable {
    private enum State {
        case running(waiters: [CheckedContinuation<Int32, Never>])
        case ended(status: Int32)
    }

    static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    private static let environment = ["PATH=\(searchPath)", "HOME=/", "LC_ALL=C", "TZ=UTC"]

    /// The process's number; it may be another's once this one has ended.
    let id: pid_t
    private let state = Mutex(State.running(waiters: []))

    /// Starts `arguments[0]`, an absolute path.
    /// - Parameters:
    ///   - descriptors: what the child has as its descriptors 0, 1, 2 and on; nil is `/dev/null`.
    /// - Throws: ``DevelopmentError`` when the program can't be started.
    init(_ arguments: [String], descriptors: [Descriptor?]) throws {
        id = try Self.spawn(arguments, descriptors: descriptors)
        // A thread of its own: waiting blocks, and must not hold up the threads that tasks share.
        Thread.detachNewThread { [self] in
            var information = siginfo_t()
            while waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
            end()
        }
    }

    var isRunning: Bool {
        state.withLock { state in
            switch state {
            case .running: true
            case .ended: false
            }
        }
    }

    /// Sends it a signal, if it still runs.
    func signal(_ number: Int32) {
        state.withLock { state in
            switch state {
            case .running: Glibc.kill(id, number)
            case .ended: break
            }
        }
    }

    /// Waits for the program's end.
    /// - Returns: its exit status; 128 + the signal's number if a signal ended it.
    @discardableResult
    func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status: Int32? = state.withLock { state in
                switch state {
                case .running(let waiters):
                    state = .running(waiters: waiters + [continuation])
                    return nil
                case .ended(let status):
                    return status
                }
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Only here is the number given back to the system, so that no signal meets another process that has it.
    private func end() {
        let (status, waiters): (Int32, [CheckedContinuation<Int32, Never>]) = state.withLock { state in
            var raw: Int32 = 0
            while waitpid(id, &raw, 0) < 0, errno == EINTR {}
            let status = raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + (raw & 0x7f)
            switch state {
            case .running(let waiters):
                state = .ended(status: status)
                return (status, waiters)
            case .ended(let status):
                return (status, [])
            }
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }

    /// Runs a program to its end; SIGTERM ends it when the task is cancelled.
    /// - Returns: its exit status and the first 64 KiB of what it wrote to standard output and error.
    static func run(_ arguments: [String]) async throws -> (status: Int32, output: String) {
        let (child, readEnd) = try startWithOutput(arguments)
        return await withTaskCancellationHandler {
            let output = await withCheckedContinuation { continuation in
                Thread.detachNewThread { continuation.resume(returning: readEnd.readAll(limitBytes: 64 << 10)) }
            }
            return (await child.wait(), output)
        } onCancel: {
            child.signal(SIGTERM)
        }
    }

    /// The write end is closed here on return: with it open the reader would never see the end.
    private static func startWithOutput(_ arguments: [String]) throws -> (ChildProcess, Descriptor) {
        let (readEnd, writeEnd) = try Descriptor.socketPair()
        return (try ChildProcess(arguments, descriptors: [nil, writeEnd, writeEnd]), readEnd)
    }

    private static func spawn(_ arguments: [String], descriptors: [Descriptor?]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in descriptors.enumerated() {
            if let descriptor {
                posix_spawn_file_actions_adddup2(&actions, descriptor.raw, Int32(number))
            } else {
                posix_spawn_file_actions_addopen(&actions, Int32(number), "/dev/null", O_RDWR, 0)
            }
        }
        GNU.addCloseFrom(&actions, first: Int32(descriptors.count))
        GNU.addChangeFolder(&actions, to: "/")

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF) | GNU.spawnSetSession
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let argumentPointers = arguments.map { strdup($0) } + [nil]
        let environmentPointers = environment.map { strdup($0) } + [nil]
        defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, arguments[0], &actions, &attributes, argumentPointers, environmentPointers)
        guard failure == 0 else { throw DevelopmentError.system("start \(arguments[0])", failure) }
        return pid
    }
}

/// Finds programs as a shell would.
enum Programs {
    /// The folders that are searched: the caller's PATH, then where a system's own programs are.
    static var folders: [String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let all = (path.split(separator: ":") + ChildProcess.searchPath.split(separator: ":")).map(String.init)
        return all.reduce(into: []) { kept, folder in
            if folder.hasPrefix("/"), !kept.contains(folder) { kept.append(folder) }
        }
    }

    static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    static func find(_ name: String) -> String? {
        folders.map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    static func require(_ name: String, package: String) throws -> String {
        guard let path = find(name) else {
            throw DevelopmentError(.missingProgram, "\(name) was not found; on Debian it is in the package \(package)")
        }
        return path
    }
}
