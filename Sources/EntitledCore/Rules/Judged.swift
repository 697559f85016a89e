extension Matching {
    /// One candidate, judged: sorts those that cover before those that fail, the most specific first.
    struct Judged: Comparable {
        /// As it is now, whatever time has brought since it was last changed.
        let entitlement: Entitlement
        /// What time has brought, to be recorded if something is taken.
        let effects: [Effect]
        /// The terms by which it was judged.
        @Shared private(set) var terms: EntitlementTerms
        let mismatch: Mismatch?
        let demands: [Demand]
        /// Whether it can take the case: enough is available, or its policy allows the rest.
        let isAdmitted: Bool
        let isDecisive: Bool
        /// Whether its calendar, if it has one, was loaded.
        let isComplete: Bool
        /// What it carries over from, to be locked with it before anything is taken.
        let carriers: [EntitlementID]
        private let specificity: Specificity
        let isDefault: Bool

        init(
            _ stored: Entitlement, _ subject: borrowing Subject, _ moment: Moment, isDefault: Bool = false,
            in facts: borrowing WorkingSet
        ) {
            // What is over for good needs no bringing up to date: most of what a customer ever had is.
            let isOver =
                moment.asOf == nil && stored.life.pending.isEmpty && !stored.isOpen(at: moment.now, zone: facts.zone)
            let (entitlement, effects) = isOver ? (stored, []) : facts.present(stored, at: moment.now)
            _terms = entitlement.sharedTerms(at: moment.instant)
            let terms = _terms.wrappedValue
            let status = entitlement.status(at: moment.instant, zone: facts.zone)
            var isComplete = true
            var isOutOfHours = false
            if let id = terms.service.calendar {
                let calendar = facts.calendars[id]
                isComplete = calendar != nil
                isOutOfHours = calendar.map { !$0.isOpen(at: moment.instant) } ?? false
            }
            self.isComplete = isComplete
            self.entitlement = entitlement
            self.effects = effects
            self.isDefault = isDefault
            isDecisive = status == .active
            carriers = facts.carriers(of: stored, at: moment.now)
            specificity = Specificity(terms, subject)

            var reason =
                isDefault || Self.serves(terms, subject) ? Self.mismatch(of: entitlement, status) : .wrongCustomer
            if reason == nil, !isDefault { reason = Self.mismatch(of: terms, subject) }
            if reason == nil, !isDefault, terms.service.isHoursOnly, isOutOfHours { reason = .outsideHours }
            var demands: [Demand] = []
            if reason == nil {
                demands = entitlement.demands(of: subject, isOutOfHours: isOutOfHours, moment, facts)
                if demands.isEmpty {
                    reason = .noAllocation
                } else if !demands.allSatisfy({ $0.isMet }) {
                    reason = .exhausted
                }
            }
            mismatch = reason
            self.demands = demands
            isAdmitted = (reason == nil || reason == .exhausted) && demands.allSatisfy { $0.isAdmitted }
        }

        private static func serves(_ terms: EntitlementTerms, _ subject: Subject) -> Bool {
            guard let levels = subject.levels(to: terms.customer) else { return false }
            return levels <= 1 || terms.servesDescendants
        }

        private static func mismatch(of entitlement: Entitlement, _ status: EntitlementStatus) -> Mismatch? {
            // A draft that was cancelled is still a draft.
            guard entitlement.state == .activated else { return .draft }
            return switch status {
            case .draft: .draft
            case .cancelled: .cancelled
            case .suspended: .suspended
            case .waiting: .notStarted
            case .expired, .renewed: .expired
            case .active: nil
            }
        }

        /// The first reason of scope that applies, in the order of ``Mismatch``.
        private static func mismatch(of terms: EntitlementTerms, _ subject: Subject) -> Mismatch? {
            if !subject.isInside(terms.contacts) { return .contactNotListed }
            if !subject.isInside(terms.service.products) { return .productNotCovered }
            if !subject.isInside(terms.assets) { return .assetNotCovered }
            if !subject.isInside(terms.service.channels) { return .channelNotCovered }
            return nil
        }

        /// Whether it would take the case if only enough were available.
        var coversApartFromAmount: Bool { mismatch == nil || mismatch == .exhausted }

        func candidate(rank: Int32?, explains: Bool) -> Candidate {
            Candidate(
                entitlement: entitlement.id, rank: rank, mismatch: mismatch, isDefault: isDefault ? true : nil,
                specificity: explains ? specificity : nil,
                demands: explains && coversApartFromAmount ? demands : nil)
        }

        func isMoreSpecific(than other: Judged) -> Bool {
            specificity.precedes(other.specificity) ?? (entitlement.id < other.entitlement.id)
        }

        static func == (left: Self, right: Self) -> Bool { left.entitlement.id == right.entitlement.id }

        static func < (left: Self, right: Self) -> Bool {
            let (leftClass, rightClass) = (left.nearness, right.nearness)
            return leftClass == rightClass ? left.isMoreSpecific(than: right) : leftClass > rightClass
        }

        /// The later its reason comes in the order of reasons, the nearer a candidate came.
        private var nearness: Int16 { mismatch?.rawValue ?? .max }
    }
}
