import EntitledCore
import Testing

/// One tenant, whose clock a test sets: accounts world > europe > acme with the contacts anna and ben, and the stranger
/// beside them; products suite > lasers > laser-x and, apart, the mouse; the assets SN-1 (a laser-x) and SN-2 (a
/// mouse); the calendar office (Monday to Friday, 9 to 17, in Berlin, but not on Christmas); the service level gold.
///
/// Each call is a batch of its own. It is sent twice, and must be answered the same way; after it every balance must be
/// the sum of its postings.
struct World {
    private(set) var facts: WorkingSet
    private(set) var journal: [JournalEntry] = []

    init(at now: Instant = "2026-06-15T12:00Z", zone: Zone = .utc, settings: Settings = Settings()) {
        var catalogue = Catalogue()
        for (id, parent) in [("world", nil), ("europe", "world"), ("acme", "europe"), ("stranger", nil)] {
            catalogue.insert(
                Customer(
                    id: CustomerID(stringLiteral: id), kind: .account,
                    parent: parent.map(CustomerID.init(stringLiteral:)), version: 1))
        }
        for id: CustomerID in ["anna", "ben"] {
            catalogue.insert(Customer(id: id, kind: .contact, parent: "acme", version: 1))
        }
        for (id, family) in [("suite", nil), ("lasers", "suite"), ("laser-x", "lasers"), ("mouse", nil)] {
            catalogue.insert(
                Product(
                    id: ProductID(stringLiteral: id), family: family.map(ProductID.init(stringLiteral:)), version: 1))
        }
        catalogue.insert(Asset(id: "SN-1", product: "laser-x", version: 1))
        catalogue.insert(Asset(id: "SN-2", product: "mouse", version: 1))
        catalogue.insert(BusinessCalendar.office)
        catalogue.insert(ServiceLevel(id: "gold", targets: [.init(name: "resolution", seconds: 3_600)], version: 1))
        facts = WorkingSet(now: now, zone: zone, settings: settings, catalogue: catalogue)
    }

    /// Sets the clock.
    mutating func move(to now: Instant) {
        facts = batch(at: now, locked: [])
    }

    /// Sends a command, twice.
    @discardableResult
    mutating func perform<C: DecidableCommand>(_ command: C) throws -> C.Answer {
        try command.validate()
        let envelope = Envelope(request: RequestID(), command: command, actor: "tester")
        var needs = Needs()
        command.add(to: &needs)
        var locked = needs.entitlements
        if !needs.candidates.isEmpty { locked.formUnion(facts.entitlements.ids) }
        for _ in 0..<3 {
            facts = batch(locked: locked)
            do {
                let outcome = try facts.perform(command, envelope)
                if outcome.position != nil {
                    let again = try facts.perform(command, envelope)
                    #expect(again.isRepeated)
                    #expect(again.answer == outcome.answer, "the answer must be the same, sent again")
                }
                journal += facts.changes.entries
                audit()
                return outcome.answer
            } catch let unlocked as UnlockedFacts {
                locked.formUnion(unlocked.entitlements)
            } catch {
                #expect(facts.changes.isEmpty, "an error must change nothing")
                throw error
            }
        }
        preconditionFailure("\(C.method) never has the locks that it wants")
    }

    /// What a batch finds that holds these entitlements.
    /// - Parameter now: its clock; nil is the world's.
    func batch(at now: Instant? = nil, locked: Set<EntitlementID>) -> WorkingSet {
        WorkingSet(
            now: now ?? facts.now, zone: facts.zone, settings: facts.settings, catalogue: facts.catalogue,
            channels: facts.channels.map(Channel.init), entitlements: Array(facts.entitlements.all), locked: locked,
            cases: facts.cases)
    }

    /// Every balance is the sum of its postings, and nothing is used that wasn't there.
    private func audit() {
        var sums: [String: (granted: Int64, charged: Int64, held: Int64)] = [:]
        for entry in journal {
            for posting in entry.postings {
                let key = "\(entry.entitlement?.text ?? "") \(posting.allocation) \(posting.grant)"
                let sum = sums[key] ?? (0, 0, 0)
                sums[key] = (sum.granted + posting.granted, sum.charged + posting.charged, sum.held + posting.held)
            }
        }
        for entitlement in facts.entitlements.all {
            for allocation in entitlement.allocations {
                for grant in allocation.grants {
                    let key = "\(entitlement.id) \(allocation.name) \(grant.number)"
                    let sum = sums[key] ?? (0, 0, 0)
                    #expect(sum == (grant.quantity ?? 0, grant.charged, grant.held), "\(key) is the journal's sum")
                    let isWithin = grant.origin == .overage || grant.available ?? 0 >= 0
                    #expect(grant.charged >= 0 && grant.held >= 0 && isWithin, "\(key) is in bounds")
                }
            }
        }
    }
}

// MARK: - What tests do and look at

extension World {
    /// Writes an entitlement down and puts it into force.
    @discardableResult
    mutating func sell(_ id: EntitlementID, _ terms: EntitlementTerms) throws -> Entitlement {
        try perform(AddEntitlement(id: id, terms: terms))
        return try perform(ActivateEntitlement(id: id))
    }

    /// Opens cases with new ids.
    /// - Returns: what was decided of the last one.
    @discardableResult
    mutating func open(_ count: Int = 1, _ inquiry: Inquiry = Inquiry(customer: "acme")) throws -> CaseDecision {
        for _ in 1..<count { try openOne(inquiry) }
        return try openOne(inquiry)
    }

    @discardableResult
    private mutating func openOne(_ inquiry: Inquiry) throws -> CaseDecision {
        try perform(OpenCase(id: CaseID(stringLiteral: "C-\(journal.count)"), inquiry))
    }

    func view(_ id: EntitlementID = "e") throws -> EntitlementView {
        try GetEntitlement(id: id).answer(from: facts)
    }

    func status(_ id: EntitlementID = "e") throws -> EntitlementStatus {
        try view(id).status
    }

    func balance(_ id: EntitlementID = "e", _ allocation: String = "main") throws -> Balance {
        try #require(try view(id).entitlement.allocations.first { $0.name == allocation }).balance(at: facts.now)
    }

    func available(_ id: EntitlementID = "e", _ allocation: String = "main") throws -> Int64? {
        try balance(id, allocation).available
    }

    func grants(_ id: EntitlementID = "e", _ allocation: String = "main") throws -> [Grant] {
        try #require(try view(id).entitlement.allocations.first { $0.name == allocation }).grants
    }

    /// The one that covers, with all candidates; nil if none does.
    func coverage(of inquiry: Inquiry, at instant: Instant? = nil, explains: Bool = false) throws -> Coverage? {
        switch try CheckCase(inquiry, at: instant, explains: explains).answer(from: facts) {
        case .covered(let coverage): coverage
        case .refused: nil
        }
    }

    /// Why nothing covers; nil if something does.
    func refusal(of inquiry: Inquiry, at instant: Instant? = nil, explains: Bool = false) throws -> Refusal? {
        switch try CheckCase(inquiry, at: instant, explains: explains).answer(from: facts) {
        case .covered: nil
        case .refused(let refusal): refusal
        }
    }
}

extension BusinessCalendar {
    static let office = BusinessCalendar(
        id: "office", timeZone: "Europe/Berlin",
        hours: (1...5).map { WeeklyHours(weekday: $0, fromMinute: 540, toMinute: 1_020) }, holidays: ["2026-12-25"],
        version: 1)
}

extension EntitlementTerms {
    /// Acme's, from the beginning of 2026, unless a test says otherwise.
    init(
        _ allocations: [AllocationTerms] = [.cases(10)], for customer: CustomerID = "acme",
        from startDay: CalendarDay = "2026-01-01", to endDay: CalendarDay? = nil, in zone: Zone? = nil,
        _ edit: (inout EntitlementTerms) -> Void = { _ in }
    ) {
        self.init(
            customer: customer, startDay: startDay, endDay: endDay, timeZone: zone,
            service: ServiceTerms(allocations: allocations))
        edit(&self)
    }
}

extension AllocationTerms {
    static func cases(_ cases: Int64, _ name: String = "main", carry: Int64 = 0) -> AllocationTerms {
        AllocationTerms(name: name, kind: .perIncident(cases: cases), carryMaximum: carry)
    }

    static func cases(
        _ cases: Int64, each period: Period, rollover: Int64 = 0, carry: Int64 = 0, _ name: String = "main"
    ) -> AllocationTerms {
        AllocationTerms(
            name: name, kind: .incidentsPerPeriod(cases: cases, period: period), rolloverMaximum: rollover,
            carryMaximum: carry)
    }

    static func seconds(
        _ seconds: Int64, each period: Period? = nil, hold: Int64 = 0, _ name: String = "main"
    ) -> AllocationTerms {
        AllocationTerms(name: name, kind: .hoursPerPeriod(seconds: seconds, period: period), holdSeconds: hold)
    }

    static func unlimited(_ unit: AllocationUnit = .case, _ name: String = "main") -> AllocationTerms {
        AllocationTerms(name: name, kind: .unlimited(unit: unit))
    }

    func with(_ edit: (inout AllocationTerms) -> Void) -> AllocationTerms {
        var terms = self
        edit(&terms)
        return terms
    }
}

extension Inquiry {
    /// About a case of the given facts; by the account itself, unless a test says otherwise.
    init(
        _ customer: CustomerID = "acme", _ product: ProductID? = nil, asset: AssetID? = nil,
        channel: ChannelID? = nil, priority: CasePriority? = nil, entitlement: EntitlementID? = nil
    ) {
        self.init(
            customer: customer, product: product, asset: asset, channel: channel, priority: priority,
            entitlement: entitlement)
    }
}

extension CaseDecision {
    /// The entitlement that took it; nil if it was refused.
    var taker: EntitlementID? {
        switch self {
        case .opened(let opening): opening.case.entitlement
        case .refused: nil
        case .exists(let found): found.entitlement
        }
    }

    var charges: [Charge] {
        switch self {
        case .opened(let opening): opening.case.charges
        case .refused: []
        case .exists(let found): found.charges
        }
    }
}

/// What a call is refused for.
func reason(_ call: () throws -> Void) -> String? {
    do {
        try call()
        return nil
    } catch let error as EntitledError {
        return [error.reason.name, error.details["field"]].compactMap(\.self).joined(separator: " ")
    } catch {
        return "\(error)"
    }
}
