package import EntitledCore
import Logging

/// A query that waits to be gathered with others into one read.
package final class PendingQuery: PendingCall {
    package let promise: CallPromise
    let deadline: ContinuousClock.Instant
    private let addNeeds: @Sendable (inout Needs) -> Void
    private let answerIt: @Sendable (borrowing WorkingSet, CallPromise) -> Void

    /// - Parameter answer: keeps the promise.
    package init(
        deadline: ContinuousClock.Instant, _ promise: CallPromise, needs: @escaping @Sendable (inout Needs) -> Void,
        answer: @escaping @Sendable (borrowing WorkingSet, CallPromise) -> Void
    ) {
        self.deadline = deadline
        self.promise = promise
        addNeeds = needs
        answerIt = answer
    }

    func add(to needs: inout Needs) { addNeeds(&needs) }

    /// Gives the caller its answer.
    func answer(from facts: borrowing WorkingSet) { answerIt(facts, promise) }
}

/// A query that the store answers by itself, waiting for its turn.
protocol PendingList: PendingCall {
    func carryOut() async
}

/// A list of one type with its caller's promise.
final class TypedList<Q: StoreQuery>: PendingList {
    let promise: CallPromise
    let deadline: ContinuousClock.Instant
    private let query: Q
    private let completion: Completion<Q.Answer>
    private let store: any Store
    private let tenant: TenantSlug
    private let logger: Logger

    init(
        _ query: Q, deadline: ContinuousClock.Instant, store: any Store, tenant: TenantSlug, logger: Logger,
        _ completion: @escaping Completion<Q.Answer>
    ) {
        promise = CallPromise { completion(.failure($0)) }
        self.completion = completion
        self.query = query
        self.deadline = deadline
        self.store = store
        self.tenant = tenant
        self.logger = logger
    }

    func carryOut() async {
        do {
            let answer = try await query.answer(from: store, of: tenant)
            promise.keep { completion(.success(answer)) }
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
}
