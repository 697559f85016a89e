extension NaiveModel {
    enum Outcome: Equatable {
        case done
        /// The successor that was made, or was there.
        case renewed(String)
        case exists
        case wrongState
        case invalid
    }

    private func today(_ terms: Terms, at instant: Int64) -> Int {
        NaiveCalendar.local(instant, terms.zone ?? zone).day
    }

    private static func areInOrder(_ terms: Terms) -> Bool { terms.startDay <= terms.endDay ?? .max }

    mutating func create(_ id: String, _ terms: Terms) -> Outcome {
        guard Self.areInOrder(terms) else { return .invalid }
        guard entitlements[id] == nil else { return .exists }
        entitlements[id] = Entitlement(terms: terms)
        return .done
    }

    /// Only while it is a draft, and not a cancelled one.
    mutating func update(_ id: String, _ terms: Terms, now: Int64) -> Outcome {
        guard Self.areInOrder(terms) else { return .invalid }
        advance(to: now)
        guard status(id, at: now) == .draft else { return .wrongState }
        entitlements[id]?.terms = terms
        return .done
    }

    // Reading: a cancelled draft is a draft still, and may be deleted; a predecessor then has no successor.
    mutating func delete(_ id: String, now: Int64) -> Outcome {
        advance(to: now)
        guard known(id).isDraft else { return .wrongState }
        if let predecessor = known(id).predecessor, known(predecessor).successor == id {
            entitlements[predecessor]?.successor = nil
        }
        entitlements[id] = nil
        return .done
    }

    mutating func activate(_ id: String, now: Int64) -> Outcome {
        advance(to: now)
        var entitlement = known(id)
        guard status(id, at: now) == .draft else { return .wrongState }
        entitlement.isDraft = false
        issueGrants(&entitlement, at: now)
        entitlements[id] = entitlement
        return .done
    }

    mutating func suspend(_ id: String, now: Int64) -> Outcome {
        advance(to: now)
        guard status(id, at: now) == .active else { return .wrongState }
        entitlements[id]?.suspensions.append((now, nil))
        entitlements[id]?.write()
        return .done
    }

    mutating func resume(_ id: String, now: Int64) -> Outcome {
        advance(to: now)
        guard status(id, at: now) == .suspended, let last = known(id).suspensions.indices.last else {
            return .wrongState
        }
        entitlements[id]?.suspensions[last].until = now
        entitlements[id]?.write()
        return .done
    }

    /// Now, or at the start of a later day.
    // Reading: a draft is cancelled now only; a second cancellation before the first one's day takes its place.
    mutating func cancel(_ id: String, on day: Int? = nil, now: Int64) -> Outcome {
        advance(to: now)
        let entitlement = known(id)
        switch status(id, at: now) {
        case .draft, .waiting, .active, .suspended: break
        case .cancelled, .expired, .renewed: return .wrongState
        }
        guard let day else {
            entitlements[id]?.write()
            entitlements[id]?.cancelledAt = now
            return .done
        }
        guard !entitlement.isDraft, day > today(entitlement.terms, at: now) else { return .invalid }
        if let endDay = entitlement.terms.endDay, day > endDay { return .invalid }
        entitlements[id]?.write()
        entitlements[id]?.cancelledAt = NaiveCalendar.start(of: day, entitlement.terms.zone ?? zone)
        return .done
    }

    /// Now, or at a later instant.
    // Reading: a later one is tried out as if nothing were used until then, and refused if it can't be.
    mutating func amend(_ id: String, _ amendment: Amendment, at later: Int64? = nil, now: Int64) -> Outcome {
        advance(to: now)
        var entitlement = known(id)
        let status = status(id, at: now)
        guard status == .waiting || status == .active else { return .wrongState }
        if let later, later <= now || later >= end(entitlement) { return .invalid }
        for edit in amendment.edits {
            if case .endDay = edit, hasBeenRenewed(id, at: .max) { return .wrongState }
        }
        for edit in amendment.edits {
            if case .startDay = edit, later != nil || status != .waiting { return .invalid }
        }
        let at = later ?? now
        var trial = self
        trial.advance(to: at)
        if later != nil, at >= trial.end(trial.known(id)) { return .invalid }
        guard trial.canBe(trial.known(id), amendment, at: at) else { return .invalid }
        let (amended, sufficed) = trial.amended(trial.known(id), amendment, at: at)
        guard sufficed else { return .wrongState }
        if later == nil { entitlement = amended } else { entitlement.pending.append((at, amendment)) }
        entitlement.write()
        entitlements[id] = entitlement
        return .done
    }

    /// Whether the dates are possible, also after each of the amendments that are still to come.
    private func canBe(_ entitlement: Entitlement, _ amendment: Amendment, at instant: Int64) -> Bool {
        var terms = edited(entitlement.terms, amendment)
        guard Self.areInOrder(terms), terms.endDay ?? .max >= today(terms, at: instant) else { return false }
        return entitlement.pending.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .allSatisfy { pending in
                terms = edited(terms, pending.element.amendment)
                return Self.areInOrder(terms)
            }
    }

    private func coversEver(_ id: String, from now: Int64) -> Bool {
        let entitlement = known(id)
        guard let cancelledAt = entitlement.cancelledAt else { return true }
        let start = NaiveCalendar.start(of: entitlement.terms.startDay, entitlement.terms.zone ?? zone)
        return cancelledAt > max(now, start)
    }

    // Reading: a successor with a cancellation that is still to come, but after its start, isn't cancelled. Pending
    // amendments stay behind.
    mutating func renew(_ id: String, as successor: String, asDraft: Bool = false, now: Int64) -> Outcome {
        advance(to: now)
        let entitlement = known(id)
        guard !entitlement.isDraft else { return .wrongState }
        if let present = entitlement.successor, coversEver(present, from: now) { return .renewed(present) }
        guard entitlements[successor] == nil else { return .exists }
        let isEndToChange = entitlement.pending.contains { pending in
            pending.at < end(entitlement)
                && pending.amendment.edits.contains { if case .endDay = $0 { true } else { false } }
        }
        guard !isEndToChange, end(entitlement) != .max else { return .wrongState }
        var terms = entitlement.terms
        terms.startDay = successorStart(entitlement, now: now)
        terms.endDay = entitlement.terms.endDay.map { last in
            // Without an end that could be kept in length, the successor has none either.
            Self.end(from: terms.startDay, asLongAs: entitlement.terms.startDay, to: last)
        }
        entitlements[successor] = Entitlement(terms: terms, predecessor: id)
        entitlements[id]?.successor = successor
        entitlements[id]?.write()
        if !asDraft { _ = activate(successor, now: now) }
        return .renewed(successor)
    }

    // Reading: a cancellation that is still to come is an end: the successor starts on its day, if cover lasts so long.
    private func successorStart(_ entitlement: Entitlement, now: Int64) -> Int {
        let today = today(entitlement.terms, at: now)
        var start = entitlement.terms.endDay.map { $0 + 1 } ?? .max
        if let cancelledAt = entitlement.cancelledAt {
            start = cancelledAt <= now ? today : min(start, self.today(entitlement.terms, at: cancelledAt))
        }
        return max(start, today)
    }

    private static func end(from start: Int, asLongAs first: Int, to last: Int) -> Int {
        var months = 1
        while NaiveCalendar.add(months, monthsTo: first) < last + 1 { months += 1 }
        let isWhole = NaiveCalendar.add(months, monthsTo: first) == last + 1
        return isWhole ? NaiveCalendar.add(months, monthsTo: start) - 1 : start + last - first
    }

    // Reading: a top-up is for a counted pool of what isn't over yet. Without a first day it counts since ever.
    mutating func topUp(
        _ id: String, _ position: Int, _ quantity: Int64, from: Int64? = nil, until: Int64? = nil, priority: Int = 0,
        now: Int64
    ) -> Outcome {
        advance(to: now)
        switch status(id, at: now) {
        case .waiting, .active, .suspended: break
        case .draft, .cancelled, .expired, .renewed: return .wrongState
        }
        guard known(id).terms.allocations[position].quantity != nil, now < until ?? .max else { return .invalid }
        entitlements[id]?.pools[position].add(.topUp, quantity, from: from, until: until, priority: priority)
        entitlements[id]?.write()
        return .done
    }
}
