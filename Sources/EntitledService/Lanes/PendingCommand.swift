import EntitledCore
import Synchronization

/// A command that waits in a lane, whatever its type.
protocol PendingCommand: PendingCall {
    /// What has to be locked and loaded for it.
    var needs: Needs { get }
    /// Decides it on the facts as the commands before it left them.
    func decide(in facts: inout WorkingSet) -> Attempt
    /// Adds to ``needs`` what a decision found missing.
    /// - Returns: how often that has happened.
    func require(_ facts: UnlockedFacts) -> Int
}

/// What one attempt to decide a command came to.
enum Attempt: Sendable {
    /// Decided or failed for good; call it with the batch's first journal number once the batch is committed.
    case settled(@Sendable (Int64) -> Void)
    /// It needs more than the batch has locked.
    case unlocked(UnlockedFacts)
}

/// Anything that waits in a lane.
protocol PendingCall: Sendable {
    var deadline: ContinuousClock.Instant { get }
    /// Whether it is still wanted; from then on it can't be cancelled.
    func begin() -> Bool
    func fail(_ error: EntitledError)
}

extension PendingCall {
    /// Begins it, unless nobody waits for it any more.
    func begin(at now: ContinuousClock.Instant) -> Bool {
        guard now < deadline else {
            fail(
                EntitledError(.deadlineExceeded, "the deadline passed before the call was begun; nothing was changed"))
            return false
        }
        return begin()
    }
}

/// A command of one type with its caller's promise.
final class TypedCommand<C: DecidableCommand>: PendingCommand {
    let promise = CallPromise<Reply<C.Answer>>()
    let deadline: ContinuousClock.Instant
    private let command: C
    private let envelope: Envelope
    private let extra = Mutex((entitlements: Set<EntitlementID>(), count: 0))

    init(_ command: C, _ envelope: Envelope, deadline: ContinuousClock.Instant) {
        self.command = command
        self.envelope = envelope
        self.deadline = deadline
    }

    var needs: Needs {
        var needs = Needs()
        command.add(to: &needs)
        needs.requests.insert(envelope.request)
        needs.entitlements.formUnion(extra.withLock { $0.entitlements })
        return needs
    }

    func require(_ facts: UnlockedFacts) -> Int {
        extra.withLock {
            $0.entitlements.formUnion(facts.entitlements)
            $0.count += 1
            return $0.count
        }
    }

    func decide(in facts: inout WorkingSet) -> Attempt {
        do {
            let outcome = try facts.perform(command, envelope)
            return .settled { [promise] base in promise.succeed(outcome.reply(base: base)) }
        } catch let error as UnlockedFacts {
            return .unlocked(error)
        } catch let error as EntitledError {
            return .settled { [promise] _ in promise.fail(error) }
        } catch {
            let failure = EntitledError(.internalError, "the call could not be decided")
            return .settled { [promise] _ in promise.fail(failure) }
        }
    }

    func begin() -> Bool { promise.begin() }
    func fail(_ error: EntitledError) { promise.fail(error) }
}

/// A query that waits to be gathered with others into one read.
protocol PendingQuery: PendingCall {
    func add(to needs: inout Needs)
    /// - Returns: what gives the caller its answer.
    func answer(from facts: WorkingSet) -> @Sendable () -> Void
}

/// A query of one type with its caller's promise.
final class TypedQuery<Q: FactsQuery>: PendingQuery {
    let promise = CallPromise<Q.Answer>()
    let deadline: ContinuousClock.Instant
    private let query: Q

    init(_ query: Q, deadline: ContinuousClock.Instant) {
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
