import Foundation
import Glibc

@testable import EntitledDevelopment

/// Calls `body` with the path of a folder that doesn't exist yet, below one that goes afterwards.
func withTemporaryFolder<R>(
    named name: String = "cluster", isolation: isolated (any Actor)? = #isolation,
    _ body: (String) async throws -> R
) async throws -> R {
    let parent = "/tmp/entitled-development-tests-\(UUID().uuidString.lowercased())"
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: false)
    chmod(parent, 0o755)
    defer { try? FileManager.default.removeItem(atPath: parent) }
    return try await body("\(parent)/\(name)")
}

/// Runs `body` with a cluster, stopping it afterwards in any case.
func withCluster<R>(
    in folder: String, settings: DevelopmentCluster.Settings = .fast, isolation: isolated (any Actor)? = #isolation,
    _ body: (DevelopmentCluster) async throws -> R
) async throws -> R {
    let cluster = try await DevelopmentCluster.start(in: folder, settings: settings)
    let result: Result<R, any Error>
    do { result = .success(try await body(cluster)) } catch { result = .failure(error) }
    await cluster.stop()
    return try result.get()
}

/// Has psql run a statement.
/// - Returns: the answer's text.
func query(_ conninfo: String, _ sql: String) async throws -> String {
    let psql = try await PostgresPrograms.find(major: nil).path("psql")
    let (status, output) = try await ChildProcess.run([psql, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, conninfo])
    guard status == 0 else { throw DevelopmentError(.failed, output) }
    return output.trimmingCharacters(in: .newlines)
}

/// The server's process, as its own file says.
func serverProcess(in folder: String) throws -> pid_t {
    let text = try String(contentsOfFile: "\(folder)/data/postmaster.pid", encoding: .utf8)
    guard let line = text.split(separator: "\n").first, let pid = pid_t(line) else {
        throw DevelopmentError(.failed, "no process in postmaster.pid: \(text)")
    }
    return pid
}

/// Whether a process runs. One that ended but whom nobody has waited for yet doesn't.
func runs(_ pid: pid_t) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
    return !status.contains(") Z ")
}

/// Waits until `condition` holds.
/// - Returns: whether it did within the limit.
func eventually(
    within limit: Duration, isolation: isolated (any Actor)? = #isolation, _ condition: () -> Bool
) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while !condition() {
        guard ContinuousClock.now < end else { return false }
        try await Task.sleep(for: .milliseconds(20))
    }
    return true
}
