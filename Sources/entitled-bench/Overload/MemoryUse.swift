/// What the server's process takes while something goes on, in bytes.
struct MemoryUse: Codable, Hashable, Sendable {
    var before: Int
    var most: Int
    var after: Int

    /// Looks twenty times a second.
    static func of(
        _ process: Int32, during body: () async throws -> Void
    ) async throws -> MemoryUse {
        let before = Surroundings.memoryBytes(of: process)
        let most = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                var most = before
                while !Task.isCancelled {
                    most = max(most, Surroundings.memoryBytes(of: process))
                    try? await Task.sleep(for: .milliseconds(50))
                }
                return most
            }
            try await body()
            group.cancelAll()
            return try await group.next() ?? before
        }
        let after = Surroundings.memoryBytes(of: process)
        return MemoryUse(before: before, most: max(most, after), after: after)
    }
}
