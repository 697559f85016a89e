/// Which entitlement covers a case: every candidate gets a rank or the one reason why it fails.
struct Matching {
    enum Decision {
        case covered(EntitlementID)
        case refused(Refusal)
    }

    /// The instant of the decision: the database's clock, never before what was last decided about a candidate.
    let instant: Instant
    let decision: Decision
    /// Those with a rank first, then by how near they came to covering the case.
    let candidates: [Candidate]
    /// Candidates that ``candidates`` leaves out.
    let omitted: Int32
    /// The entitlements on whose balances the decision rests: all must be locked before anything is taken.
    let decisive: Set<EntitlementID>

    /// - Throws: ``EntitledError`` if the inquiry names what the tenant doesn't have.
    init(_ inquiry: Inquiry, in facts: WorkingSet) throws(EntitledError) {
        try inquiry.check(in: facts)
        let subject = Subject(inquiry, in: facts)
        let entitlements = facts.candidates(for: inquiry, line: subject.customers)
        let now = entitlements.reduce(facts.now) { max($0, $1.lastDecided ?? $0) }
        instant = now
        decisive = Set(
            entitlements.lazy.filter { $0.status(at: now, zone: facts.zone) == .active }.map(\.id))

        let judged = entitlements.map { Judged($0, subject, at: now, zone: facts.zone) }.sorted()
        let covering = judged.filter { $0.mismatch == nil }
        let listed = judged.prefix(Candidate.maximumListed)
        candidates = zip(listed, 1...).map { judged, place in
            Candidate(
                entitlement: judged.id, rank: judged.mismatch == nil ? Int32(place) : nil, mismatch: judged.mismatch)
        }
        omitted = Int32(judged.count - listed.count)
        if let winner = covering.first {
            decision = .covered(winner.id)
        } else {
            let exhausted = judged.first { $0.mismatch == .exhausted }
            decision = .refused(
                Refusal(
                    reason: exhausted == nil ? .notCovered : .exhausted, entitlement: exhausted?.id,
                    candidates: candidates, omitted: omitted))
        }
    }

    /// The case, with the lines that scopes are compared with.
    struct Subject {
        /// The contact (if it is one), its account, and the accounts above.
        let customers: [CustomerID]
        let contact: CustomerID?
        /// The product and the families above it; empty if the case names none.
        let products: [ProductID]
        let channel: ChannelID?

        init(_ inquiry: Inquiry, in facts: WorkingSet) {
            customers = facts.line(of: inquiry.customer)
            contact = facts.customers[inquiry.customer]?.kind == .contact ? inquiry.customer : nil
            products = inquiry.product.map(facts.line(of:)) ?? []
            channel = inquiry.channel
        }

        /// How far above the case's own account an entitlement's customer stands: 0 is the contact itself, 1 its
        /// account. Nil if it isn't in the line at all.
        func distance(to customer: CustomerID) -> Int? {
            customers.firstIndex(of: customer).map { contact == nil ? $0 + 1 : $0 }
        }
    }

    /// One candidate, judged: sorts those that cover before those that fail, the most specific first.
    struct Judged: Comparable {
        let id: EntitlementID
        let mismatch: Mismatch?
        /// Smaller is more specific, compared from left to right; then the ties.
        let specificity: (contact: Int, product: Int, channel: Int, customer: Int, priority: Int32, start: Int32)

        init(_ entitlement: Entitlement, _ subject: Subject, at now: Instant, zone: Zone) {
            let terms = entitlement.terms
            id = entitlement.id
            mismatch = Self.mismatch(of: entitlement, subject, at: now, zone: zone)
            specificity = (
                contact: terms.contacts == nil ? 1 : 0,
                product: Self.distance(from: subject.products, to: terms.products) ?? .max,
                channel: terms.channels == nil ? 1 : 0,
                customer: subject.distance(to: terms.customer) ?? .max,
                priority: terms.priority ?? .max,
                start: terms.startDay.daysSince1970
            )
        }

        /// The first reason that applies, in the order of ``Mismatch``.
        private static func mismatch(
            of entitlement: Entitlement, _ subject: Subject, at now: Instant, zone: Zone
        ) -> Mismatch? {
            let terms = entitlement.terms
            guard let distance = subject.distance(to: terms.customer), distance <= 1 || terms.servesDescendants else {
                return .wrongCustomer
            }
            switch entitlement.status(at: now, zone: zone) {
            case .draft: return .draft
            case .waiting: return .notStarted
            case .expired: return .expired
            case .active: break
            }
            if let contacts = terms.contacts, !(subject.contact.map(contacts.contains) ?? false) {
                return .contactNotListed
            }
            if terms.products != nil, Self.distance(from: subject.products, to: terms.products) == nil {
                return .productNotCovered
            }
            if let channels = terms.channels, !(subject.channel.map(channels.contains) ?? false) {
                return .channelNotCovered
            }
            guard entitlement.allocations.allSatisfy({ Consumption.covers(Consumption.caseCost, $0) }) else {
                return .exhausted
            }
            return nil
        }

        /// How far up the product's line the nearest product of the scope stands; nil if none does.
        private static func distance(from line: [ProductID], to scope: Scope<ProductID>?) -> Int? {
            scope.flatMap { scope in line.firstIndex(where: scope.contains) }
        }

        static func == (left: Self, right: Self) -> Bool { left.id == right.id }

        static func < (left: Self, right: Self) -> Bool {
            let (leftClass, rightClass) = (left.nearness, right.nearness)
            if leftClass != rightClass { return leftClass > rightClass }
            if left.specificity != right.specificity { return left.specificity < right.specificity }
            return left.id < right.id
        }

        /// The later its reason comes in the order of reasons, the nearer a candidate came.
        private var nearness: Int16 { mismatch?.rawValue ?? .max }
    }
}

extension Entitlement {
    /// The latest instant at which one of its balances was changed.
    var lastDecided: Instant? {
        allocations.lazy.flatMap(\.grants).map(\.changedAt).max()
    }
}
