import EntitledClient
import EntitledCore
import EntitledService
import EntitledTestKit

/// What a workload's call came to, whoever answered it.
struct WorkloadReply: Equatable, Sendable {
    let answer: Result<any Hashable & Sendable, EntitledError>
    var journalNumber: Int64?
    var isRepeated = false

    fileprivate init<Answer: Hashable>(_ reply: Reply<Answer>) {
        answer = .success(reply.answer)
        journalNumber = reply.journalNumber
        isRepeated = reply.isRepeated
    }

    fileprivate init(_ check: CaseCheck) { answer = .success(check) }

    fileprivate init(failure: EntitledError) { answer = .failure(failure) }

    /// The same as whoever asks for it again gets it.
    var again: WorkloadReply {
        var again = self
        again.isRepeated = true
        return again
    }

    static func == (one: Self, other: Self) -> Bool {
        one.answer.mapped == other.answer.mapped && one.journalNumber == other.journalNumber
            && one.isRepeated == other.isRepeated
    }
}

extension Result<any Hashable & Sendable, EntitledError> {
    fileprivate var mapped: Result<AnyHashable, EntitledError> { map { AnyHashable($0) } }
}

extension EntitledClient {
    /// Has a call answered by a server.
    func carryOut(_ call: Workload.Call, as request: RequestID) async -> WorkloadReply {
        do {
            return try await reply(to: call, CallOptions(requestID: request))
        } catch {
            return WorkloadReply(failure: error)
        }
    }

    private func reply(to call: Workload.Call, _ options: CallOptions) async throws(EntitledError) -> WorkloadReply {
        switch call {
        case .add(let add): WorkloadReply(try await addEntitlement(add.id, add.terms, options: options))
        case .update(let update):
            WorkloadReply(
                try await updateEntitlement(update.id, update.terms, version: update.version, options: options))
        case .delete(let delete):
            WorkloadReply(try await deleteEntitlement(delete.id, version: delete.version, options: options))
        case .activate(let activate): WorkloadReply(try await activateEntitlement(activate.id, options: options))
        case .suspend(let suspend):
            WorkloadReply(try await suspendEntitlement(suspend.id, reason: suspend.reason, options: options))
        case .resume(let resume): WorkloadReply(try await resumeEntitlement(resume.id, options: options))
        case .cancel(let cancel):
            WorkloadReply(
                try await cancelEntitlement(cancel.id, reason: cancel.reason, on: cancel.day, options: options))
        case .amend(let amend):
            WorkloadReply(
                try await amendEntitlement(
                    amend.id, amend.amendment, at: amend.at, version: amend.version, options: options))
        case .renew(let renew):
            WorkloadReply(
                try await renewEntitlement(
                    renew.id, as: renew.successor, asDraft: renew.isDraft, options: options))
        case .grant(let grant): WorkloadReply(try await addGrant(grant, options: options))
        case .open(let open): WorkloadReply(try await openCase(open.id, open.inquiry, options: options))
        case .check(let check):
            WorkloadReply(
                try await checkCase(check.inquiry, at: check.at, explains: check.explains, options: options))
        case .settings(let update): WorkloadReply(try await updateSettings(update.settings, options: options))
        case .customer(let update): WorkloadReply(try await customers.update(update.record, options: options))
        }
    }
}

extension Clerk {
    /// Decides a call on the clerk's store.
    func carryOut(_ call: Workload.Call, as request: RequestID) async throws -> WorkloadReply {
        do {
            if case .check(let check) = call { return WorkloadReply(try await ask(check)) }
            guard let command = call.command else { preconditionFailure("neither a command nor a check: \(call)") }
            return try await carryOut(command, as: request)
        } catch let error as EntitledError {
            return WorkloadReply(failure: error)
        }
    }

    /// - Throws: ``EntitledError``, ``StoreError``.
    func carryOut<C: DecidableCommand>(_ command: C, as request: RequestID) async throws -> WorkloadReply {
        WorkloadReply(try await perform(command, id: request))
    }
}
