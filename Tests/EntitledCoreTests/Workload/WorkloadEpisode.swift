import EntitledCore
import EntitledDevelopment
import EntitledTestKit

/// One tenant's life: a seeded workload run against the product and against the model, which are compared after every
/// call.
struct WorkloadEpisode {
    private struct Done {
        var at: Instant
        var asked: ProductRun.Asked
        var reply: ProductRun.Reply
    }

    private let seed: UInt64
    private var workload: Workload
    private var product: ProductRun
    private var model: NaiveModel
    private var auditor = JournalAuditor()
    private var done: [Done] = []
    private(set) var tally = WorkloadTally()

    init(seed: UInt64) throws {
        self.seed = seed
        workload = Workload(seed: seed)
        product = try ProductRun(workload.world)
        model = NaiveModel(workload.world)
    }

    /// Runs so many calls, then again in batches, and again looked at more often.
    mutating func run(calls: Int) throws {
        while done.count < calls {
            switch workload.next() {
            case .pass: try compareBalances("time passed")
            case .call(let call): try perform(call)
            }
        }
        tally.count(product)
        try runInBatches()
        try runLookedAt()
    }

    private func failure(_ what: String, step: Int? = nil) -> WorkloadFailure {
        WorkloadFailure(seed: seed, step: step ?? done.count, what: "\(workload.now): \(what)")
    }

    // MARK: Against the model

    private mutating func perform(_ call: Workload.Call) throws {
        let asked = ProductRun.Asked(call: call, request: RequestID(number: UInt64(done.count)))
        let tried = product.perform(asked, at: workload.now, isDryRun: true)
        let before = product
        let reply = ask(asked)
        guard tried.answer == reply.answer else {
            throw failure("\(call)\ntried out before: \(tried.answer)\nasked: \(reply.answer)")
        }
        let answer = PlainAnswer(reply, to: call)
        let expected = model.perform(call, now: workload.now.microseconds).asAnswered(to: call)
        guard answer == expected else {
            throw failure(
                "\(call)\nthe product says \(answer) (\(reply.answer))\nthe model says \(expected)"
                    + differing(answer, expected).map(described).joined())
        }
        try checkChanges(answer, before, call)
        if let difference = auditor.audit(product) { throw failure("\(call)\nthe journal: \(difference)") }
        try compareBalances("\(call)")
        note(answer, reply, call, before)
        try repeatAnEarlierOne()
    }

    /// The entitlements of which the two think differently.
    private func differing(_ one: PlainAnswer, _ other: PlainAnswer) -> [String] {
        guard case .decided(let one) = one, case .decided(let other) = other else { return [] }
        return Set(one.candidates.keys).union(other.candidates.keys).sorted()
            .filter { one.candidates[$0] != other.candidates[$0] }
    }

    private func described(_ id: String) -> String {
        let view = product.views(at: workload.now).first { $0.entitlement.id.text == id }
        return "\nproduct: \(view.map { "\($0)" } ?? "no \(id)")"
            + "\nmodel: \(model.entitlements[id].map { "\($0)" } ?? "no \(id)")"
    }

    private mutating func ask(_ asked: ProductRun.Asked) -> ProductRun.Reply {
        let reply = product.perform(asked, at: workload.now)
        done.append(Done(at: workload.now, asked: asked, reply: reply))
        return reply
    }

    /// What is refused, or can't be answered, changes nothing; only a refusal is journalled.
    private func checkChanges(_ answer: PlainAnswer, _ before: ProductRun, _ call: Workload.Call) throws {
        let entries = product.journal.count - before.journal.count
        guard let allowed = allowedEntries(answer, before, call) else { return }
        guard entries == allowed, product.entitlements == before.entitlements else {
            throw failure("\(call)\n\(answer) changed something: \(product.journal.suffix(entries))")
        }
    }

    /// Nil if it may change what it likes.
    private func allowedEntries(_ answer: PlainAnswer, _ before: ProductRun, _ call: Workload.Call) -> Int? {
        switch answer {
        case .done: return nil
        case .successor(let id): return before.entitlements[EntitlementID(stored: id)] == nil ? nil : 0
        case .failed: return 0
        case .decided(let answer):
            guard case .open = call else { return 0 }
            switch answer.verdict {
            case .covered: return nil
            case .notCovered, .exhausted: return 1
            case .exists, .contradiction: return 0
            }
        }
    }

    private mutating func compareBalances(_ after: String) throws {
        let now = workload.now.microseconds
        model.advance(to: now)
        let views = product.views(at: workload.now)
        guard views.map(\.entitlement.id.text) == model.entitlements.keys.sorted(by: Self.precedes) else {
            throw failure("\(after)\nentitlements \(views.map(\.entitlement.id)), not \(model.entitlements.keys)")
        }
        for view in views {
            let id = view.entitlement.id.text
            let status = model.status(id, at: now)
            var balances: [String: NaiveModel.Balance] = [:]
            for (allocation, balance) in zip(view.entitlement.allocations, view.balances) {
                balances[allocation.name] = NaiveModel.Balance(
                    total: balance.total, charged: balance.charged, held: balance.held)
            }
            tally.count("status \(status.rawValue)")
            let expected = model.balances(id, at: now)
            guard view.status.name == status.rawValue, balances == expected else {
                throw failure(
                    "\(after)\n\(id) is \(view.status.name) \(balances)\nnot \(status.rawValue) \(expected)"
                        + described(id))
            }
        }
    }

    private static func precedes(_ one: String, _ other: String) -> Bool {
        one.utf8.lexicographicallyPrecedes(other.utf8)
    }

    // MARK: Against itself

    /// The first answer again, and nothing changed, whenever the request comes again; with other content a conflict.
    private mutating func repeatAnEarlierOne() throws {
        guard done.count % 8 == 0, let earlier = earlier(), earlier.reply.isRemembered else { return }
        let before = product
        let again = ask(earlier.asked)
        guard again.isRepeated, again.answer == earlier.reply.answer else {
            throw failure("\(earlier.asked.call)\nwas \(earlier.reply.answer)\nis now \(again.answer)")
        }
        let other = Workload.Call.open(
            OpenCase(id: CaseID(stored: "conflict"), Inquiry(customer: CustomerID(stored: "acme"))))
        let conflict = ask(ProductRun.Asked(call: other, request: earlier.asked.request))
        guard case .failed("request_id_conflict") = PlainAnswer(conflict, to: other) else {
            throw failure("other content for the request of \(earlier.asked.call): \(conflict)")
        }
        guard product.entitlements == before.entitlements, product.journal.count == before.journal.count else {
            throw failure("\(earlier.asked.call)\nasked again, changed something")
        }
        tally.count("repeated")
        tally.count("conflict")
    }

    private func earlier() -> Done? {
        var random = SeededRandom(seed: seed &+ UInt64(done.count))
        return random.pick(done)
    }

    /// What was decided one by one comes out the same if it is decided in batches.
    private func runInBatches() throws {
        var batched = try ProductRun(workload.world)
        for batch in batches() {
            let replies = batched.perform(done[batch].map(\.asked), at: done[batch.lowerBound].at)
            for (step, reply) in zip(batch, replies) where reply != done[step].reply {
                throw failure(
                    "\(done[step].asked.call)\n alone: \(done[step].reply)\nin a batch: \(reply)", step: step)
            }
        }
        guard batched.entitlements == product.entitlements, batched.journal == product.journal else {
            throw failure("batches end with other balances, or another journal")
        }
    }

    /// It doesn't matter whether anybody looked on the way. Only what is dated back may come to something else: it
    /// depends on the periods in which something was decided.
    private func runLookedAt() throws {
        var lookedAt = try ProductRun(workload.world)
        var random = SeededRandom(seed: seed)
        var now = done.first?.at ?? workload.now
        for batch in batches() {
            let next = done[batch.lowerBound].at
            let hops = (0..<3).map { _ in Int64.random(in: now.microseconds...next.microseconds, using: &random) }
            if next > now { for hop in hops.sorted() { lookedAt.look(at: Instant(microseconds: hop)) } }
            now = next
            for step in batch {
                let call = done[step].asked.call
                let answer = PlainAnswer(lookedAt.perform(done[step].asked, at: now), to: call)
                let first = PlainAnswer(done[step].reply, to: call)
                guard answer == first || call.isBackdated else {
                    throw failure("\(call)\nat once: \(first)\nlooked at on the way: \(answer)", step: step)
                }
            }
        }
        let ends = zip(product.views(at: now), lookedAt.views(at: now))
        for (one, other) in ends where one.status != other.status || one.balances != other.balances {
            throw failure("looked at on the way, \(other)\nisn't \(one)")
        }
    }

    /// Calls between which no time passed.
    private func batches() -> [Range<Int>] {
        var batches: [Range<Int>] = []
        for step in done.indices {
            if let last = batches.last, done[last.lowerBound].at == done[step].at {
                batches[batches.count - 1] = last.lowerBound..<(step + 1)
            } else {
                batches.append(step..<(step + 1))
            }
        }
        return batches
    }

    // MARK: Notes

    private mutating func note(
        _ answer: PlainAnswer, _ reply: ProductRun.Reply, _ call: Workload.Call, _ before: ProductRun
    ) {
        tally.count(answer, to: call)
        if call.isBackdated { tally.count("back-dated") }
        guard case .success(let success) = reply.answer else { return }
        workload.learn(call, success.base)
        if case .check(let check) = call, case .covered(let coverage) = success.base as? CaseCheck,
            check.inquiry.entitlement == nil
        {
            if coverage.candidates.contains(where: { $0.isDefault == true }) { tally.count("covered by default") }
            if coverage.candidates.contains(where: { $0.mismatch == .exhausted }) { tally.count("fall-through") }
        }
        if case .amend(let amend) = call, amend.at == nil, let result = success.base as? AmendmentResult {
            let old = before.entitlements[amend.id]?.terms
            for change in result.changes where change.difference != 0 && !amend.amendment.isInFull {
                func full(_ terms: EntitlementTerms?) -> Int64 {
                    terms?.service.allocations.first { $0.name == change.allocation }
                        .flatMap { terms?.quantity(of: $0) } ?? 0
                }
                if change.difference != full(result.entitlement.terms) - full(old) { tally.count("prorated") }
            }
        }
    }
}

extension Workload.Call {
    fileprivate var isBackdated: Bool {
        if case .check(let check) = self { check.at != nil } else { false }
    }
}
