import Foundation
import Glibc
import Testing

@testable import EntitledDevelopment

/// The server must not outlive the process that started it.
@Suite(.serialized)
struct SupervisorTests {
    /// What tells a second process of these tests to be the parent that gets killed, and the cluster's folder.
    private static let parentFolder = ProcessInfo.processInfo.environment["ENTITLED_TEST_PARENT_FOLDER"]

    /// Only in that second process: starts a cluster and keeps it until it is killed.
    @Test(.enabled(if: parentFolder != nil, "the other tests' parent that gets killed"))
    func beTheParent() async throws {
        let folder = try #require(Self.parentFolder)
        let cluster = try await DevelopmentCluster.start(in: folder, settings: .durable)
        try "ready".write(toFile: "\(folder)-ready", atomically: true, encoding: .utf8)
        try await Task.sleep(for: .seconds(120))
        await cluster.stop()
    }

    @Test(.enabled(if: parentFolder == nil)) func serverEndsWithItsKilledParent() async throws {
        try await withTemporaryFolder { folder in
            let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            // The dynamic linker's path is all that such a process needs of this one's environment.
            let libraries = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] ?? ""
            let script = """
                echo $$ >"$1-pid"
                export ENTITLED_TEST_PARENT_FOLDER="$1" LD_LIBRARY_PATH="$3"
                exec "$2" --testing-library swift-testing --filter beTheParent
                """
            let parent = try ChildProcess(
                ["/bin/sh", "-c", script, "sh", folder, executable, libraries], descriptors: [nil, nil, nil])
            let isReady = try await eventually(within: .seconds(60)) {
                FileManager.default.fileExists(atPath: "\(folder)-ready") || !parent.isRunning
            }
            try #require(isReady && parent.isRunning)
            let server = try serverProcess(in: folder)
            #expect(runs(server))

            let text = try String(contentsOfFile: "\(folder)-pid", encoding: .utf8)
            kill(try #require(pid_t(text.trimmingCharacters(in: .newlines))), SIGKILL)
            #expect(await parent.wait() == 128 + SIGKILL)
            #expect(try await eventually(within: .seconds(60)) { !runs(server) })

            // Its end was an orderly one, and nothing of it is in the way of the next start.
            try await withCluster(in: folder) { cluster in
                try await #expect(query(cluster.conninfo, "select 1") == "1")
            }
            let log = try String(contentsOfFile: "\(folder)/postgres.log", encoding: .utf8)
            #expect(log.contains("received fast shutdown request"))
            #expect(!log.contains("not properly shut down"))
        }
    }

    @Test(.enabled(if: parentFolder == nil)) func serverEndsWithItsKilledShell() async throws {
        try await withTemporaryFolder { folder in
            let cluster = try await DevelopmentCluster.start(in: folder, settings: .fast)
            let server = try serverProcess(in: folder)
            let status = try String(contentsOfFile: "/proc/\(server)/stat", encoding: .utf8)
            // After the name in parentheses: the state, then the parent.
            let fields = try #require(status.split(separator: ")").last).split(separator: " ")
            let shell = try #require(pid_t(fields[1]))
            try #require(shell > 1 && shell != getpid())
            kill(shell, SIGKILL)
            #expect(try await eventually(within: .seconds(60)) { !runs(server) })
            #expect(try await eventually(within: .seconds(60)) { !cluster.isRunning })
        }
    }

    @Test(.enabled(if: parentFolder == nil)) func serverEndsWithItsOwner() async throws {
        try await withTemporaryFolder { folder in
            var cluster: DevelopmentCluster? = try await DevelopmentCluster.start(in: folder, settings: .fast)
            let server = try serverProcess(in: folder)
            #expect(cluster?.isRunning == true)
            cluster = nil
            #expect(try await eventually(within: .seconds(60)) { !runs(server) })
            // The shell tidies up after the server; the next start waits for it.
            try await withCluster(in: folder) { #expect($0.isRunning) }
        }
    }
}
