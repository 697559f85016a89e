import EntitledCore
import EntitledService
import EntitledTestKit
import Testing

/// What time brings to an entitlement, looked at and taken from.
@Suite struct LifeConformanceTests {
    private static let e = EntitlementID(stored: "e")

    private static func isOpened(_ reply: Reply<CaseDecision>) -> Bool {
        if case .opened = reply.answer { true } else { false }
    }

    @Test("suspended, resumed, cancelled on a day to come, and over then", arguments: StoreKind.allCases)
    func lives(kind: StoreKind) async throws {
        let (clerk, clock) = try await kind.timed()
        try await clerk.customer("acme")
        try await clerk.entitlement("e", EntitlementTerms(for: "acme", cases: 9))
        _ = try await clerk.perform(SuspendEntitlement(id: Self.e, reason: "unpaid"))
        #expect(try await clerk.view("e").status == .suspended)
        #expect(try await !Self.isOpened(clerk.open("C-1", customer: "acme")))
        _ = try await clerk.perform(ResumeEntitlement(id: Self.e))
        #expect(try await Self.isOpened(clerk.open("C-2", customer: "acme")))
        let cancel = CancelEntitlement(id: Self.e, reason: "sold", on: clock.today.advanced(days: 5))
        let request = RequestID()
        let cancelled = try await clerk.perform(cancel, id: request).answer
        #expect(try await clerk.view("e").status == .active)
        try await clock.pass(days: 4)
        #expect(try await Self.isOpened(clerk.open("C-3", customer: "acme")))
        try await clock.pass(days: 1)
        #expect(try await clerk.view("e").status == .cancelled)
        guard case .refused(let refusal) = try await clerk.open("C-4", customer: "acme").answer else {
            Issue.record("a cancelled entitlement should cover nothing")
            return
        }
        #expect(refusal.candidates.map(\.mismatch) == [.cancelled])
        #expect(try await clerk.perform(cancel, id: request).answer == cancelled)
        #expect(try await clerk.view("e").balances[0].charged == 2)
        #expect(try await clerk.store.reconcile(clerk.tenant).differences == [])
    }

    @Test("a new period begins with the first case in it, with what rolls over", arguments: StoreKind.allCases)
    func periodsRoll(kind: StoreKind) async throws {
        let (clerk, clock) = try await kind.timed()
        try await clerk.customer("acme")
        let pool = AllocationTerms(
            kind: .incidentsPerPeriod(cases: 3, period: Period(10, .day)), rolloverMaximum: 2)
        try await clerk.entitlement("e", EntitlementTerms(for: "acme", [pool], from: clock.today.description))
        _ = try await clerk.open("C-1", customer: "acme")
        try await clock.pass(days: 12)
        // Seen at once, though nothing has recorded it.
        let seen = try await clerk.view("e")
        #expect(seen.entitlement.allocations[0].grants.map(\.origin) == [.purchase, .rollover, .purchase])
        #expect(seen.balances[0].available == 5)
        let lines = try await clerk.store.reconcile(clerk.tenant).journalLines

        let request = RequestID()
        let reply = try await clerk.open("C-2", customer: "acme", request: request)
        guard case .opened(let opening) = reply.answer else {
            Issue.record("the new period should cover it")
            return
        }
        #expect(opening.debits.map(\.available) == [4])
        #expect(opening.case.charges.map(\.grant) == [2])
        // The period's two lines stand before the case's, which alone bears the request.
        let page = try await clerk.store.list(ListJournal(), after: lines, of: clerk.tenant)
        #expect(page.items.map(\.entry.event) == [.periodStarted, .periodStarted, .caseOpened])
        #expect(page.items.map(\.request) == [nil, nil, request])
        #expect(page.items.map(\.entry.actor) == ["system", "system", "clerk"])
        #expect(reply.journalNumber == lines + 3)
        let again = try await clerk.open("C-2", customer: "acme", request: request)
        #expect(again.isRepeated && again.answer == reply.answer && again.journalNumber == reply.journalNumber)

        let stored = try await clerk.view("e")
        #expect(stored.entitlement.allocations[0].grants.map(\.charged) == [1, 1, 0])
        #expect(stored.entitlement.version == 2, "periods count no version")
        #expect(try await clerk.store.reconcile(clerk.tenant).differences == [])
        // Over two periods missed, and what is left of them.
        try await clock.pass(days: 30)
        #expect(try await clerk.view("e").balances[0].available == 5)
        _ = try await clerk.open("C-3", customer: "acme")
        #expect(try await clerk.view("e").balances[0].available == 4)
        #expect(try await clerk.store.reconcile(clerk.tenant).differences == [])
    }

    @Test("an amendment changes pools now, or when its time has come", arguments: StoreKind.allCases)
    func amendments(kind: StoreKind) async throws {
        let (clerk, clock) = try await kind.timed()
        try await clerk.customer("acme")
        try await clerk.entitlement("e", EntitlementTerms(for: "acme", cases: 2))
        let request = RequestID()
        let more = AmendEntitlement(
            id: Self.e,
            Amendment(
                channels: .set(to: try Scope([ChannelID("phone")])), allocations: [.init(name: "main", quantity: 6)]))
        let amended = try await clerk.perform(more, id: request)
        #expect(amended.answer.changes.map(\.difference) == [4])
        #expect(try await clerk.view("e").entitlement == amended.answer.entitlement)
        let less = Amendment(channels: .clear, quantity: 1, allocations: [.init(name: "main", quantity: 3)])
        let later = Instant(microseconds: clock.now.microseconds + 86_400_000_000)
        _ = try await clerk.perform(AmendEntitlement(id: Self.e, less, at: later))
        #expect(try await !Self.isOpened(clerk.open("C-1", customer: "acme", channel: "email")))
        #expect(try await clerk.view("e").balances[0].available == 6)
        try await clock.pass(days: 2)
        let seen = try await clerk.view("e")
        #expect(seen.balances[0].available == 3 && seen.entitlement.life.pending.isEmpty)
        #expect(try await Self.isOpened(clerk.open("C-2", customer: "acme", channel: "email")))
        let stored = try await clerk.view("e").entitlement
        #expect(stored.terms == seen.entitlement.terms && stored.life == seen.entitlement.life)
        #expect(stored.allocations[0].grants.map(\.quantity) == [2, 1])
        #expect(try await clerk.perform(more, id: request).answer == amended.answer)
        #expect(try await clerk.store.reconcile(clerk.tenant).differences == [])
    }

    @Test("an end that is arranged to come later keeps an entitlement live until then", arguments: StoreKind.allCases)
    func arrangedExtension(kind: StoreKind) async throws {
        let (clerk, clock) = try await kind.timed()
        try await clerk.customer("acme")
        let end = clock.today.advanced(days: 10)
        try await clerk.entitlement(
            "e", EntitlementTerms(for: "acme", cases: 2, until: end.description))
        let longer = Amendment(endDay: .set(to: end.advanced(days: 90)))
        let later = Instant(microseconds: clock.now.microseconds + 86_400_000_000)
        _ = try await clerk.perform(AmendEntitlement(id: Self.e, longer, at: later))
        try await clock.pass(days: 40)
        #expect(try await clerk.view("e").status == .active)
        #expect(try await Self.isOpened(clerk.open("C", customer: "acme")))
    }

    @Test("a renewal starts by itself and carries over what was left", arguments: StoreKind.allCases)
    func renewals(kind: StoreKind) async throws {
        let (clerk, clock) = try await kind.timed()
        try await clerk.customer("acme")
        let pool = AllocationTerms(kind: .perIncident(cases: 5), carryMaximum: 3)
        try await clerk.entitlement(
            "e", EntitlementTerms(for: "acme", [pool], until: clock.today.advanced(days: 9).description))
        let renew = RenewEntitlement(id: Self.e, successor: try EntitlementID("next"))
        let request = RequestID()
        let renewed = try await clerk.perform(renew, id: request).answer
        #expect(renewed.life.predecessor == Self.e && renewed.life.carriesFrom == Self.e)
        #expect(try await clerk.view("e").entitlement.life.successor == renewed.id)
        #expect(try await clerk.view("next").status == .waiting)
        // Only this case is left to be taken from the old one.
        _ = try await clerk.open("C-1", customer: "acme")
        try await clock.pass(days: 20)
        #expect(try await clerk.view("e").status == .renewed)
        // Nobody names the predecessor: the store brings it.
        #expect(try await clerk.view("next").balances[0].available == 8)
        let listed = try await clerk.store.list(ListEntitlements(), of: clerk.tenant)
        #expect(listed.items.map(\.balances[0].available) == [4, 8])
        #expect(try await Self.isOpened(clerk.open("C-2", customer: "acme")))
        let stored = try await clerk.view("next")
        #expect(stored.balances[0].available == 7 && stored.entitlement.life.carriesFrom == nil)
        #expect(stored.entitlement.allocations[0].grants.map(\.origin) == [.purchase, .carried])
        #expect(try await clerk.perform(renew, id: request).answer == renewed)
        #expect(try await clerk.store.reconcile(clerk.tenant).differences == [])
    }

    @Test("a change that names only the renewal carries over first", arguments: StoreKind.allCases)
    func renewalByName(kind: StoreKind) async throws {
        let (clerk, clock) = try await kind.timed()
        try await clerk.customer("acme")
        let pool = AllocationTerms(kind: .perIncident(cases: 5), carryMaximum: 3)
        try await clerk.entitlement(
            "e", EntitlementTerms(for: "acme", [pool], until: clock.today.advanced(days: 9).description))
        let next = try await clerk.perform(RenewEntitlement(id: Self.e, successor: try EntitlementID("next"))).answer
        try await clock.pass(days: 20)
        _ = try await clerk.perform(SuspendEntitlement(id: next.id, reason: "unpaid"))
        let stored = try await clerk.view("next").entitlement
        #expect(stored.life.carriesFrom == nil)
        #expect(stored.allocations[0].grants.map(\.origin) == [.purchase, .carried])
    }

    @Test("a default entitlement is brought unlocked, and locked once it decides", arguments: StoreKind.allCases)
    func defaults(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("owner")
        try await clerk.customer("acme")
        try await clerk.customer("child", under: "acme")
        try await clerk.entitlement("of tenant", EntitlementTerms(for: "owner", cases: 1))
        try await clerk.entitlement("of acme", EntitlementTerms(for: "owner", cases: 1))
        try await clerk.perform(UpdateSettings(Settings(defaultEntitlement: try EntitlementID("of tenant"))))
        var acme = try await clerk.ask(GetCustomer(id: CustomerID("acme")))
        acme.defaultEntitlement = try EntitlementID("of acme")
        try await clerk.perform(UpdateRecord(acme))
        for (customer, expected) in [("child", "of acme"), ("owner", "of tenant")] {
            if customer == "owner" { try await cancelOwn(clerk) }
            let open = OpenCase(id: try CaseID("C of \(customer)"), try Inquiry(customer))
            guard case .covered(let coverage) = try await clerk.ask(CheckCase(Inquiry(customer))) else {
                Issue.record("the default should be seen to cover \(customer)")
                return
            }
            #expect(coverage.entitlement.text == expected)
            let missing = try await unlocked(open, clerk)
            #expect(missing?.map(\.text) == (customer == "child" ? [expected] : nil))
            let reply = try await clerk.perform(open)
            guard case .opened(let opening) = reply.answer else {
                Issue.record("the default should cover \(customer): \(reply.answer)")
                return
            }
            #expect(opening.case.entitlement.text == expected)
        }
        #expect(try await clerk.store.reconcile(clerk.tenant).differences == [])
    }

    /// The owner's own entitlements would cover its cases by themselves.
    private func cancelOwn(_ clerk: Clerk) async throws {
        _ = try await clerk.perform(CancelEntitlement(id: EntitlementID("of acme"), reason: "used"))
    }

    /// What a decision finds missing when nothing is named; nil if it can be decided.
    private func unlocked(_ command: OpenCase, _ clerk: Clerk) async throws -> Set<EntitlementID>? {
        var needs = Needs()
        command.add(to: &needs)
        let probe = try await clerk.store.transact(clerk.tenant, needs) { facts in
            var copy = facts
            let envelope = Envelope(request: RequestID(), command: command, actor: "a")
            return Result { _ = try copy.perform(command, envelope) }
        }
        do {
            try probe.value.get()
            return nil
        } catch let missing as UnlockedFacts {
            return missing.entitlements
        }
    }

    @Test("the calendar says what is out of hours, without being asked for", arguments: StoreKind.allCases)
    func calendars(kind: StoreKind) async throws {
        let clerk = try await kind.clerk()
        try await clerk.customer("acme")
        try await clerk.calendar("never")
        try await clerk.calendar("always", hours: WeeklyHours.always)
        for calendar in ["never", "always"] {
            var terms = try EntitlementTerms(
                for: "acme", cases: 10, channels: calendar == "never" ? ["phone"] : ["email"])
            terms.service.calendar = try CalendarID(calendar)
            terms.service.allocations[0].weights = Weights(outOfHours: try Factor(thousandths: 3_000))
            try await clerk.entitlement(calendar, terms)
        }
        for (channel, cost) in [("phone", Int64(3)), ("email", 1)] {
            guard case .opened(let opening) = try await clerk.open(channel, customer: "acme", channel: channel).answer
            else {
                Issue.record("\(channel) should be covered")
                return
            }
            #expect(opening.debits.map(\.amount) == [cost])
        }
    }
}
