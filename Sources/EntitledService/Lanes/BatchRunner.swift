import EntitledCore
import Logging

/// Carries out batches of commands as transactions, whatever goes wrong on the way.
struct BatchRunner: Sendable {
    let store: any Store
    let tenant: TenantSlug
    let hints: LaneHints
    let clock: any Clock<Duration>
    let logger: Logger
    let replies: ReplyDesk

    /// Decides and commits the calls that are still wanted.
    /// - Returns: those that need more locks and come first in the next batch.
    func settle(_ calls: [PendingCommand]) async -> [PendingCommand] {
        let now = ContinuousClock.now
        return await carryOut(calls.filter { $0.begin(at: now) })
    }

    /// - Parameter isDoubtful: whether an earlier attempt may have been committed, so that giving up means "unknown".
    private func carryOut(
        _ calls: [PendingCommand], isDoubtful: Bool = false
    ) async -> [PendingCommand] {
        var calls = calls
        var isDoubtful = isDoubtful
        var attempt = 0
        while !calls.isEmpty {
            do {
                return await followUp(try await transact(calls))
            } catch {
                attempt += 1
                isDoubtful = isDoubtful || error.failure == .outcomeUnknown
                let answer = isDoubtful ? StoreError(.outcomeUnknown, error.message).answer : error.answer
                logger.warning("a batch failed", metadata: metadata(calls, attempt, error))
                switch error.failure {
                case .conflict where attempt < Limits.attempts:
                    break
                case .connection where attempt < Limits.attempts, .outcomeUnknown where attempt < Limits.attempts:
                    await backOff(attempt)
                    calls = calls.filter { stillInTime($0, answer) }
                case .data where calls.count > 1, .conflict where calls.count > 1:
                    // One call must not take the others with it: the halves find out which it is.
                    let middle = calls.count / 2
                    let first = await carryOut(Array(calls[..<middle]), isDoubtful: isDoubtful)
                    return first + (await carryOut(Array(calls[middle...]), isDoubtful: isDoubtful))
                case .conflict, .connection, .outcomeUnknown, .data, .busy, .overloaded, .tenantUnavailable, .bug:
                    for call in calls { call.fail(answer) }
                    return []
                }
            }
        }
        return []
    }

    /// A call whose decision found facts missing.
    private typealias Unlocked = (call: PendingCommand, facts: UnlockedFacts)

    private func transact(_ calls: [PendingCommand]) async throws(StoreError) -> [Unlocked] {
        var needs = Needs()
        for call in calls { call.add(to: &needs) }
        let customers = needs.candidates
        return try await store.transact(tenant, needs) { [hints] facts in
            hints.learn(from: facts, customers)
            return calls.map { $0.decide(in: &facts) }
        } _: { [replies] committed in
            Self.reply(to: calls, committed, at: replies)
        }
    }

    /// Replies go out only here, after the commit.
    private static func reply(
        to calls: [PendingCommand], _ committed: Committed<[PendingCommand.Attempt]>, at replies: ReplyDesk
    ) -> [Unlocked] {
        let (attempts, first) = (committed.value, committed.firstJournalNumber)
        replies.give(calls.count) {
            for (call, attempt) in zip(calls, attempts) {
                switch attempt {
                case .decided(let reply): call.promise.keep { reply(first) }
                case .failed(let error): call.fail(error)
                case .unlocked: break
                }
            }
        }
        return zip(calls, attempts).compactMap { call, attempt in
            if case .unlocked(let facts) = attempt { (call, facts) } else { nil }
        }
    }

    /// - Returns: those that come first in the next batch.
    private func followUp(_ unlocked: [Unlocked]) async -> [PendingCommand] {
        var again: [PendingCommand] = []
        for (call, facts) in unlocked {
            let count = call.require(facts)
            if count < Limits.deferrals {
                again.append(call)
            } else if count < 2 * Limits.deferrals {
                again += await carryOut([call])
            } else {
                call.fail(StoreError(.conflict, "the facts kept changing").answer)
            }
        }
        return again
    }

    private func stillInTime(_ call: PendingCommand, _ answer: EntitledError) -> Bool {
        guard ContinuousClock.now >= call.deadline else { return true }
        call.fail(answer)
        return false
    }

    /// 20 ms, doubled with each attempt up to about a second, and up to half as much again by chance so that servers
    /// don't come back in step.
    private func backOff(_ attempt: Int) async {
        let base = 20.0 * Double(1 << min(attempt - 1, 6))
        let pause = Duration.milliseconds(Int64(base * Double.random(in: 1...1.5)))
        // A cancelled sleep only means that the next attempt comes sooner.
        try? await clock.sleep(for: pause)
    }

    private func metadata(_ calls: [PendingCommand], _ attempt: Int, _ error: StoreError) -> Logger.Metadata {
        [
            "tenant": "\(tenant)", "calls": "\(calls.count)", "attempt": "\(attempt)",
            "failure": "\(error.failure)", "error": "\(error.message)",
        ]
    }
}

/// Answers gathered queries from one snapshot.
struct ReadRunner: Sendable {
    let store: any Store
    let tenant: TenantSlug
    let logger: Logger

    func settle(_ queries: [PendingQuery]) async {
        let now = ContinuousClock.now
        let wanted = queries.filter { $0.begin(at: now) }
        guard !wanted.isEmpty else { return }
        var needs = Needs()
        for query in wanted { query.add(to: &needs) }
        do {
            try await store.read(tenant, needs) { facts in
                // Each is replied to at once, while what it was answered from is still in the processor's cache.
                for query in wanted { query.answer(from: facts) }
            }
        } catch {
            logger.warning(
                "a read failed",
                metadata: ["tenant": "\(tenant)", "calls": "\(wanted.count)", "error": "\(error.message)"])
            for query in wanted { query.fail(error.answer) }
        }
    }
}
