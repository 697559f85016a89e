import EntitledCore
import Testing

/// What an entitlement is, and what may be done with it then: RULES.md, section 3.
@Suite struct LifecycleTests {
    @Test(
        "the status follows from the dates, whether or not any job has run",
        arguments: [
            ("2026-06-30T21:59:59.999999Z", .waiting), ("2026-06-30T22:00Z", .active),
            ("2026-07-31T21:59:59.999999Z", .active), ("2026-07-31T22:00Z", .expired), ("2030-01-01T00:00Z", .expired),
        ] as [(Instant, EntitlementStatus)])
    func dates(at instant: Instant, status: EntitlementStatus) throws {
        var world = World()
        try world.sell("e", EntitlementTerms(from: "2026-07-01", to: "2026-07-31", in: "Europe/Berlin"))
        world.move(to: instant)
        #expect(try world.status() == status)
    }

    @Test("start = end is one day of cover, in a zone where it begins at one o'clock too")
    func oneDay() throws {
        var world = World(at: "2018-11-01T00:00Z")
        try world.sell("e", EntitlementTerms(from: "2018-11-04", to: "2018-11-04", in: "America/Sao_Paulo"))
        for (instant, status): (Instant, EntitlementStatus) in [
            ("2018-11-04T02:59:59Z", .waiting), ("2018-11-04T03:00Z", .active), ("2018-11-05T01:59:59Z", .active),
            ("2018-11-05T02:00Z", .expired),
        ] {
            world.move(to: instant)
            #expect(try world.status() == status, "\(instant)")
        }
    }

    @Test("an open end is never reached; a dates-only entitlement is an ordinary one")
    func openEnd() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.unlimited()]))
        world.move(to: "2999-01-01T00:00Z")
        #expect(try world.status() == .active)
        #expect(try world.open().taker == "e")
    }

    enum State: String, CaseIterable, Sendable {
        case draft, cancelledDraft, waiting, active, suspended, expired, cancelled, cancelledLater, renewed

        /// A world in which the entitlement `e` is in that state.
        func world() throws -> World {
            var world = World()
            let start: CalendarDay = self == .waiting ? "2026-07-01" : "2026-01-01"
            let hasEnd = self == .expired || self == .renewed
            let end: CalendarDay = hasEnd ? "2026-06-30" : "2026-12-31"
            try world.perform(AddEntitlement(id: "e", terms: EntitlementTerms(from: start, to: end)))
            if self != .draft && self != .cancelledDraft { try world.perform(ActivateEntitlement(id: "e")) }
            switch self {
            case .draft, .waiting, .active: break
            case .cancelled, .cancelledDraft: try world.perform(CancelEntitlement(id: "e", reason: "sold"))
            case .cancelledLater: try world.perform(CancelEntitlement(id: "e", reason: "sold", on: "2026-06-20"))
            case .suspended: try world.perform(SuspendEntitlement(id: "e", reason: "unpaid"))
            case .expired: world.move(to: "2026-07-01T00:00Z")
            case .renewed:
                try world.perform(RenewEntitlement(id: "e", successor: "f"))
                world.move(to: "2026-07-01T00:00Z")
            }
            return world
        }

        var status: EntitlementStatus {
            switch self {
            case .draft: .draft
            case .waiting: .waiting
            case .active, .cancelledLater: .active
            case .suspended: .suspended
            case .expired: .expired
            case .cancelled, .cancelledDraft: .cancelled
            case .renewed: .renewed
            }
        }
    }

    enum Step: String, CaseIterable, Sendable {
        case update, activate, suspend, resume, cancel, amend, delete, renew, topUp

        func perform(in world: inout World) throws {
            switch self {
            case .update: try world.perform(UpdateEntitlement(id: "e", terms: EntitlementTerms([.cases(3)])))
            case .activate: try world.perform(ActivateEntitlement(id: "e"))
            case .suspend: try world.perform(SuspendEntitlement(id: "e", reason: "unpaid"))
            case .resume: try world.perform(ResumeEntitlement(id: "e"))
            case .cancel: try world.perform(CancelEntitlement(id: "e", reason: "sold"))
            case .amend: try world.perform(AmendEntitlement(id: "e", Amendment(quantity: 2)))
            case .delete: try world.perform(DeleteEntitlement(id: "e"))
            case .renew: try world.perform(RenewEntitlement(id: "e", successor: "f"))
            case .topUp: try world.perform(AddGrant(entitlement: "e", quantity: 1))
            }
        }

        /// In which states it is allowed.
        var allowed: [State] {
            switch self {
            case .update, .activate: [.draft]
            case .suspend: [.active, .cancelledLater]
            case .resume: [.suspended]
            case .cancel: [.draft, .waiting, .active, .suspended, .cancelledLater]
            case .amend: [.waiting, .active, .cancelledLater]
            case .delete: [.draft, .cancelledDraft]
            case .renew: [.waiting, .active, .suspended, .expired, .cancelled, .cancelledLater, .renewed]
            case .topUp: [.waiting, .active, .suspended, .cancelledLater]
            }
        }
    }

    @Test("each step is allowed in its states, and refused in all others", arguments: State.allCases, Step.allCases)
    func transition(state: State, step: Step) throws {
        var world = try state.world()
        #expect(try world.status() == state.status)
        let refusal = reason { try step.perform(in: &world) }
        #expect(refusal == (step.allowed.contains(state) ? nil : "wrong_state id"))
    }

    @Test("suspended, new cases fail; resumed, it covers again; what was in between stays known")
    func suspension() throws {
        var world = World()
        try world.sell("e", EntitlementTerms())
        try world.perform(SuspendEntitlement(id: "e", reason: "unpaid"))
        #expect(try world.refusal(of: Inquiry("acme"))?.candidates.map(\.mismatch) == [.suspended])
        world.move(to: "2026-06-20T00:00Z")
        try world.perform(ResumeEntitlement(id: "e"))
        #expect(try world.open().taker == "e")
        #expect(try world.coverage(of: Inquiry("acme"), at: "2026-06-19T23:59:59.999999Z") == nil)
        #expect(try world.coverage(of: Inquiry("acme"), at: "2026-06-20T00:00Z") != nil)
        #expect(try world.coverage(of: Inquiry("acme"), at: "2026-06-15T11:59:59Z") != nil)
    }

    @Test("suspended while its cover ends, it has expired")
    func suspendedToTheEnd() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-06-30"))
        try world.perform(SuspendEntitlement(id: "e", reason: "unpaid"))
        world.move(to: "2026-07-01T00:00Z")
        #expect(try world.status() == .expired)
    }

    @Test("cancelled at once, it covers nothing from then on; what was consumed stays recorded")
    func cancelled() throws {
        var world = World()
        try world.sell("e", EntitlementTerms())
        try world.open(3)
        try world.perform(CancelEntitlement(id: "e", reason: "sold"))
        #expect(try world.refusal(of: Inquiry("acme"))?.candidates.map(\.mismatch) == [.cancelled])
        #expect(try world.balance().charged == 3)
        #expect(world.journal.last?.detail?.contains("\"reason\":\"sold\"") == true)
        world.move(to: "2027-01-01T00:00Z")
        #expect(try world.status() == .cancelled)
    }

    @Test("the day of a cancellation lies after today and not after the end")
    func cancellationDay() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(to: "2026-06-30"))
        for day: CalendarDay in ["2026-06-15", "2026-07-01"] {
            #expect(
                reason { try world.perform(CancelEntitlement(id: "e", reason: "sold", on: day)) } == "invalid_field day"
            )
        }
        try world.perform(CancelEntitlement(id: "e", reason: "sold", on: "2026-06-30"))
    }

    @Test("cancelled on a day, it covers until that day begins in its zone; a later word wins over an earlier one")
    func cancelledLater() throws {
        var world = World()
        try world.sell("e", EntitlementTerms(in: "Europe/Berlin"))
        try world.perform(CancelEntitlement(id: "e", reason: "sold", on: "2026-06-20"))
        try world.perform(CancelEntitlement(id: "e", reason: "sold", on: "2026-06-25"))
        world.move(to: "2026-06-24T21:59:59.999999Z")
        #expect(try world.open().taker == "e")
        world.move(to: "2026-06-24T22:00Z")
        #expect(try world.open().taker == nil)
        #expect(try world.status() == .cancelled)
    }

    @Test(
        "a cancellation's day is later than today",
        arguments: ["2026-06-15", "2026-06-14", "9999-12-31"] as [CalendarDay])
    func cancellationDay(day: CalendarDay) throws {
        var world = World()
        try world.sell("e", EntitlementTerms())
        #expect(
            reason { try world.perform(CancelEntitlement(id: "e", reason: "sold", on: day)) } == "invalid_field day")
    }

    @Test("a cancellation and a suspension say why", arguments: ["", " ", String(repeating: "x", count: 201)])
    func reasons(text: String) throws {
        var world = World()
        try world.sell("e", EntitlementTerms())
        #expect(reason { try world.perform(CancelEntitlement(id: "e", reason: text)) } == "invalid_field reason")
        #expect(reason { try world.perform(SuspendEntitlement(id: "e", reason: text)) } == "invalid_field reason")
    }

    @Test("a draft is cancelled at once only, fails as a draft, and may still be deleted, but not activated")
    func cancelledDraft() throws {
        var world = World()
        try world.perform(AddEntitlement(id: "e", terms: EntitlementTerms()))
        #expect(
            reason { try world.perform(CancelEntitlement(id: "e", reason: "sold", on: "2026-06-20")) }
                == "invalid_field day")
        try world.perform(CancelEntitlement(id: "e", reason: "sold"))
        #expect(try world.refusal(of: Inquiry("acme"))?.candidates.map(\.mismatch) == [.draft])
        try world.perform(DeleteEntitlement(id: "e"))
        #expect(reason { _ = try world.view() } == "not_found id")
    }

    @Test("a draft's terms are replaced as a whole, but not its customer; its version counts")
    func update() throws {
        var world = World()
        try world.perform(AddEntitlement(id: "e", terms: EntitlementTerms()))
        let updated = try world.perform(
            UpdateEntitlement(id: "e", terms: EntitlementTerms([.cases(3, "other")]), version: 1))
        #expect(updated.version == 2)
        #expect(updated.allocations.map(\.name) == ["other"])
        #expect(
            reason { try world.perform(UpdateEntitlement(id: "e", terms: EntitlementTerms(), version: 1)) }
                == "version_conflict version")
        #expect(
            reason { try world.perform(UpdateEntitlement(id: "e", terms: EntitlementTerms(for: "world"))) }
                == "invalid_field terms.customer")
        #expect(reason { try world.perform(DeleteEntitlement(id: "e", version: 1)) } == "version_conflict version")
    }

    @Test("where the clock is set back, it is resumed and suspended after what was decided last, never before")
    func clockSetBack() throws {
        var world = World()
        try world.sell("e", EntitlementTerms())
        world.move(to: "2026-06-20T00:00Z")
        try world.perform(SuspendEntitlement(id: "e", reason: "unpaid"))
        world.move(to: "2026-06-18T00:00Z")
        #expect(
            reason { try world.perform(SuspendEntitlement(id: "e", reason: "unpaid")) } == "wrong_state id")
        try world.perform(ResumeEntitlement(id: "e"))
        world.move(to: "2026-06-21T00:00Z")
        #expect(try world.status() == .active)
        #expect(try world.view().entitlement.life.suspensions.count == 1)
    }

    @Test("cases that are open stay open, whatever becomes of their entitlement")
    func openCases() throws {
        var world = World()
        try world.sell("e", EntitlementTerms([.cases(10).with { $0.consumption = .resolution }]))
        try world.open(2)
        try world.perform(AmendEntitlement(id: "e", Amendment(serviceLevel: .set(to: "gold"))))
        try world.perform(CancelEntitlement(id: "e", reason: "sold"))
        #expect(world.facts.cases.map(\.serviceLevel) == [nil, nil], "they keep the terms of their opening")
        #expect(try world.balance().held == 2)
    }
}
