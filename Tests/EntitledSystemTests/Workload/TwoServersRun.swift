import EntitledClient
import EntitledCore
import EntitledDevelopment
import EntitledService
import EntitledTestKit
import Synchronization

/// One tenant's workload through two servers on PostgreSQL, and again through a store in memory.
///
/// The database's clock stands where the workload puts it, so the same calls come to the same in both, exactly:
/// answers, journals, terms, statuses and balances.
struct TwoServersRun {
    private struct Asked: Sendable {
        let call: Workload.Call
        let request = RequestID()
        /// The servers that are asked; both at the same moment if there are two.
        var servers: [Int]
    }

    private let seed: UInt64
    private let tenant: TenantSlug
    private let installation: TestInstallation
    private let clients: [EntitledClient]
    private let twin: Clerk
    private let twinClock: StandingClock
    private var workload: Workload
    /// Chooses servers and repetitions, so that the workload stays the same without them.
    private var random: SeededRandom
    private var decided: [(asked: Asked, reply: WorkloadReply)] = []
    private var step = 0
    private(set) var counts: [String: Int] = [:]

    /// - Parameters:
    ///   - actor: the name of the clients' key.
    ///   - clients: one for each of two servers.
    init(
        seed: UInt64, _ workload: Workload, actor: String, tenant: TenantSlug, on installation: TestInstallation,
        _ clients: [EntitledClient]
    ) async throws {
        self.seed = seed
        self.workload = workload
        self.tenant = tenant
        self.installation = installation
        self.clients = clients
        random = SeededRandom(seed: ~seed)
        let clock = StandingClock(at: workload.now)
        twinClock = clock
        let store = MemoryStore(zone: workload.world.zone) { clock.now }
        twin = Clerk(store, tenant: tenant, actor: actor)
        try await installation.stopClock(of: tenant, at: workload.now)
        for command in workload.world.setup {
            let request = RequestID()
            for store in [installation.store, store] as [any Store] {
                _ = try await Clerk(store, tenant: tenant, actor: actor).carryOut(command, as: request)
            }
        }
    }

    private func failure(_ what: String) -> WorkloadFailure {
        WorkloadFailure(seed: seed, step: step, what: "\(workload.now): \(what)")
    }

    private mutating func count(_ name: String) { counts[name, default: 0] += 1 }
}

// MARK: - One by one

extension TwoServersRun {
    /// So many calls, each to one of the servers; sometimes an earlier one comes again, to the other.
    mutating func oneByOne(calls: Int) async throws {
        let end = step + calls
        while step < end {
            switch workload.next() {
            case .pass(let instant):
                try await installation.stopClock(of: tenant, at: instant)
                twinClock.now = instant
                if random.chance(40) { try await compareEntitlements() }
            case .call(let call):
                try await perform(Asked(call: call, servers: [anyServer()]))
                if random.chance(15) { try await repeatAnEarlierOne() }
            }
        }
        try await compareEnds()
    }

    private mutating func anyServer() -> Int { Int.random(in: clients.indices, using: &random) }

    private mutating func perform(_ asked: Asked) async throws {
        step += 1
        let reply = await clients[asked.servers[0]].carryOut(asked.call, as: asked.request)
        let expected = try await twin.carryOut(asked.call, as: asked.request)
        guard reply == expected else {
            throw failure("\(asked.call)\nserver \(asked.servers[0]) says \(reply)\nin memory it is \(expected)")
        }
        note(asked, reply)
    }

    private mutating func note(_ asked: Asked, _ reply: WorkloadReply) {
        switch reply.answer {
        case .failure(let error): count(error.reason.name)
        case .success(let answer): workload.learn(asked.call, answer)
        }
        if reply.journalNumber != nil { decided.append((asked, reply)) }
    }

    private mutating func repeatAnEarlierOne() async throws {
        guard let (asked, first) = random.chance(50) ? decided.last : random.pick(decided) else { return }
        for server in clients.indices where !asked.servers.contains(server) {
            let again = await clients[server].carryOut(asked.call, as: asked.request)
            guard again == first.again else {
                throw failure("\(asked.call)\nwas \(first)\nasked again, of server \(server), it is \(again)")
            }
            count("repeated")
        }
    }
}

// MARK: - All at once

extension TwoServersRun {
    /// So many calls in flight together over both servers, some of them to both at the same moment. They may be decided
    /// in any order; the journal tells in which they were.
    mutating func allAtOnce(calls: Int) async throws {
        try await sellToEverybody()
        var asked: [Asked] = []
        while asked.count < calls {
            let call = workload.call()
            guard call.isOrderedByLocks, call.isOpening || random.chance(30) else { continue }
            asked.append(Asked(call: call, servers: random.chance(10) ? Array(clients.indices) : [anyServer()]))
        }
        step += calls
        let answered = zip(asked, await replies(to: asked)).map { ($0.request, (asked: $0, replies: $1)) }
        try await replay(Dictionary(uniqueKeysWithValues: answered))
        try await compareEnds()
    }

    /// Something for the calls to race for, whatever is left of what the workload sold.
    private mutating func sellToEverybody() async throws {
        let today = workload.world.zone.day(at: workload.now)
        for customer in workload.world.customers {
            let id = EntitlementID(stored: "sold-at-\(step)-to-\(customer.id)")
            let terms = try EntitlementTerms(
                for: customer.id.text, cases: 20, from: "\(today)", until: "\(today.advanced(days: 10))")
            for call in [
                Workload.Call.add(AddEntitlement(id: id, terms: terms)), .activate(ActivateEntitlement(id: id)),
            ] {
                try await perform(Asked(call: call, servers: [anyServer()]))
            }
        }
    }

    private func replies(to asked: [Asked]) async -> [[WorkloadReply]] {
        await withTaskGroup(of: (Int, WorkloadReply).self) { group in
            for (index, asked) in asked.enumerated() {
                for server in asked.servers {
                    let client = clients[server]
                    group.addTask { (index, await client.carryOut(asked.call, as: asked.request)) }
                }
            }
            return await group.reduce(into: Array(repeating: [], count: asked.count)) { $0[$1.0].append($1.1) }
        }
    }

    private mutating func replay(_ answered: [RequestID: (asked: Asked, replies: [WorkloadReply])]) async throws {
        var replayed = 0
        for line in try await journal().dropFirst(try await twinJournal().count) {
            guard let (asked, replies) = line.request.flatMap({ answered[$0] }) else { continue }
            let expected = try await twin.carryOut(asked.call, as: asked.request)
            let remembered = replies.filter { $0.journalNumber != nil }
            guard remembered.filter({ !$0.isRepeated }) == [expected],
                remembered.filter(\.isRepeated).allSatisfy({ $0 == expected.again })
            else {
                throw failure("\(asked.call)\nservers \(asked.servers) say \(replies)\nin memory it is \(expected)")
            }
            if remembered.count > 1 { count("repeated at once") }
            count("\(line.entry.event.name) at once")
            replayed += 1
            note(asked, expected)
        }
        let remembered = answered.values.filter { $0.replies.contains { $0.journalNumber != nil } }
        guard replayed == remembered.count else {
            throw failure("\(remembered.count) calls were decided, \(replayed) are in the journal")
        }
    }
}

extension Workload.Call {
    /// Whether what it comes to rests on nothing but the entitlements whose rows it locks, so that its place in the
    /// journal is the one at which it was decided. Drafts, records and settings are read as they are at the moment.
    fileprivate var isOrderedByLocks: Bool {
        switch self {
        case .suspend, .resume, .cancel, .amend, .grant, .open: true
        case .add, .update, .delete, .activate, .renew, .check, .settings, .customer: false
        }
    }

    fileprivate var isOpening: Bool { if case .open = self { true } else { false } }
}

// MARK: - Comparing

extension TwoServersRun {
    private mutating func compareEntitlements() async throws {
        var views: [EntitlementView] = []
        for try await view in clients[anyServer()].allEntitlements() { views.append(view) }
        let page = PageRequest(limit: .max)
        let expected = try await twin.store.list(ListEntitlements(page: page), of: tenant).items
        try compare(views, expected)
    }

    private mutating func compareEnds() async throws {
        try await compareEntitlements()
        let lines = try await journal()
        try compare(lines, try await twinJournal())
        let events = lines.map { $0.entry.event.name + ($0.entry.actor == JournalEntry.system ? " by time" : "") }
        counts.merge(Dictionary(grouping: events) { $0 }.mapValues(\.count)) { $1 }
        for client in clients {
            let sums = try await client.reconcile()
            guard sums.isReconciled, sums == (try await twin.store.reconcile(tenant)) else {
                throw failure("reconciling: \(sums)")
            }
        }
    }

    private func compare<Item: Equatable>(_ items: [Item], _ expected: [Item]) throws {
        for (item, expected) in zip(items, expected) where item != expected {
            throw failure("on PostgreSQL: \(item)\nin memory: \(expected)")
        }
        guard items.count == expected.count else {
            throw failure("\(items.count) on PostgreSQL, \(expected.count) in memory, of \(Item.self)")
        }
    }

    private func journal() async throws -> [JournalLine] {
        var lines: [JournalLine] = []
        for try await line in clients[0].allJournalLines() { lines.append(line) }
        return lines
    }

    private func twinJournal() async throws -> [JournalLine] {
        try await twin.store.list(ListJournal(page: PageRequest(limit: .max)), after: 0, of: tenant).items
    }
}

/// Stands still until it is put elsewhere.
private final class StandingClock: Sendable {
    private let instant: Mutex<Instant>

    init(at instant: Instant) {
        self.instant = Mutex(instant)
    }

    var now: Instant {
        get { instant.withLock { $0 } }
        set { instant.withLock { $0 = newValue } }
    }
}
