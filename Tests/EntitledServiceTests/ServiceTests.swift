import EntitledCore
import EntitledService
import EntitledTestKit
import Logging
import Testing

/// Lets no time pass: attempts follow each other at once.
private struct HastyClock: Clock {
    var now: ContinuousClock.Instant { .now }
    var minimumResolution: Duration { .zero }
    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {}
}

@Suite(.timeLimit(.minutes(5))) struct ServiceTests {
    private static let principal = Principal(
        key: KeyID(RequestID().uuid), tenant: TenantSlug(stored: "acme-support"), actor: "crm",
        permissions: KeyRole.manager.permissions)

    private static func context(
        _ principal: Principal = principal, request: RequestID? = nil, within time: Duration = .seconds(30)
    ) -> CallContext {
        CallContext(principal: principal, request: request, deadline: .now + time)
    }

    /// Runs a service over the store while `body` calls it.
    private static func withService<Value: Sendable>(
        _ store: FaultyStore, _ body: @escaping @Sendable (EntitlementService) async throws -> Value
    ) async throws -> Value {
        let clerk = Clerk(store.inner, tenant: principal.tenant)
        try await clerk.customer("acme")
        try await clerk.perform(
            AddEntitlement(id: EntitlementID("e"), terms: EntitlementTerms(for: "acme", cases: 100)))
        _ = try? await clerk.perform(ActivateEntitlement(id: EntitlementID("e")))
        let service = EntitlementService(store: store, logger: .quiet, clock: HastyClock())
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            defer { group.cancelAll() }
            return try await body(service)
        }
    }

    private static func open(_ id: String) throws -> OpenCase { OpenCase(id: try CaseID(id), try Inquiry("acme")) }

    private static func isOpened(_ reply: Reply<CaseDecision>) -> Bool {
        if case .opened = reply.answer { true } else { false }
    }

    @Test("calls that wait together are decided together")
    func gathers() async throws {
        let gate = Gate(isOpen: false)
        let store = FaultyStore(gate: gate)
        try await Self.withService(store) { service in
            let (replies, sink) = AsyncStream<Result<Reply<CaseDecision>, EntitledError>>.makeStream()
            for number in 0...50 {
                let command = try Self.open("C-\(number)")
                _ = try service.start(command, Self.context()) { sink.yield($0) }
                if number == 0 { await gate.someoneWaits() }
            }
            gate.open()
            for await reply in replies.prefix(51) { #expect(Self.isOpened(try reply.get())) }
        }
        #expect(store.batches == [1, 50])
    }

    @Test(
        "a batch that may be run again is run again, and charges once",
        arguments: [
            FaultyStore.Fault.before(.conflict), .before(.connection), .before(.outcomeUnknown),
            .after(.outcomeUnknown), .after(.connection),
        ])
    func runsAgain(fault: FaultyStore.Fault) async throws {
        let store = FaultyStore([fault, fault])
        let reply = try await Self.withService(store) { service in
            try await service.perform(Self.open("C"), Self.context())
        }
        #expect(Self.isOpened(reply))
        let view = try await Clerk(store.inner, tenant: Self.principal.tenant)
            .ask(GetEntitlement(id: EntitlementID("e")))
        #expect(view.balances[0].charged == 1)
    }

    @Test(
        "a failure that won't go away is told, with whether asking again helps",
        arguments: [
            (StoreError.Failure.tenantUnavailable, ErrorReason.tenantUnavailable, 1),
            (.busy, .unavailable, 1), (.overloaded, .overloaded, 1), (.bug, .internalError, 1),
            (.data, .internalError, 1), (.conflict, .unavailable, Limits.attempts),
            (.connection, .unavailable, Limits.attempts), (.outcomeUnknown, .outcomeUnknown, Limits.attempts),
        ])
    func givesUp(failure: StoreError.Failure, reason: ErrorReason, attempts: Int) async throws {
        let store = FaultyStore(Array(repeating: .before(failure), count: 100))
        let error = await #expect(throws: EntitledError.self) {
            try await Self.withService(store) { try await $0.perform(Self.open("C"), Self.context()) }
        }
        #expect(error?.reason == reason)
        #expect(store.batches.count == attempts)
    }

    @Test("what may have been committed is never said not to have been")
    func staysDoubtful() async throws {
        let store = FaultyStore(
            [.after(.outcomeUnknown)] + Array(repeating: .before(.connection), count: Limits.attempts))
        let error = await #expect(throws: EntitledError.self) {
            try await Self.withService(store) { try await $0.perform(Self.open("C"), Self.context()) }
        }
        #expect(error?.reason == .outcomeUnknown)
    }

    @Test("once the service has stopped, a call is told so and doesn't wait for ever")
    func refusesAfterItsEnd() async throws {
        let service = EntitlementService(store: FaultyStore(), logger: .quiet)
        let running = Task { await service.run() }
        running.cancel()
        await running.value
        let error = await #expect(throws: EntitledError.self) {
            try await service.perform(Self.open("C"), Self.context())
        }
        #expect(error?.reason == .draining)
    }

    @Test(
        "one call that the database refuses doesn't take the others of its batch with it",
        arguments: [StoreError.Failure.data, .conflict])
    func bisects(failure: StoreError.Failure) async throws {
        let gate = Gate(isOpen: false)
        let store = FaultyStore(poison: (try CaseID("C-13"), failure), gate: gate)
        let failed = try await Self.withService(store) { service in
            try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
                group.addTask { (0, Self.isOpened(try await service.perform(Self.open("C-0"), Self.context()))) }
                await gate.someoneWaits()
                for number in 1...30 {
                    group.addTask {
                        do {
                            return (
                                number,
                                Self.isOpened(try await service.perform(Self.open("C-\(number)"), Self.context()))
                            )
                        } catch {
                            return (number, false)
                        }
                    }
                }
                gate.open()
                return try await group.reduce(into: [Int]()) { if !$1.1 { $0.append($1.0) } }
            }
        }
        #expect(failed == [13])
    }

    @Test("a decision that needs more locks than its batch holds goes into the next one with them")
    func defers() async throws {
        let store = FaultyStore(locks: .named)
        let opened = try await Self.withService(store) { service in
            Self.isOpened(try await service.perform(Self.open("C"), Self.context()))
        }
        #expect(opened)
        #expect(store.batches == [1, 1])
    }

    @Test("a call whose facts never hold still is given up, and changes nothing")
    func givesUpUnlocked() async throws {
        let store = FaultyStore(locks: .none)
        let error = await #expect(throws: EntitledError.self) {
            try await Self.withService(store) {
                try await $0.perform(ActivateEntitlement(id: EntitlementID("e")), Self.context())
            }
        }
        #expect(error?.reason == .unavailable)
        #expect(store.batches.count == 2 * Limits.deferrals)
        let clerk = Clerk(store.inner, tenant: Self.principal.tenant)
        #expect(try await clerk.ask(GetEntitlement(id: EntitlementID("e"))).status == .draft)
    }

    @Test("a call whose deadline has passed is dropped before it costs anything")
    func dropsExpired() async throws {
        let store = FaultyStore()
        let error = await #expect(throws: EntitledError.self) {
            try await Self.withService(store) {
                try await $0.perform(Self.open("C"), Self.context(within: .zero))
            }
        }
        #expect(error?.reason == .deadlineExceeded)
        #expect(store.batches.isEmpty)
    }

    @Test("a call that is cancelled while it waits is never begun")
    func cancels() async throws {
        let gate = Gate(isOpen: false)
        let store = FaultyStore(gate: gate)
        try await Self.withService(store) { service in
            async let first = service.perform(Self.open("C-0"), Self.context())
            await gate.someoneWaits()
            let second = Task { try await service.perform(Self.open("C-1"), Self.context()) }
            second.cancel()
            let error = await #expect(throws: EntitledError.self) { try await second.value }
            #expect(error?.reason == .cancelled)
            gate.open()
            let opened = try await first
            #expect(Self.isOpened(opened))
        }
        #expect(store.batches == [1])
    }

    @Test("more calls than may wait are refused at once, with a hint")
    func bounds() async throws {
        let gate = Gate(isOpen: false)
        let store = FaultyStore(gate: gate)
        try await Self.withService(store) { service in
            let refused = await withTaskGroup(of: EntitledError?.self) { group in
                group.addTask {
                    _ = try? await service.perform(Self.open("C"), Self.context())
                    return nil
                }
                await gate.someoneWaits()
                // One customer's calls share a lane. Which one that is changes once the first is long; then that many
                // are there besides.
                for number in 0..<Limits.laneQueue + 2 * Limits.longQueue {
                    group.addTask {
                        do {
                            _ = try await service.perform(Self.open("C-\(number)"), Self.context())
                            return nil
                        } catch {
                            return error as? EntitledError
                        }
                    }
                }
                // The surplus is refused while the batch is still held up.
                var refused: [EntitledError] = []
                while refused.count < 10, let next = await group.next() { if let next { refused.append(next) } }
                gate.open()
                return refused
            }
            #expect(refused.count == 10)
            #expect(refused.allSatisfy { $0.reason == .overloaded && $0.retryAfter != nil })
        }
    }

    @Test("a key that may only read is refused before anything is asked, also what was decided before")
    func authorises() async throws {
        let store = FaultyStore()
        let reader = Principal(
            key: Self.principal.key, tenant: Self.principal.tenant, actor: "reports",
            permissions: KeyRole.reader.permissions)
        try await Self.withService(store) { service in
            let request = RequestID()
            _ = try await service.perform(Self.open("C"), Self.context(request: request))
            let error = await #expect(throws: EntitledError.self) {
                try await service.perform(Self.open("C"), Self.context(reader, request: request))
            }
            #expect(error?.reason == .permissionDenied)
            _ = try await service.answer(CheckCase(Inquiry("acme")), Self.context(reader))
        }
        #expect(store.batches.count == 1)
    }

    @Test("a check as of an earlier instant needs a permission of its own")
    func authorisesBackdating() async throws {
        let agent = Principal(
            key: Self.principal.key, tenant: Self.principal.tenant, actor: "crm",
            permissions: KeyRole.agent.permissions)
        try await Self.withService(FaultyStore()) { service in
            let check = CheckCase(try Inquiry("acme"), at: .systemNow)
            let error = await #expect(throws: EntitledError.self) {
                try await service.answer(check, Self.context(agent))
            }
            #expect(error?.reason == .permissionDenied && error?.details["permission"] == "backdate")
            _ = try await service.answer(CheckCase(check.inquiry), Self.context(agent))
            _ = try await service.answer(check, Self.context())
        }
    }

    @Test("a page is cut where an answer would grow too long, and goes on from there")
    func trimsPages() async throws {
        let store = FaultyStore()
        try await Self.withService(store) { service in
            let clerk = Clerk(store.inner, tenant: Self.principal.tenant)
            let holidays = (0..<1_000).map { CalendarDay(daysSince1970: 20_000 + $0) }
            let ids = (10..<100).map { "\($0)" }
            for id in ids {
                try await clerk.add(
                    BusinessCalendar(id: CalendarID(id), timeZone: .utc, hours: [], holidays: holidays))
            }
            let (calendars, pages) = try await Self.all(ListCalendars.init, service)
            #expect(calendars.map(\.id.text) == ids && pages > 1)
            // The journal has them too.
            let (lines, parts) = try await Self.all({ ListJournal(page: $0) }, service)
            #expect(lines.map(\.number) == Array(1...93) && parts > 1)
        }
    }

    /// Reads a list to its end.
    private static func all<Q: StoreQuery, Item>(
        _ query: (PageRequest) -> Q, _ service: EntitlementService
    ) async throws -> (items: [Item], pages: Int) where Q.Answer == Page<Item> {
        var items: [Item] = []
        var page = PageRequest(limit: 1_000)
        for pages in 1... {
            let answer = try await service.answer(query(page), context())
            items += answer.items
            guard let next = answer.next else { return (items, pages) }
            page.after = next
        }
        return (items, 0)
    }
}
