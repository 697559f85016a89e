/// A case arrives: decide whether it is covered, by what, and take what it costs.
public struct OpenCase: Command {
    public typealias Answer = CaseDecision
    public static let method = Method.openCase

    /// The id that the ticket system gave the case.
    public var id: CaseID
    public var inquiry: Inquiry

    public init(id: CaseID, _ inquiry: Inquiry) {
        self.id = id
        self.inquiry = inquiry
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, id)
        encoder.field(2, inquiry.customer)
        encoder.field(3, inquiry.product)
        encoder.field(4, inquiry.channel)
        encoder.field(5, inquiry.entitlement)
    }
}

/// What was decided of a case.
public enum CaseDecision: Hashable, Sendable {
    /// It is open, and what it costs is taken.
    case opened(Opening)
    /// The rules refuse it; nothing was taken and the case id is still free.
    case refused(Refusal)
    /// The id is that of a case which was opened by another call; nothing was changed.
    case exists(Case)
}

/// A case that was opened, and the balances that it left.
public struct Opening: Hashable, Sendable {
    public let `case`: Case
    public let debits: [Debit]

    package init(case: Case, debits: [Debit]) {
        self.case = `case`
        self.debits = debits
    }
}

/// What one allocation gave for a case.
public struct Debit: Hashable, Sendable, Codable {
    public let allocation: String
    /// In cases.
    public let amount: Int64
    /// The allocation's remaining amount afterwards; nil if unlimited.
    public let remaining: Int64?
    /// The allocation's available amount afterwards; nil if unlimited.
    public let available: Int64?

    package init(allocation: String, amount: Int64, remaining: Int64?, available: Int64?) {
        self.allocation = allocation
        self.amount = amount
        self.remaining = remaining
        self.available = available
    }
}

extension OpenCase: DecidableCommand {
    package func validate() throws(EntitledError) {}

    package func add(to needs: inout Needs) {
        inquiry.add(to: &needs)
        needs.cases.insert(id)
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> CaseDecision {
        if let existing = facts.cases[id] { return .exists(existing) }
        let matching = try Matching(inquiry, in: facts)
        try facts.requireLock(on: matching.decisive)
        switch matching.decision {
        case .covered(let winner): return .opened(open(by: winner, at: matching.instant, in: &facts, actor))
        case .refused(let refusal):
            let detail = try Detail.encode(refusal)
            facts.record(
                entry(.caseRefused, actor, at: matching.instant, entitlement: refusal.entitlement, detail: detail))
            return .refused(refusal)
        }
    }

    private func open(
        by winner: EntitlementID, at now: Instant, in facts: inout WorkingSet, _ actor: String
    ) -> Opening {
        let postings = facts.charge(Consumption.caseCost, to: winner, at: now)
        let entry = entry(.caseOpened, actor, at: now, entitlement: winner, postings: postings)
        let opening = Opening(of: id, entry, entitlement: winner, customer: inquiry.customer)
        facts.insert(opening.case)
        facts.record(entry)
        return opening
    }

    private func entry(
        _ event: JournalEntry.Event, _ actor: String, at now: Instant, entitlement: EntitlementID?,
        postings: [Posting] = [], detail: String? = nil
    ) -> JournalEntry {
        JournalEntry(
            event: event, actor: actor, occurredAt: now, customer: inquiry.customer, product: inquiry.product,
            channel: inquiry.channel, entitlement: entitlement, case: id, postings: postings, detail: detail)
    }

    package static func answer(from entry: JournalEntry) throws -> CaseDecision {
        if entry.event == .caseRefused { return .refused(try Detail.decode(Refusal.self, from: entry)) }
        guard let id = entry.case, let entitlement = entry.entitlement, let customer = entry.customer else {
            throw EntitledError(.internalError, "the journal's entry of \(entry.event.name) is incomplete")
        }
        return .opened(Opening(of: id, entry, entitlement: entitlement, customer: customer))
    }
}

extension Opening {
    /// What an opening says stands in its journal entry alone, so that the first answer and a repeated one are built
    /// the same way.
    fileprivate init(of id: CaseID, _ entry: JournalEntry, entitlement: EntitlementID, customer: CustomerID) {
        var debits: [Debit] = []
        for posting in entry.postings {
            let before = debits.last?.allocation == posting.allocation ? debits.removeLast().amount : 0
            debits.append(
                Debit(
                    allocation: posting.allocation, amount: before + posting.charged,
                    remaining: posting.remainingAfter, available: posting.availableAfter))
        }
        self.init(
            case: Case(
                id: id, customer: customer, product: entry.product, channel: entry.channel, entitlement: entitlement,
                openedAt: entry.occurredAt,
                charges: entry.postings.map {
                    Charge(allocation: $0.allocation, grant: $0.grant, amount: $0.charged)
                }),
            debits: debits)
    }
}
