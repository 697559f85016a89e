import EntitledCore
import Testing

/// A successor on the same terms: RULES.md, section 3, "Renew".
@Suite struct RenewalTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let start: CalendarDay
        let end: CalendarDay
        let at: Instant
        let newStart: CalendarDay
        let newEnd: CalendarDay

        init(
            _ description: String, _ start: CalendarDay, _ end: CalendarDay, at instant: Instant,
            _ newStart: CalendarDay, _ newEnd: CalendarDay
        ) {
            testDescription = description
            self.start = start
            self.end = end
            at = instant
            self.newStart = newStart
            self.newEnd = newEnd
        }
    }

    static let rows = [
        Row("a year stays a year", "2026-01-01", "2026-12-31", at: "2026-06-15T00:00Z", "2027-01-01", "2027-12-31"),
        Row("through a leap year", "2027-03-01", "2028-02-29", at: "2027-06-15T00:00Z", "2028-03-01", "2029-02-28"),
        Row("whole months", "2026-01-15", "2026-04-14", at: "2026-02-01T00:00Z", "2026-04-15", "2026-07-14"),
        Row("one month from the 31st", "2026-01-31", "2026-02-27", at: "2026-02-01T00:00Z", "2026-02-28", "2026-03-27"),
        Row(
            "other terms keep their days", "2026-01-01", "2026-01-30", at: "2026-01-15T00:00Z", "2026-01-31",
            "2026-03-01"),
        Row("one day", "2026-01-15", "2026-01-15", at: "2026-01-15T00:00Z", "2026-01-16", "2026-01-16"),
        Row("before its start", "2026-07-01", "2026-12-31", at: "2026-06-15T00:00Z", "2027-01-01", "2027-06-30"),
        Row(
            "the day after the end", "2025-07-01", "2026-06-14", at: "2026-06-15T23:59Z", "2026-06-15", "2027-05-29"),
        Row(
            "from today, if the end has passed", "2025-01-01", "2025-12-31", at: "2026-06-15T00:00Z", "2026-06-15",
            "2027-06-14"),
    ]

    @Test("it starts on the day after the end; whole months stay whole months, others keep their days", arguments: rows)
    func dates(row: Row) throws {
        var world = World(at: row.at)
        try world.sell("e", EntitlementTerms(from: row.start, to: row.end) { $0.renewalDay = row.end })
        let successor = try world.perform(RenewEntitlement(id: "e", successor: "f"))
        #expect(successor.terms.startDay == row.newStart)
        #expect(successor.terms.endDay == row.newEnd)
        #expect(successor.terms.effectiveRenewalDay == row.newEnd.advanced(days: 1))
        #expect(successor.life.predecessor == "e")
        #expect(try world.view().entitlement.life.successor == "f")
        #expect(try world.status("f") == (row.newStart > Zone.utc.day(at: row.at) ? .waiting : .active))
    }

    @Test("today is the entitlement's day")
    func today() throws {
        var world = World(at: "2026-06-15T22:30Z")
        try world.sell("e", EntitlementTerms(from: "2025-01-01", to: "2025-12-31", in: "Europe/Berlin"))
        #expect(try world.perform(RenewEntitlement(id: "e", successor: "f")).terms.startDay == "2026-06-16")
    }

    @Test("when the successor starts, the old one is renewed; before, it is what it was")
    func renewed() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-06-30"))
        try world.perform(RenewEntitlement(id: "e", successor: "f"))
        #expect(try world.status() == .active)
        world.move(to: "2026-06-30T23:59:59.999999Z")
        #expect(try world.open().taker == "e")
        world.move(to: "2026-07-01T00:00Z")
        #expect(try world.status() == .renewed)
        #expect(try world.open().taker == "f")
    }

    @Test("an expired one is expired until the successor starts, then renewed; a cancelled one stays cancelled")
    func late() throws {
        var world = World(at: "2026-08-15T12:00Z")
        try world.sell("e", EntitlementTerms(to: "2026-06-30"))
        try world.sell("c", EntitlementTerms(to: "2026-12-31"))
        try world.perform(CancelEntitlement(id: "c", reason: "sold"))
        #expect(try world.status() == .expired)
        try world.perform(RenewEntitlement(id: "e", successor: "f"))
        let successor = try world.perform(RenewEntitlement(id: "c", successor: "d"))
        #expect(successor.terms.startDay == "2026-08-15")
        #expect(try world.status() == .renewed)
        #expect(try world.status("c") == .cancelled)
    }

    @Test("one that is to be cancelled is renewed from that day")
    func cancelledLater() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-12-31"))
        try world.perform(CancelEntitlement(id: "e", reason: "sold", on: "2026-08-01"))
        let successor = try world.perform(RenewEntitlement(id: "e", successor: "f"))
        #expect(successor.terms.startDay == "2026-08-01")
        #expect(successor.terms.endDay == "2027-07-31")
    }

    @Test("without an end there is nothing to renew, unless it is cancelled; then the successor is open-ended")
    func openEnd() throws {
        var world = World()
        try world.sell("e", EntitlementTerms())
        #expect(reason { try world.perform(RenewEntitlement(id: "e", successor: "f")) } == "wrong_state id")
        try world.perform(CancelEntitlement(id: "e", reason: "sold"))
        #expect(try world.perform(RenewEntitlement(id: "e", successor: "f")).terms.endDay == nil)
    }

    @Test("quantities are those sold now: amended ones yes, top-ups no")
    func quantities() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.cases(10, each: Period(1, .month))], to: "2026-12-31"))
        try world.perform(AddGrant(entitlement: "e", quantity: 500))
        try world.perform(
            AmendEntitlement(id: "e", Amendment(quantity: 2, allocations: [.init(name: "main", quantity: 20)])))
        try world.perform(RenewEntitlement(id: "e", successor: "f"))
        world.move(to: "2027-01-01T00:00Z")
        #expect(try world.grants("f").map(\.quantity) == [40])
    }

    @Test("repeated, it answers with the same successor, whatever id is asked for, unless that was cancelled")
    func repeated() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-12-31"))
        #expect(try world.perform(RenewEntitlement(id: "e", successor: "f")).id == "f")
        #expect(try world.perform(RenewEntitlement(id: "e", successor: "g")).id == "f")
        try world.perform(CancelEntitlement(id: "f", reason: "sold"))
        #expect(reason { try world.perform(RenewEntitlement(id: "e", successor: "f")) } == "already_exists successor")
        #expect(try world.perform(RenewEntitlement(id: "e", successor: "g")).id == "g")
        #expect(try world.view().entitlement.life.successor == "g")
    }

    @Test("as a draft it waits to be activated; until it is, the old one isn't renewed")
    func draft() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-06-30"))
        let draft = try world.perform(RenewEntitlement(id: "e", successor: "f", asDraft: true))
        #expect((draft.state, draft.allocations[0].grants) == (.draft, []))
        #expect(try world.perform(RenewEntitlement(id: "e", successor: "g")).id == "f")
        world.move(to: "2026-07-10T00:00Z")
        #expect(try world.status() == .expired)
        try world.perform(ActivateEntitlement(id: "f"))
        #expect(try world.status() == .renewed)
        #expect(try world.status("f") == .active)
    }

    @Test("a draft successor that is deleted leaves no trace: another renewal is possible")
    func deletedDraft() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-06-30"))
        try world.perform(RenewEntitlement(id: "e", successor: "f", asDraft: true))
        try world.perform(DeleteEntitlement(id: "f"))
        #expect(try world.view().entitlement.life.successor == nil)
        #expect(try world.perform(RenewEntitlement(id: "e", successor: "f")).id == "f")
    }

    @Test("a successor cancelled before its start never renews the old one")
    func cancelledSuccessor() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-06-30"))
        try world.perform(RenewEntitlement(id: "e", successor: "f"))
        try world.perform(CancelEntitlement(id: "f", reason: "sold"))
        world.move(to: "2026-07-01T00:00Z")
        #expect(try world.status() == .expired)
    }

    @Test("a successor that was in force keeps the old one renewed, whatever becomes of a second one")
    func secondSuccessor() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-06-30"))
        try world.perform(RenewEntitlement(id: "e", successor: "f"))
        world.move(to: "2026-07-10T00:00Z")
        try world.perform(CancelEntitlement(id: "f", reason: "sold"))
        try world.perform(RenewEntitlement(id: "e", successor: "g", asDraft: true))
        try world.perform(UpdateEntitlement(id: "g", terms: EntitlementTerms(from: "2026-09-01")))
        try world.perform(ActivateEntitlement(id: "g"))
        try world.perform(CancelEntitlement(id: "g", reason: "sold"))
        #expect(try world.status() == .renewed)
    }

    @Test("a successor whose start is moved renews the old one at the new start")
    func movedStart() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-06-30"))
        try world.perform(RenewEntitlement(id: "e", successor: "f"))
        try world.perform(AmendEntitlement(id: "f", Amendment(startDay: "2026-07-10")))
        world.move(to: "2026-07-09T23:59:59Z")
        #expect(try world.status() == .expired)
        var later = world
        later.move(to: "2026-07-10T00:00Z")
        #expect(try later.status() == .renewed)
        try world.perform(CancelEntitlement(id: "f", reason: "sold"))
        world.move(to: "2026-07-10T00:00Z")
        #expect(try world.status() == .expired)
    }

    @Test("a successor never begins before the end of what it renews")
    func noOverlap() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-06-30"))
        try world.perform(RenewEntitlement(id: "e", successor: "f"))
        #expect(
            reason { try world.perform(AmendEntitlement(id: "f", Amendment(startDay: "2026-06-30"))) }
                == "invalid_field amendment.start_day")
        try world.perform(AmendEntitlement(id: "f", Amendment(startDay: "2026-07-01", quantity: 2)))

        try world.sell("g", EntitlementTerms(to: "2026-06-30"))
        try world.perform(RenewEntitlement(id: "g", successor: "h", asDraft: true))
        let early = EntitlementTerms(from: "2026-06-30")
        #expect(
            reason { try world.perform(UpdateEntitlement(id: "h", terms: early)) } == "invalid_field terms.start_day")
        // The end that was moved after the draft was written counts.
        try world.perform(AmendEntitlement(id: "g", Amendment(endDay: .set(to: "2026-07-31"))))
        #expect(reason { try world.perform(ActivateEntitlement(id: "h")) } == "invalid_field id")
    }

    @Test("what is renewed from its cancellation on can be cancelled sooner, not later")
    func cancellationStands() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-12-31"))
        try world.perform(CancelEntitlement(id: "e", reason: "sold", on: "2026-08-01"))
        try world.perform(RenewEntitlement(id: "e", successor: "f"))
        #expect(
            reason { try world.perform(CancelEntitlement(id: "e", reason: "sold", on: "2026-09-01")) }
                == "wrong_state day")
        try world.perform(CancelEntitlement(id: "e", reason: "sold", on: "2026-07-01"))
        #expect(try world.view().entitlement.life.cancelledAt == "2026-07-01T00:00Z")
    }

    @Test(
        "what is carried is min(carry maximum, available) of the pool of the same name, and stays for the whole term",
        arguments: [(0, 3, 0), (5, 3, 5), (7, 3, 7), (99, 3, 7), (99, 10, 0)] as [(Int64, Int, Int64)])
    func carries(maximum: Int64, used: Int, carried: Int64) throws {
        var world = World(at: "2026-12-31T12:00Z")
        try world.sell("e", EntitlementTerms([.cases(10, carry: maximum), .cases(10, "other")], to: "2026-12-31"))
        try world.open(used)
        try world.perform(RenewEntitlement(id: "e", successor: "f"))
        #expect(try world.available("f") == 10)
        world.move(to: "2027-01-01T00:00Z")
        #expect(try world.available("f") == 10 + carried)
        #expect(try world.available("f", "other") == 10)
        let grant = try world.grants("f").first { $0.origin == .carried }
        #expect(grant?.quantity ?? 0 == carried)
        if let grant { #expect((grant.from, grant.until) == ("2027-01-01T00:00Z", nil)) }
    }

    @Test("what is used after the renewal, but before the end, isn't carried; nor is what is used after it, again")
    func carriesLate() throws {
        var world = World()
        let pool = AllocationTerms.cases(10, each: Period(1, .month), rollover: 99, carry: 99)
        try world.sell("e", EntitlementTerms([pool], to: "2026-08-31"))
        try world.perform(RenewEntitlement(id: "e", successor: "f"))
        try world.open(4)
        // Nothing is decided in July and August: 6 + 10 + 10 are left at the end.
        world.move(to: "2026-09-20T00:00Z")
        #expect(try world.available("f") == 36)
        try world.open()
        #expect(try world.available("f") == 35)
        world.move(to: "2026-10-20T00:00Z")
        #expect(try world.available("f") == 26 + 10 + 9)
        #expect(world.journal.count { $0.event == .grantCarried } == 1)
        #expect(world.journal.first { $0.event == .grantCarried }?.occurredAt == "2026-09-01T00:00Z")
    }

    @Test("carried from one to the next, though nothing was decided about the one between")
    func carriesThroughTwo() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.cases(10, carry: 99)], from: "2026-06-01", to: "2026-06-30"))
        try world.perform(RenewEntitlement(id: "e", successor: "f"))
        try world.perform(RenewEntitlement(id: "f", successor: "g"))
        world.move(to: "2026-08-01T00:00Z")
        #expect(try world.available("g") == 30)
        try world.open()
        #expect(try world.available("g") == 29)
    }

    @Test("what a draft successor carries is what it says when it is activated")
    func carriesAsAmended() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-06-30"))
        try world.perform(RenewEntitlement(id: "e", successor: "f", asDraft: true))
        let terms = EntitlementTerms([.cases(10, carry: 5)], from: "2026-07-01")
        try world.perform(UpdateEntitlement(id: "f", terms: terms))
        try world.perform(ActivateEntitlement(id: "f"))
        world.move(to: "2026-07-01T00:00Z")
        #expect(try world.available("f") == 15)
    }

    @Test("nothing is carried from one that was cancelled before its start")
    func carriesNothing() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.cases(10, carry: 99)], from: "2026-07-01", to: "2026-07-31"))
        try world.perform(CancelEntitlement(id: "e", reason: "sold"))
        try world.perform(RenewEntitlement(id: "e", successor: "f"))
        #expect(try world.available("f") == 10)
    }

    @Test("once it is renewed its end stays; and one whose end is to change isn't renewed before that")
    func endDay() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-12-31"))
        try world.sell("f", EntitlementTerms(to: "2026-12-31"))
        try world.perform(RenewEntitlement(id: "e", successor: "e2"))
        let longer = Amendment(endDay: .set(to: "2027-12-31"))
        #expect(reason { try world.perform(AmendEntitlement(id: "e", longer)) } == "wrong_state amendment.end_day")
        try world.perform(AmendEntitlement(id: "f", longer, at: "2026-07-01T00:00Z"))
        #expect(reason { try world.perform(RenewEntitlement(id: "f", successor: "f2")) } == "wrong_state id")
        world.move(to: "2026-07-01T00:00Z")
        #expect(try world.perform(RenewEntitlement(id: "f", successor: "f2")).terms.startDay == "2028-01-01")
    }

    @Test("a successor that would end after the last day is refused")
    func tooLate() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2999-12-31"))
        #expect(
            reason { try world.perform(RenewEntitlement(id: "e", successor: "f")) } == "invalid_field terms.start_day")
    }
}
