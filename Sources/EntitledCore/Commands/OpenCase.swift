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
        inquiry.encode(to: &encoder)
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
    /// Hints for whoever routes the case.
    public let routing: Routing?

    package init(case: Case, debits: [Debit], routing: Routing? = nil) {
        self.case = `case`
        self.debits = debits
        self.routing = routing
    }
}

/// What one allocation gave for a case.
public struct Debit: Hashable, Sendable, Codable {
    public let allocation: String
    /// In the allocation's unit.
    public let amount: Int64
    /// Whether it is only set aside yet.
    public let isHeld: Bool
    /// The allocation's remaining amount afterwards; nil if unlimited.
    public let remaining: Int64?
    /// The allocation's available amount afterwards; nil if unlimited.
    public let available: Int64?

    package init(allocation: String, amount: Int64, isHeld: Bool = false, remaining: Int64?, available: Int64?) {
        self.allocation = allocation
        self.amount = amount
        self.isHeld = isHeld
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

    package var laneCustomer: CustomerID? { inquiry.customer }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> CaseDecision {
        if let existing = facts.openedCase(id) { return .exists(existing) }
        let matching = try Matching(inquiry, in: facts)
        guard matching.isComplete else { throw UnlockedFacts(entitlements: []) }
        let unlocked = matching.unlocked(in: facts)
        guard unlocked.isEmpty else { throw UnlockedFacts(entitlements: unlocked) }
        switch matching.decision {
        case .covered(let winner):
            return .opened(try open(matching.inquiry, by: matching.judged[winner], at: matching.now, in: &facts, actor))
        case .refused(let refusal):
            let detail = try Detail.encode(refusal)
            facts.record(
                entry(
                    .caseRefused, matching.inquiry, actor, at: matching.now, entitlement: refusal.entitlement,
                    detail: detail))
            return .refused(refusal)
        }
    }

    private func open(
        _ inquiry: Inquiry, by winner: Matching.Judged, at now: Instant, in facts: inout WorkingSet, _ actor: String
    ) throws -> Opening {
        var entitlement = winner.entitlement
        let postings = entitlement.take(winner.demands, at: now, zone: facts.zone)
        let detail = OpeningDetail(inquiry, winner.terms.service)
        let entry = entry(
            .caseOpened, inquiry, actor, at: now, entitlement: entitlement.id, postings: postings,
            detail: detail?.encoded)
        let opening = try Opening(of: id, entry, detail)
        facts.replace(with: entitlement, after: winner.effects)
        facts.insert(opening.case)
        facts.record(entry)
        return opening
    }

    private func entry(
        _ event: JournalEntry.Event, _ inquiry: Inquiry, _ actor: String, at now: Instant,
        entitlement: EntitlementID?, postings: [Posting] = [], detail: String? = nil
    ) -> JournalEntry {
        JournalEntry(
            event: event, actor: actor, occurredAt: now, customer: inquiry.customer, product: inquiry.product,
            channel: inquiry.channel, entitlement: entitlement, case: id, postings: postings, detail: detail)
    }

    package static func answer(from entry: JournalEntry) throws -> CaseDecision {
        if entry.event == .caseRefused { return .refused(try Detail.decode(Refusal.self, from: entry)) }
        guard let id = entry.case else { throw entry.incomplete }
        let detail = try entry.detail.map { _ in try Detail.decode(OpeningDetail.self, from: entry) }
        return .opened(try Opening(of: id, entry, detail))
    }
}

/// What the journal's columns can't say of an opened case; most cases have none of it.
private struct OpeningDetail: Decodable {
    let asset: AssetID?
    let priority: CasePriority?
    let serviceLevel: ServiceLevelID?
    let routing: Routing?

    init?(_ inquiry: Inquiry, _ service: ServiceTerms) {
        asset = inquiry.asset
        priority = inquiry.priority
        serviceLevel = service.serviceLevel
        routing = service.routing
        guard asset != nil || priority != nil || serviceLevel != nil || routing != nil else { return nil }
    }

    /// As the journal keeps it.
    var encoded: String {
        var object = JSONObject()
        object.field("asset", asset?.text)
        object.field("priority", priority?.number)
        if let routing { object.field("routing", routing.encode(to:)) }
        object.field("service_level", serviceLevel?.text)
        return object.text
    }
}

extension Routing {
    fileprivate func encode(to object: inout JSONObject) {
        object.field("case_priority", casePriority?.number)
        object.field("manager", manager)
        object.field("queue", queue)
        object.field("skills", skills)
    }
}

extension Opening {
    /// What an opening says stands in its journal entry alone, so that the first answer and a repeated one are built
    /// the same way.
    /// - Parameter detail: the entry's.
    fileprivate init(of id: CaseID, _ entry: JournalEntry, _ detail: OpeningDetail?) throws {
        guard let entitlement = entry.entitlement, let customer = entry.customer else { throw entry.incomplete }
        self.init(
            case: Case(
                id: id, customer: customer, product: entry.product, asset: detail?.asset, channel: entry.channel,
                priority: detail?.priority, entitlement: entitlement, serviceLevel: detail?.serviceLevel,
                openedAt: entry.occurredAt, charges: entry.postings.map(Charge.init)),
            debits: Debit.sums(of: entry.postings), routing: detail?.routing)
    }
}

extension Charge {
    fileprivate init(_ posting: Posting) {
        self.init(
            allocation: posting.allocation, grant: posting.grant, amount: posting.charged + posting.held,
            isHeld: posting.held > 0)
    }
}

extension Debit {
    /// A debit for each allocation, whose postings stand together.
    static func sums(of postings: [Posting]) -> [Debit] {
        var debits: [Debit] = []
        for posting in postings {
            let before = debits.last?.allocation == posting.allocation ? debits.removeLast().amount : 0
            debits.append(
                Debit(
                    allocation: posting.allocation, amount: before + posting.charged + posting.held,
                    isHeld: posting.held > 0, remaining: posting.remainingAfter, available: posting.availableAfter))
        }
        return debits
    }
}

extension JournalEntry {
    fileprivate var incomplete: EntitledError {
        EntitledError(.internalError, "the journal's entry of \(event.name) is incomplete")
    }
}
