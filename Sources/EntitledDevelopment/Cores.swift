import Foundation

/// Which cores this process runs on. What it starts stays on those on which it is then.
package enum Cores {
    /// Runs `start` on the first half of the cores, so that what it starts is there for good, and goes on with the
    /// others: what loads a server must not take from it what it needs. With one core, all is on that.
    package static func apart<Started>(_ start: () async throws -> Started) async throws -> Started {
        let cores = GNU.cores
        guard cores.count > 1 else { return try await start() }
        keep(to: cores.prefix(cores.count / 2))
        defer { keep(to: cores.dropFirst(cores.count / 2)) }
        return try await start()
    }

    /// Moves every thread; those that they start later follow them.
    private static func keep(to cores: ArraySlice<Int>) {
        // Twice: the first time some may start others that are not in the list yet.
        for _ in 0..<2 {
            let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
            for thread in threads.compactMap({ Int32($0) }) { GNU.keep(thread, to: cores) }
        }
    }
}
