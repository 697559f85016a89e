import EntitledCore
import Synchronization
import Testing

@testable import EntitledService

@Suite struct TurnsTests {
    private final class Log: Sendable {
        let served = Mutex<[TenantSlug]>([])
        let underWay = Mutex((now: 0, most: 0))
    }

    private static let acme = TenantSlug(stored: "acme")
    private static let other = TenantSlug(stored: "other")

    @Test("a tenant that is served alone takes whole batches along, and few while there are others")
    func sizes() async {
        let turns = Turns(1)
        func take(_ tenant: TenantSlug) async -> Int {
            let calls = await turns.begin(tenant)
            turns.end()
            return calls
        }
        #expect(await take(Self.acme) == Limits.batch)
        #expect(await take(Self.other) == Limits.sharedBatch)
        // For a while it may come back.
        for _ in 1...Limits.turnsAlone { #expect(await take(Self.other) == Limits.sharedBatch) }
        #expect(await take(Self.other) == Limits.batch)
    }

    @Test("tenants take turns, however many batches of one wait")
    func order() async throws {
        let turns = Turns(1)
        let log = Log()
        _ = await turns.begin(Self.acme)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, tenant) in [Self.acme, Self.acme, Self.acme, Self.other].enumerated() {
                group.addTask {
                    _ = await turns.begin(tenant)
                    log.served.withLock { $0.append(tenant) }
                    turns.end()
                }
                // One after the other, so that they wait in this order.
                while turns.waiting <= number { await Task.yield() }
            }
            turns.end()
            try await group.waitForAll()
        }
        #expect(log.served.withLock { $0 } == [Self.acme, Self.other, Self.acme, Self.acme])
    }

    @Test("no more are under way than may be", arguments: [0, 1, 3])
    func bound(count: Int) async {
        let turns = Turns(count)
        let log = Log()
        await withDiscardingTaskGroup { group in
            for number in 0..<100 {
                group.addTask {
                    _ = await turns.begin(number.isMultiple(of: 3) ? Self.acme : Self.other)
                    log.underWay.withLock { state in
                        state.now += 1
                        state.most = max(state.most, state.now)
                    }
                    await Task.yield()
                    log.underWay.withLock { $0.now -= 1 }
                    turns.end()
                }
            }
        }
        #expect(log.underWay.withLock { $0.most } <= max(1, count))
        #expect(turns.waiting == 0)
    }
}
