package import EntitledCore
import Synchronization

/// A command that waits in a lane.
package final class PendingCommand: PendingCall {
    /// Gives the caller its answer, once the batch is committed and its first journal number known.
    package typealias Reply = @Sendable (Int64) -> Void

    /// What one attempt to decide it came to.
    enum Attempt: Sendable {
        case decided(Reply)
        case failed(EntitledError)
        /// It needs more than the batch has locked.
        case unlocked(UnlockedFacts)
    }

    package let promise: CallPromise
    let deadline: ContinuousClock.Instant
    private let request: RequestID
    private let addNeeds: @Sendable (inout Needs) -> Void
    private let decideIt: @Sendable (inout WorkingSet) throws -> Reply
    private let extra = Mutex((entitlements: Set<EntitlementID>(), count: 0))

    package init(
        _ request: RequestID, deadline: ContinuousClock.Instant, _ promise: CallPromise,
        needs: @escaping @Sendable (inout Needs) -> Void, decide: @escaping @Sendable (inout WorkingSet) throws -> Reply
    ) {
        self.request = request
        self.deadline = deadline
        self.promise = promise
        addNeeds = needs
        decideIt = decide
    }

    /// Adds what has to be locked and loaded for it.
    func add(to needs: inout Needs) {
        addNeeds(&needs)
        needs.requests.insert(request)
        for id in extra.withLock({ $0.entitlements }) { needs.entitlements.insert(id) }
    }

    /// From now on it also needs what a decision found missing.
    /// - Returns: how often that has happened.
    func require(_ facts: UnlockedFacts) -> Int {
        extra.withLock {
            $0.entitlements.formUnion(facts.entitlements)
            $0.count += 1
            return $0.count
        }
    }

    /// Decides it on the facts as the commands before it left them.
    func decide(in facts: inout WorkingSet) -> Attempt {
        do {
            return .decided(try decideIt(&facts))
        } catch let error as UnlockedFacts {
            return .unlocked(error)
        } catch let error as EntitledError {
            return .failed(error)
        } catch {
            return .failed(EntitledError(.internalError, "the call could not be decided"))
        }
    }
}
