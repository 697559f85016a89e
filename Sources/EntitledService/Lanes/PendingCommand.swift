import EntitledCore
import Synchronization

/// A command that waits in a lane, whatever its type.
protocol PendingCommand: PendingCall {
    /// Adds what has to be locked and loaded for it.
    func add(to needs: inout Needs)
    /// Decides it on the facts as the commands before it left them.
    func decide(in facts: inout WorkingSet) -> Attempt
    /// From now on it also needs what a decision found missing.
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

/// A command of one type with its caller's promise.
final class TypedCommand<C: DecidableCommand>: PendingCommand {
    let promise: CallPromise<Reply<C.Answer>>
    let deadline: ContinuousClock.Instant
    private let command: C
    private let envelope: Envelope
    private let extra = Mutex((entitlements: Set<EntitlementID>(), count: 0))

    init(
        _ command: C, _ envelope: Envelope, deadline: ContinuousClock.Instant,
        _ completion: @escaping Completion<Reply<C.Answer>>
    ) {
        promise = CallPromise(completion)
        self.command = command
        self.envelope = envelope
        self.deadline = deadline
    }

    func add(to needs: inout Needs) {
        command.add(to: &needs)
        needs.requests.insert(envelope.request)
        for id in extra.withLock({ $0.entitlements }) { needs.entitlements.insert(id) }
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
