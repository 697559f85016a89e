import Foundation
import Glibc
import Testing

@testable import EntitledDevelopment

@Suite(.serialized)
struct DevelopmentClusterTests {
    @Test func keepsItsDataFromStartToStart() async throws {
        try await withTemporaryFolder { folder in
            try await withCluster(in: folder) { cluster in
                try await cluster.createDatabase(named: "Kept one")
                let database = cluster.conninfo(user: "postgres", database: "Kept one")
                _ = try await query(database, "create table fact as select 42 as number")
            }
            try await withCluster(in: folder) { cluster in
                let database = cluster.conninfo(user: "postgres", database: "Kept one")
                try await #expect(query(database, "select number from fact") == "42")
            }
        }
    }

    @Test func stopEndsTheServer() async throws {
        try await withTemporaryFolder { folder in
            let cluster = try await DevelopmentCluster.start(in: folder, settings: .fast)
            let pid = try serverProcess(in: folder)
            #expect(runs(pid))
            await cluster.stop()
            #expect(!runs(pid))
            #expect(!cluster.isRunning)
            #expect(try String(contentsOfFile: "\(folder)/postgres.log", encoding: .utf8).contains("is shut down"))
        }
    }

    @Test(arguments: [("durable", "on|on|UTC||200"), ("fast", "off|on|UTC||200")])
    func isConfigured(kind: String, expected: String) async throws {
        try await withTemporaryFolder { folder in
            try await withCluster(in: folder, settings: kind == "fast" ? .fast : .durable) { cluster in
                let shown = try await query(
                    cluster.conninfo,
                    "select "
                        + ["fsync", "synchronous_commit", "timezone", "listen_addresses", "max_connections"]
                        .map { "current_setting('\($0)')" }.joined(separator: ", "))
                #expect(shown == expected)
                let encoding = try await query(cluster.conninfo, "show server_encoding")
                #expect(encoding == "UTF8")
            }
        }
    }

    @Test func recoversFromItsCrash() async throws {
        try await withTemporaryFolder { folder in
            let first = try await DevelopmentCluster.start(in: folder, settings: .fast)
            let pid = try serverProcess(in: folder)
            _ = try await query(first.conninfo, "create table fact as select 7 as number")
            await first.kill()
            #expect(!runs(pid))
            try await withCluster(in: folder) { second in
                try await #expect(query(second.conninfo, "select number from fact") == "7")
            }
            let log = try String(contentsOfFile: "\(folder)/postgres.log", encoding: .utf8)
            #expect(log.contains("not properly shut down"))
        }
    }

    @Test func aFolderHasOneServer() async throws {
        try await withTemporaryFolder { folder in
            try await withCluster(in: folder) { cluster in
                let error = await #expect(throws: DevelopmentError.self) {
                    _ = try await DevelopmentCluster.start(in: folder, settings: .fast)
                }
                #expect(error?.code == .inUse)
                #expect(error?.message.contains(folder) == true)
                try await #expect(query(cluster.conninfo, "select 1") == "1")
            }
        }
    }

    @Test func removesWhatItMadeAndNothingElse() async throws {
        try await withTemporaryFolder { folder in
            let cluster = try await DevelopmentCluster.start(in: folder, settings: .fast, removeOnStop: true)
            await cluster.stop()
            #expect(!FileManager.default.fileExists(atPath: folder))

            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            try "mine".write(toFile: "\(folder)/note", atomically: true, encoding: .utf8)
            chmod(folder, 0o755)
            let second = try await DevelopmentCluster.start(in: folder, settings: .fast, removeOnStop: true)
            await second.stop()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["note"])
        }
    }

    @Test(arguments: [
        ("a 'b'", true),
        ("a, 'b'", false),
        (String(repeating: "long", count: 30), false),
    ])
    func socketIsReachableByItsOwnerAlone(name: String, isInside: Bool) async throws {
        try await withTemporaryFolder(named: name) { folder in
            let sockets = try await withCluster(in: folder) { cluster in
                #expect(cluster.socketDirectory.hasPrefix(folder + "/") == isInside)
                var status = stat()
                #expect(stat(cluster.socketDirectory, &status) == 0)
                #expect(status.st_mode & 0o777 == 0o700)
                try #expect(status.st_uid == ServerUser.forThisProcess().uid)
                try await #expect(query(cluster.conninfo, "select 1") == "1")
                return cluster.socketDirectory
            }
            #expect(isInside || !FileManager.default.fileExists(atPath: sockets))
        }
    }

    @Test func serverInheritsNoDescriptors() async throws {
        try await withTemporaryFolder { folder in
            let marker = folder + "-open"
            let raw = open(marker, O_RDWR | O_CREAT, 0o600)
            try #require(raw >= 0)
            defer { close(raw) }
            try await withCluster(in: folder) { _ in
                let descriptors = "/proc/\(try serverProcess(in: folder))/fd"
                let targets = try FileManager.default.contentsOfDirectory(atPath: descriptors).compactMap {
                    try? FileManager.default.destinationOfSymbolicLink(atPath: "\(descriptors)/\($0)")
                }
                #expect(targets.contains("\(folder)/postgres.log"))
                #expect(!targets.contains(marker))
                #expect(!targets.contains("\(folder)/lock"))
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root hands PostgreSQL to another user"))
    func unreachableFolderIsNamed() async throws {
        try await withTemporaryFolder(named: "closed") { closed in
            try FileManager.default.createDirectory(atPath: closed, withIntermediateDirectories: false)
            chmod(closed, 0o700)
            let error = await #expect(throws: DevelopmentError.self) {
                _ = try await DevelopmentCluster.start(in: "\(closed)/below/cluster", settings: .fast)
            }
            #expect(error?.code == .unreachableFolder)
            #expect(error?.message.contains("can't enter \(closed):") == true)
            #expect(!FileManager.default.fileExists(atPath: "\(closed)/below"))
        }
    }

    @Test func aServerThatCannotStartFailsAtOnceWithItsLog() async throws {
        try await withTemporaryFolder { folder in
            try await withCluster(in: folder) { _ in }
            try FileManager.default.removeItem(atPath: "\(folder)/data/global/pg_control")
            let begun = ContinuousClock.now
            let error = await #expect(throws: DevelopmentError.self) {
                _ = try await DevelopmentCluster.start(in: folder, settings: .fast)
            }
            #expect(error?.code == .failed)
            #expect(error?.message.contains("pg_control") == true)
            #expect(ContinuousClock.now - begun < .seconds(40))
        }
    }
}
