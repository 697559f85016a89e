import EntitledClient
import EntitledDevelopment

/// What the server's process takes.
struct MemoryFigures: Codable, Sendable {
    /// After the rounds.
    var underLoadBytes: Int
    /// At most.
    var peakBytes = 0
    var idle = IdleMemory(connections: 0, beforeBytes: 0, afterBytes: 0)
}

/// What connections take that are authenticated and say nothing.
struct IdleMemory: Codable, Sendable {
    let connections: Int
    let beforeBytes: Int
    let afterBytes: Int

    var bytesPerConnection: Int { connections == 0 ? 0 : (afterBytes - beforeBytes) / connections }
}

/// Opens connections to a server of their own: one that has worked has memory to spare, which would hide theirs.
struct IdleConnections {
    private static let openedAtOnce = 32

    let count: Int
    let stage: Stage

    func measure() async throws -> IdleMemory {
        let server = try await stage.startServer()
        do {
            let configuration = try await stage.idleConfiguration(of: server)
            let memory = try await measure(server.processID, configuration)
            await server.kill()
            return memory
        } catch {
            await server.kill()
            throw error
        }
    }

    private func measure(_ process: Int32, _ configuration: ClientConfiguration) async throws -> IdleMemory {
        // Each needs a file here and one there; the rest is for PostgreSQL, and for what is open anyhow.
        let count = min(count, Surroundings.raiseOpenFileLimit() - 500)
        Progress.say("opening \(count) connections")
        let first = EntitledClient(configuration, logger: .bench)
        _ = try await first.settings()
        let before = Surroundings.memoryBytes(of: process)
        let clients = (0..<count).map { _ in EntitledClient(configuration, logger: .bench) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<Self.openedAtOnce {
                group.addTask {
                    for place in stride(from: number, to: count, by: Self.openedAtOnce) {
                        _ = try await clients[place].settings()
                    }
                }
            }
            try await group.waitForAll()
        }
        let memory = IdleMemory(
            connections: count, beforeBytes: before, afterBytes: Surroundings.memoryBytes(of: process))
        withExtendedLifetime(clients) {}
        return memory
    }
}
