import EntitledCore
import Synchronization
import Testing

@testable import EntitledService

@Suite struct TurnsTests {
    private final class Log: Sendable {
        let underWay = Mutex((now: 0, most: 0))
    }

    private static let acme = TenantSlug(stored: "acme")
    private static let other = TenantSlug(stored: "other")

    @Test("no more are under way than may be", arguments: [0, 1, 3])
    func bound(count: Int) async {
        let turns = Turns(count)
        let log = Log()
        await withDiscardingTaskGroup { group in
            for number in 0..<100 {
                group.addTask {
                    let tenant = number.isMultiple(of: 3) ? Self.acme : Self.other
                    _ = await turns.begin(tenant)
                    log.underWay.withLock { state in
                        state.now += 1
                        state.most = max(state.most, state.now)
                    }
                    await Task.yield()
                    log.underWay.withLock { $0.now -= 1 }
                    turns.end(tenant, calls: 1)
                }
            }
        }
        #expect(log.underWay.withLock { $0.most } <= max(1, count))
        #expect(turns.waiting == 0)
    }
}
