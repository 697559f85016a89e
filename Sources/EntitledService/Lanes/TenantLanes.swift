import EntitledCore
import Synchronization

/// The lanes of one tenant, and the choice between them.
final class TenantLanes: Sendable {
    private let commands: [Lane<PendingCommand>]
    private let queries: [Lane<PendingQuery>]
    private let lists: [Lane<any PendingList>]
    private let hints: LaneHints
    private let turn = Atomic<Int>(0)

    init(
        hints: LaneHints,
        startCommands: @escaping @Sendable (Lane<PendingCommand>) -> Void,
        startQueries: @escaping @Sendable (Lane<PendingQuery>) -> Void,
        startLists: @escaping @Sendable (Lane<any PendingList>) -> Void
    ) {
        self.hints = hints
        commands = (0..<Limits.lanes).map { _ in
            Lane(queueLimit: Limits.laneQueue, start: startCommands)
        }
        queries = (0..<Limits.lanes).map { _ in
            Lane(queueLimit: Limits.laneQueue, start: startQueries)
        }
        lists = (0..<Limits.lanes).map { _ in
            Lane(queueLimit: Limits.listQueue, start: startLists)
        }
    }

    /// Whether every lane for commands is full.
    var isFullOfCommands: Bool { commands.allSatisfy(\.isFull) }

    /// The lane for a command. As long as few wait, all share the first one: half as many batches cost half as much.
    /// Otherwise calls that lock the same entitlements should share one. Those are the calls of one account tree, so
    /// its topmost account, as last seen, decides. A wrong guess costs a wait and nothing else.
    /// - Parameter customer: whom the command concerns; nil if it concerns none.
    func lane(for customer: CustomerID?) -> Lane<PendingCommand> {
        guard let customer, commands.contains(where: \.isLong) else { return commands[0] }
        return commands[Int(hints.root(of: customer).hashValue.magnitude % UInt(commands.count))]
    }

    /// Queries take no locks: they are dealt out in turn. As long as few wait, they share the first lane: half as many
    /// reads cost half as much.
    func queryLane() -> Lane<PendingQuery> { queries[0].isLong ? next(of: queries) : queries[0] }

    /// Lists too.
    func listLane() -> Lane<any PendingList> { next(of: lists) }

    private func next<Call>(of lanes: [Lane<Call>]) -> Lane<Call> {
        let turn = turn.wrappingAdd(1, ordering: .relaxed).newValue
        return lanes[Int(turn.magnitude % UInt(lanes.count))]
    }
}

/// The topmost accounts of a tenant's customers, as last seen: nothing but a guess at which calls will lock the same.
final class LaneHints: Sendable {
    private let roots = Mutex<[CustomerID: CustomerID]>([:])

    func root(of customer: CustomerID) -> CustomerID {
        roots.withLock { $0[customer] } ?? customer
    }

    func learn(from facts: WorkingSet, _ customers: Set<CustomerID>) {
        roots.withLock { roots in
            // Forgetting everything now and then is cheaper than knowing what is stale.
            if roots.count + customers.count > Limits.laneHints { roots.removeAll(keepingCapacity: true) }
            for customer in customers {
                if let root = facts.line(of: customer).last?.id, root != customer { roots[customer] = root }
            }
        }
    }
}
