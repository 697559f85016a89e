package import EntitledCore
package import Logging
import ServiceLifecycle
import Synchronization

/// What every door calls: authorises, gathers commands and queries into batches, and gives each caller its answer.
///
/// Whoever makes it runs it: ``run()`` ends when everything is answered.
package final class EntitlementService: Sendable {
    private let store: any Store
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let lanes = Mutex<[TenantSlug: TenantLanes]>([:])
    private let tasks: LaneTasks
    private let turns: Turns

    /// - Parameters:
    ///   - batches: so many are under way at once, at most; at least 1.
    ///   - clock: paces attempts after a lost connection.
    ///   - executor: where lanes go on after they waited, for the store perhaps; nil is the usual one.
    package init(
        store: any Store, batches: Int = 8, logger: Logger, clock: any Clock<Duration> = ContinuousClock(),
        executor: (any TaskExecutor)? = nil
    ) {
        tasks = LaneTasks(executor: executor)
        turns = Turns(batches)
        self.store = store
        self.logger = logger
        self.clock = clock
    }

    /// Decides a command exactly once; or, in a dry run, says how it would be decided now.
    /// - Parameters:
    ///   - command: made only if there is room for it: refusals must stay cheap when there are most of them.
    ///   - completion: gets the answer, unless this throws.
    /// - Throws: ``EntitledError`` if the call isn't even taken; or what making the command throws.
    @inlinable
    package func start<C: DecidableCommand>(
        _ command: @autoclosure () throws(EntitledError) -> C, _ context: CallContext,
        _ completion: @escaping Completion<Reply<C.Answer>>
    ) throws(EntitledError) -> any StartedCall {
        try context.principal.authorise(C.method)
        try requireRoom(for: context.principal.tenant)
        let command = try command()
        try command.validate()
        let envelope = Envelope(
            request: context.request ?? RequestID(), command: command, actor: context.principal.actor,
            isDryRun: context.isDryRun)
        let pending = PendingCommand(
            envelope.request, deadline: context.deadline, CallPromise { completion(.failure($0)) },
            needs: { command.add(to: &$0) },
            decide: { facts in
                let outcome = try facts.perform(command, envelope)
                return { completion(.success(outcome.reply(base: $0))) }
            })
        try enqueue(pending, for: command.laneCustomer, context.principal.tenant)
        return pending.promise
    }

    /// - Throws: ``EntitledError`` `overloaded` if no further command would be taken.
    package func requireRoom(for tenant: TenantSlug) throws(EntitledError) {
        if lanes(of: tenant).isFullOfCommands { throw Limits.laneIsFull }
    }

    package func enqueue(
        _ command: PendingCommand, for customer: CustomerID?, _ tenant: TenantSlug
    ) throws(EntitledError) {
        try lanes(of: tenant).lane(for: customer).enqueue(command)
    }

    /// Answers a query from one snapshot.
    /// - Parameter completion: as for commands.
    /// - Throws: as for commands.
    @inlinable
    package func start<Q: FactsQuery>(
        _ query: Q, _ context: CallContext, _ completion: @escaping Completion<Q.Answer>
    ) throws(EntitledError) -> any StartedCall {
        try context.principal.authorise(Q.method, query.furtherPermissions)
        let pending = PendingQuery(
            deadline: context.deadline, CallPromise { completion(.failure($0)) },
            needs: { query.add(to: &$0) },
            answer: { facts, promise in
                do throws(EntitledError) {
                    let answer = try query.answer(from: facts)
                    promise.keep { completion(.success(answer)) }
                } catch {
                    promise.fail(error)
                }
            })
        try enqueue(pending, context.principal.tenant)
        return pending.promise
    }

    package func enqueue(_ query: PendingQuery, _ tenant: TenantSlug) throws(EntitledError) {
        try lanes(of: tenant).queryLane().enqueue(query)
    }

    /// Answers a query that the store itself answers.
    /// - Parameter completion: as for commands.
    /// - Throws: as for commands.
    package func start<Q: StoreQuery>(
        _ query: Q, _ context: CallContext, _ completion: @escaping Completion<Q.Answer>
    ) throws(EntitledError) -> any StartedCall {
        try context.principal.authorise(Q.method)
        try query.validate()
        let tenant = context.principal.tenant
        let pending = TypedList(
            query, deadline: context.deadline, store: store, tenant: tenant, logger: logger, completion)
        try lanes(of: tenant).listLane().enqueue(pending)
        return pending.promise
    }

    private func lanes(of tenant: TenantSlug) -> TenantLanes {
        lanes.withLock { lanes in
            if let known = lanes[tenant] { return known }
            let made = makeLanes(of: tenant)
            lanes[tenant] = made
            return made
        }
    }

    private func makeLanes(of tenant: TenantSlug) -> TenantLanes {
        let hints = LaneHints()
        let batches = BatchRunner(
            store: store, tenant: tenant, hints: hints, clock: clock, logger: logger,
            replies: ReplyDesk(tasks: tasks))
        let reads = ReadRunner(store: store, tenant: tenant, logger: logger)
        return TenantLanes(
            hints: hints,
            startCommands: { [tasks, turns] lane in
                Self.start(lane, in: tasks, fail: { $0.fail($1) }) {
                    await lane.run(turn: { await turns.begin(tenant) }) { commands in
                        defer { turns.end(tenant, calls: commands.count) }
                        return await batches.settle(commands)
                    }
                }
            },
            startQueries: { [tasks, turns] lane in
                Self.start(lane, in: tasks, fail: { $0.fail($1) }) {
                    await lane.run(turn: { Limits.queries(in: await turns.begin(tenant)) }) { queries in
                        defer { turns.end(tenant, calls: queries.count) }
                        await reads.settle(queries)
                        return []
                    }
                }
            },
            // Reports take no turns, so that they can't hold cases up: they have connections of their own.
            startLists: { [tasks] lane in
                Self.start(lane, in: tasks, fail: { $0.fail($1) }) {
                    await lane.run(turn: { 1 }) { lists in
                        for list in lists where list.begin(at: .now) { await list.carryOut() }
                        return []
                    }
                }
            })
    }

    /// Begins to work through a lane; once that is over, whoever waits is told so.
    private static func start<Call>(
        _ lane: Lane<Call>, in tasks: LaneTasks, fail: (Call, EntitledError) -> Void,
        _ work: @escaping @Sendable () async -> Void
    ) {
        if tasks.begin(work) { return }
        for call in lane.abandon() { fail(call, EntitledError(.draining, "the server is stopping")) }
    }
}

extension EntitlementService: Service {
    /// Ends after a graceful shutdown or cancellation, when every lane is empty.
    package func run() async {
        // Cancellation is no fault: it ends the waiting. What was begun before is still answered: the doors are closed
        // by now, and nothing waits in vain.
        try? await gracefulShutdown()
        tasks.close()
        await tasks.ended()
    }
}
