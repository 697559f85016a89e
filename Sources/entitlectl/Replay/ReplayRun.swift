import EntitledClient
import Foundation

/// Carries a plan out against a server, with many calls in flight.
struct ReplayRun {
    let client: EntitledClient
    let plan: ReplayPlan
    let format: ReplayFormat
    /// The most calls in flight.
    let inFlight: Int

    /// Longer than a server needs to start again: a replay goes on when it is back.
    private static let deadline: Duration = .seconds(60)

    /// What became of one case.
    private struct CaseOutcome: Sendable {
        let id: CaseID
        let result: Result<Reply<CaseDecision>, EntitledError>
    }

    /// - Parameter progress: told after each case how many are done.
    /// - Throws: ``EntitledError`` if something that the cases need can't be made, or the journal can't be read.
    func run(progress: (Int) -> Void) async throws -> ReplayResult {
        var result = ReplayResult()
        try await prepare(&result)
        let start = ContinuousClock.now
        var done = 0
        try await Bounded.forEach(plan.cases, limit: inFlight) { command in
            CaseOutcome(id: command.id, result: await open(command))
        } gather: { outcome in
            switch outcome.result {
            case .success(let reply): result.count(reply)
            case .failure(let error): result.count(error, of: outcome.id)
            }
            done += 1
            progress(done)
        }
        result.duration = .now - start
        result.reconciliation = try await client.reconcile()
        return result
    }

    private func open(_ command: OpenCase) async -> Result<Reply<CaseDecision>, EntitledError> {
        do throws(EntitledError) {
            return .success(try await client.openCase(command.id, command.inquiry, options: options(for: command)))
        } catch {
            return .failure(error)
        }
    }

    /// Makes what the cases need. What is there already, by an earlier run or other means, stays as it is.
    private func prepare(_ result: inout ReplayResult) async throws {
        result.created.accounts = try await make(plan.accounts) { command in
            try await client.customers.add(command.record, options: options(for: command)).isRepeated
        }
        result.created.contacts = try await make(plan.contacts) { command in
            try await client.customers.add(command.record, options: options(for: command)).isRepeated
        }
        result.created.products = try await make(plan.products) { command in
            try await client.products.add(command.record, options: options(for: command)).isRepeated
        }
        result.created.channels = try await make(plan.channels) { command in
            try await client.addChannel(command.id, options: options(for: command)).isRepeated
        }
        result.created.entitlements = try await make(plan.entitlements) { command in
            try await client.addEntitlement(command.id, command.terms, options: options(for: command)).isRepeated
        }
        _ = try await make(plan.entitlements.map { ActivateEntitlement(id: $0.id) }) { command in
            try await client.activateEntitlement(command.id, options: options(for: command)).isRepeated
        }
    }

    /// - Parameter call: says whether its answer was given before.
    /// - Returns: how many were made by this run.
    private func make<Content: Command>(
        _ commands: [Content], _ call: @escaping @Sendable (Content) async throws -> Bool
    ) async throws -> Int {
        var made = 0
        try await Bounded.forEach(commands, limit: inFlight) { command in
            do {
                return try await !call(command)
            } catch let error as EntitledError where error.reason == .alreadyExists || error.reason == .wrongState {
                return false
            }
        } gather: { isNew in
            if isNew { made += 1 }
        }
        return made
    }

    private func options(for command: some Command) -> CallOptions {
        CallOptions(requestID: ReplayRequest.id(of: command, format: format), deadline: Self.deadline)
    }
}
