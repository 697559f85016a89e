import EntitledCore
import Testing

@testable import EntitledService

@Suite struct TurnOrderTests {
    private static let noisy = TenantSlug(stored: "noisy")
    private static let quiet = TenantSlug(stored: "quiet")
    private static let other = TenantSlug(stored: "other")

    @Test("a tenant that is served alone takes whole batches along, and few while there are others")
    func sizes() {
        var order = TurnOrder(1)
        func take(_ tenant: TenantSlug) -> Int? {
            let calls = order.ask(for: tenant)
            _ = order.end(tenant, calls: 1)
            return calls
        }
        #expect(take(Self.noisy) == Limits.batch)
        #expect(take(Self.other) == Limits.sharedBatch)
        // For a while it may come back.
        for _ in 1...Limits.turnsAlone { #expect(take(Self.other) == Limits.sharedBatch) }
        #expect(take(Self.other) == Limits.batch)
    }

    @Test("whoever was served least is next, however many batches of another wait")
    func order() {
        var order = TurnOrder(1)
        #expect(order.ask(for: Self.noisy) != nil)
        for tenant in [Self.noisy, Self.noisy, Self.quiet, Self.other] { #expect(order.ask(for: tenant) == nil) }
        #expect(order.waitingCount == 4)
        var served: [TenantSlug] = []
        var turn = order.end(Self.noisy, calls: 64).map(\.tenant)
        while let tenant = turn.first {
            #expect(turn.count == 1)
            served.append(tenant)
            turn = order.end(tenant, calls: 64).map(\.tenant)
        }
        #expect(served == [Self.quiet, Self.other, Self.noisy, Self.noisy])
        #expect(order.waitingCount == 0)
    }

    @Test("what a turn took counts: small batches come more often than large ones")
    func shares() {
        var order = TurnOrder(1)
        let calls = [Self.noisy: Limits.sharedBatch, Self.quiet: 4]
        var turns: [TenantSlug: Int] = [:]
        var current = Self.noisy
        // Two batches of each: one is under way, the others wait.
        for tenant in [Self.noisy, Self.noisy, Self.quiet, Self.quiet] { _ = order.ask(for: tenant) }
        for _ in 1...200 {
            turns[current, default: 0] += 1
            let next = order.end(current, calls: calls[current, default: 0]).first?.tenant
            _ = order.ask(for: current)
            current = next ?? Self.other
        }
        #expect(turns[Self.other] == nil)
        #expect(turns[Self.noisy, default: 0] >= 20)
        #expect(turns[Self.quiet, default: 0] >= 3 * turns[Self.noisy, default: 0])
    }

    @Test("nobody saves turns up: who comes back is served like who was there")
    func return_() {
        var order = TurnOrder(1)
        for tenant in [Self.quiet, Self.noisy] { _ = order.ask(for: tenant) }
        _ = order.end(Self.quiet, calls: 1)
        // The noisy one was busy meanwhile.
        for _ in 1...10 {
            _ = order.ask(for: Self.noisy)
            _ = order.end(Self.noisy, calls: 64)
        }
        for tenant in [Self.quiet, Self.noisy, Self.quiet, Self.noisy] { _ = order.ask(for: tenant) }
        var served: [TenantSlug] = []
        var turn = order.end(Self.noisy, calls: 64)
        while let tenant = turn.first?.tenant {
            served.append(tenant)
            turn = order.end(tenant, calls: 64)
        }
        #expect(served.prefix(2) == [Self.quiet, Self.noisy])
    }

    @Test("the last free turn is kept for others while there are any", arguments: [1, 2, 4])
    func kept(count: Int) {
        var order = TurnOrder(count)
        // Two are served, so neither is alone.
        for tenant in [Self.noisy, Self.quiet] {
            _ = order.ask(for: tenant)
            _ = order.end(tenant, calls: 1)
        }
        let granted = (1...count).filter { _ in order.ask(for: Self.noisy) != nil }
        #expect(granted.count == max(1, count - 1))
        #expect((order.ask(for: Self.quiet) != nil) == (count > 1))
        // Its next batch begins when one of its own is over.
        #expect(order.end(Self.noisy, calls: 1).map(\.tenant) == [count > 1 ? Self.noisy : Self.quiet])
    }

    @Test("alone, a tenant has all turns")
    func all() {
        var order = TurnOrder(3)
        #expect((1...4).filter { _ in order.ask(for: Self.noisy) != nil }.count == 3)
        #expect(order.end(Self.noisy, calls: 1).map(\.tenant) == [Self.noisy])
    }
}
