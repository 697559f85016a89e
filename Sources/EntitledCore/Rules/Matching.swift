/// Which entitlement covers a case: every candidate gets a rank or the one reason why it fails.
struct Matching {
    enum Decision {
        case covered(Judged)
        case refused(Refusal)
    }

    /// The instant of the decision: the database's clock, never before what was last decided about a candidate.
    let now: Instant
    let decision: Decision
    /// Those with a rank first, then by how near they came to covering the case.
    let candidates: [Candidate]
    /// Candidates that ``candidates`` leaves out.
    let omitted: Int32
    /// The entitlements on whose balances the decision rests: all must be locked before anything is taken.
    let decisive: Set<EntitlementID>
    /// Whether everything that matters was loaded. What the batch itself has brought may refer to what wasn't: then the
    /// call is decided in the next one.
    let isComplete: Bool

    /// - Parameters:
    ///   - instant: judge cover, weights and service level as of then; nil is now.
    ///   - explains: whether the candidates say why they have their places.
    /// - Throws: ``EntitledError`` if the inquiry names what the tenant doesn't have.
    init(
        _ inquiry: Inquiry, asOf instant: Instant? = nil, explains: Bool = false, in facts: WorkingSet
    ) throws(EntitledError) {
        let inquiry = try inquiry.resolved(in: facts)
        let subject = Subject(inquiry, in: facts)
        let found = facts.candidates(for: inquiry, line: subject.customers)
        let fallback = inquiry.entitlement == nil ? facts.defaultEntitlement(for: subject.customers) : nil
        let looked = found + [fallback.flatMap { facts.entitlements[$0] }].compactMap(\.self)
        let now = looked.reduce(facts.now) { max($0, $1.lastDecided ?? $0) }
        self.now = now
        let moment = Moment(now: now, asOf: instant)
        var judged = found.map { Judged($0, subject, moment, in: facts) }.sorted()
        isComplete = facts.hasCandidates(of: subject.customers) && judged.allSatisfy(\.isComplete)
        var decisive = Set(judged.lazy.filter(\.isDecisive).flatMap(\.lockedWith))

        // Those that have enough before those that are allowed more, each the most specific first.
        var winner: Judged?
        if facts.settings.fallsThrough {
            winner = judged.first(where: \.isAdmitted)
        } else {
            winner = judged.filter(\.coversApartFromAmount).min { $0.isMoreSpecific(than: $1) }
        }
        let exhausted = judged.filter { $0.mismatch == .exhausted }.min { $0.isMoreSpecific(than: $1) }
        if winner == nil, exhausted == nil, let id = fallback {
            decisive.insert(id)
            if let record = facts.entitlements[id] {
                let fallback = Judged(record, subject, moment, isDefault: true, in: facts)
                decisive.formUnion(fallback.lockedWith)
                judged.append(fallback)
                if fallback.isAdmitted { winner = fallback }
            }
        }
        self.decisive = decisive

        var listed = Array(judged.prefix(Candidate.maximumListed))
        // Whoever covers the case is told, also the default, which stands last.
        if let winner, winner.isDefault, listed.count < judged.count { listed[listed.count - 1] = winner }
        var rank: Int32 = 0
        candidates = listed.map { judged in
            if judged.mismatch == nil { rank += 1 }
            return judged.candidate(rank: judged.mismatch == nil ? rank : nil, explains: explains)
        }
        omitted = Int32(judged.count - listed.count)
        if let winner, winner.isAdmitted {
            decision = .covered(winner)
        } else {
            decision = .refused(
                Refusal(
                    reason: exhausted == nil ? .notCovered : .exhausted, entitlement: exhausted?.entitlement.id,
                    candidates: candidates, omitted: omitted))
        }
    }

    /// When a case is judged.
    struct Moment {
        let now: Instant
        /// An earlier instant, as of which it is judged; nil if it is now.
        let asOf: Instant?

        var instant: Instant { asOf ?? now }
    }

    /// The case, with the lines that scopes are compared with.
    struct Subject {
        let inquiry: Inquiry
        /// The contact (if it is one), its account, and the accounts above.
        let customers: [CustomerID]
        let contact: CustomerID?
        /// The product and the families above it; empty if the case names none.
        let products: [ProductID]

        init(_ inquiry: Inquiry, in facts: WorkingSet) {
            self.inquiry = inquiry
            customers = facts.line(of: inquiry.customer)
            contact = facts.customers[inquiry.customer]?.kind == .contact ? inquiry.customer : nil
            products = inquiry.product.map(facts.line(of:)) ?? []
        }

        /// How far above the case an entitlement's customer stands: 0 is the contact itself, 1 its account. Nil if it
        /// isn't in the line at all.
        func levels(to customer: CustomerID) -> Int32? {
            customers.firstIndex(of: customer).map { Int32(contact == nil ? $0 + 1 : $0) }
        }

        /// A case without the field is inside no limit.
        func isInside(_ scope: Scope<ProductID>?) -> Bool {
            scope.map { products.contains(where: $0.contains) } ?? true
        }

        func isInside(_ scope: Scope<ChannelID>?) -> Bool {
            scope.map { inquiry.channel.map($0.contains) ?? false } ?? true
        }

        func isInside(_ scope: Scope<AssetID>?) -> Bool {
            scope.map { inquiry.asset.map($0.contains) ?? false } ?? true
        }

        func isInside(_ scope: Scope<CustomerID>?) -> Bool {
            scope.map { contact.map($0.contains) ?? false } ?? true
        }
    }
}

extension Entitlement {
    /// The latest instant at which one of its balances was changed, or it was amended, suspended or resumed.
    var lastDecided: Instant? {
        let suspension = life.suspensions.last.map { $0.until ?? $0.from }
        let balance = allocations.lazy.flatMap(\.grants).map(\.changedAt).max()
        return [balance, suspension, life.earlier.last?.until].compactMap(\.self).max()
    }
}
