import EntitledCore
import Logging

/// A query that waits to be gathered with others into one read.
protocol PendingQuery: PendingCall {
    func add(to needs: inout Needs)
    /// - Returns: what gives the caller its answer.
    func answer(from facts: WorkingSet) -> @Sendable () -> Void
}

/// A query of one type with its caller's promise.
final class TypedQuery<Q: FactsQuery>: PendingQuery {
    let promise: CallPromise<Q.Answer>
    let deadline: ContinuousClock.Instant
    private let query: Q

    init(_ query: Q, deadline: ContinuousClock.Instant, _ completion: @escaping Completion<Q.Answer>) {
        promise = CallPromise(completion)
        self.query = query
        self.deadline = deadline
    }

    func add(to needs: inout Needs) { query.add(to: &needs) }

    func answer(from facts: WorkingSet) -> @Sendable () -> Void {
        do {
            let answer = try query.answer(from: facts)
            return { [promise] in promise.succeed(answer) }
        } catch {
            return { [promise] in promise.fail(error) }
        }
    }

    func begin() -> Bool { promise.begin() }
    func fail(_ error: EntitledError) { promise.fail(error) }
}

/// A query that the store answers by itself, waiting for its turn.
protocol PendingList: PendingCall {
    func carryOut() async
}

/// A list of one type with its caller's promise.
final class TypedList<Q: StoreQuery>: PendingList {
    let promise: CallPromise<Q.Answer>
    let deadline: ContinuousClock.Instant
    private let query: Q
    private let store: any Store
    private let tenant: TenantSlug
    private let logger: Logger

    init(
        _ query: Q, deadline: ContinuousClock.Instant, store: any Store, tenant: TenantSlug, logger: Logger,
        _ completion: @escaping Completion<Q.Answer>
    ) {
        promise = CallPromise(completion)
        self.query = query
        self.deadline = deadline
        self.store = store
        self.tenant = tenant
        self.logger = logger
    }

    func carryOut() async {
        do {
            promise.succeed(try await query.answer(from: store, of: tenant))
        } catch let error as EntitledError {
            promise.fail(error)
        } catch {
            let failure = error as? StoreError ?? StoreError(.bug, "\(type(of: error))")
            logger.warning(
                "a list failed",
                metadata: ["tenant": "\(tenant)", "method": "\(Q.method.name)", "error": "\(failure.message)"])
            promise.fail(failure.answer)
        }
    }

    func begin() -> Bool { promise.begin() }
    func fail(_ error: EntitledError) { promise.fail(error) }
}
