import EntitledCore
import EntitledTestKit

extension NaiveModel {
    init(_ world: WorkloadWorld) {
        self.init(zone: world.zone.name)
        for customer in world.customers {
            customers[customer.id.text] = Customer(
                parent: customer.parent?.text, isContact: customer.kind == .contact)
        }
        for product in world.products { products[product.id.text] = product.family?.text }
        for asset in world.assets { assets[asset.id.text] = asset.product.text }
        for calendar in world.calendars {
            let hours = calendar.hours.map {
                BusinessHours.Hours(
                    weekday: Int($0.weekday), fromMinute: Int($0.fromMinute), toMinute: Int($0.toMinute))
            }
            calendars[calendar.id.text] = BusinessHours(
                zone: calendar.timeZone.name, hours: hours, holidays: calendar.holidays.map(\.number))
        }
    }

    /// Decides a call of the workload.
    mutating func perform(_ call: Workload.Call, now: Int64) -> PlainAnswer {
        if let id = call.target, entitlements[id] == nil { return .failed("not_found") }
        switch call {
        case .add(let add): return plain(create(add.id.text, Terms(add.terms)))
        case .update(let update): return plain(self.update(update.id.text, Terms(update.terms), now: now))
        case .delete(let delete): return plain(self.delete(delete.id.text, now: now))
        case .activate(let activate): return plain(self.activate(activate.id.text, now: now))
        case .suspend(let suspend): return plain(self.suspend(suspend.id.text, now: now))
        case .resume(let resume): return plain(self.resume(resume.id.text, now: now))
        case .cancel(let cancel): return plain(self.cancel(cancel.id.text, on: cancel.day?.number, now: now))
        case .amend(let amend):
            let amendment = Amendment(amend.amendment, known(amend.id.text).terms)
            return plain(self.amend(amend.id.text, amendment, at: amend.at?.microseconds, now: now))
        case .renew(let renew):
            return plain(self.renew(renew.id.text, as: renew.successor.text, asDraft: renew.isDraft, now: now))
        case .grant(let grant): return plain(topUp(grant, now: now))
        case .open(let open): return plain(self.open(open.id.text, Question(open.inquiry), now: now))
        case .check(let check):
            guard check.at?.microseconds ?? now <= now else { return .failed("invalid_field") }
            return plain(self.check(Question(check.inquiry), at: check.at?.microseconds, now: now))
        case .settings(let update): return set(update.settings)
        case .customer(let update): return set(update.record)
        }
    }

    private mutating func topUp(_ grant: AddGrant, now: Int64) -> Outcome {
        let terms = known(grant.entitlement.text).terms
        guard let position = terms.allocations.firstIndex(where: { $0.name == grant.allocation }) else {
            return .wrongState
        }
        let zone = terms.zone ?? zone
        return topUp(
            grant.entitlement.text, position, grant.quantity,
            from: grant.startDay.map { NaiveCalendar.start(of: $0.number, zone) },
            until: grant.endDay.map { NaiveCalendar.start(of: $0.number + 1, zone) }, priority: Int(grant.priority),
            now: now)
    }

    private mutating func set(_ settings: Settings) -> PlainAnswer {
        if let id = settings.defaultEntitlement?.text, entitlements[id] == nil { return .failed("not_found") }
        fallThrough = settings.fallsThrough
        closingDays = Int(settings.closingDays)
        defaultEntitlement = settings.defaultEntitlement?.text
        return .done
    }

    private mutating func set(_ customer: EntitledCore.Customer) -> PlainAnswer {
        if let id = customer.defaultEntitlement?.text, entitlements[id] == nil { return .failed("not_found") }
        customers[customer.id.text]?.defaultEntitlement = customer.defaultEntitlement?.text
        return .done
    }

    private func plain(_ outcome: Outcome) -> PlainAnswer {
        switch outcome {
        case .done: .done
        case .renewed(let successor): .successor(successor)
        case .exists: .failed("already_exists")
        case .wrongState: .failed("wrong_state")
        case .invalid: .failed("invalid_field")
        }
    }

    private func plain(_ answer: Answer) -> PlainAnswer {
        answer.verdict == .contradiction ? .failed("invalid_field") : .decided(answer)
    }
}

extension Workload.Call {
    /// The entitlement that the call is about, which must be there.
    fileprivate var target: String? {
        switch self {
        case .update(let command): command.id.text
        case .delete(let command): command.id.text
        case .activate(let command): command.id.text
        case .suspend(let command): command.id.text
        case .resume(let command): command.id.text
        case .cancel(let command): command.id.text
        case .amend(let command): command.id.text
        case .renew(let command): command.id.text
        case .grant(let command): command.entitlement.text
        case .add, .open, .check, .settings, .customer: nil
        }
    }
}

extension CalendarDay {
    fileprivate var number: Int { Int(daysSince1970) }
}

extension Scope {
    fileprivate func texts<Record>() -> [String] where Member == Identifier<Record> { members.map(\.text) }
}

extension NaiveModel.Terms {
    fileprivate init(_ terms: EntitlementTerms) {
        self.init(
            customer: terms.customer.text, servesDescendants: terms.servesDescendants,
            products: terms.service.products?.texts(), assets: terms.assets?.texts(),
            channels: terms.service.channels?.texts(), contacts: terms.contacts?.texts(),
            startDay: terms.startDay.number, endDay: terms.endDay?.number, zone: terms.timeZone?.name,
            priority: terms.priority.map { Int($0) }, unitsSold: terms.quantity,
            calendar: terms.service.calendar?.text, hoursOnly: terms.service.isHoursOnly,
            allocations: terms.service.allocations.map { NaiveModel.Allocation($0) })
    }
}

extension NaiveModel.Allocation {
    fileprivate init(_ terms: AllocationTerms) {
        self.init(
            name: terms.name, unit: terms.kind.unit == .case ? .wholeCase : .second, quantity: terms.kind.quantity,
            period: terms.kind.period.map { NaiveModel.Period($0) }, rolloverMaximum: terms.rolloverMaximum,
            carryMaximum: terms.carryMaximum, channels: terms.channels?.texts(), products: terms.products?.texts(),
            weights: terms.weights.map { NaiveModel.Weights($0) } ?? NaiveModel.Weights(),
            consumption: terms.consumption == .resolution ? .resolution : .creation, holdSeconds: terms.holdSeconds)
    }
}

extension NaiveModel.Weights {
    fileprivate init(_ weights: Weights) {
        func whole(_ factor: Factor) -> Int64 { Int64(factor.thousandths) / 1_000 }
        self.init(
            channels: Dictionary(uniqueKeysWithValues: weights.channels.map { ($0.channel.text, whole($0.factor)) }),
            priorities: Dictionary(
                uniqueKeysWithValues: weights.priorities.map { (Int($0.priority.number), whole($0.factor)) }),
            outOfHours: weights.outOfHours.map(whole))
    }
}

extension NaiveModel.Period {
    fileprivate init(_ period: Period) {
        let unit: Unit =
            switch period.unit {
            case .day: .day
            case .week: .week
            case .month: .month
            case .quarter: .quarter
            case .year: .year
            }
        self.init(length: Int(period.length), unit: unit, anchor: period.anchor?.number)
    }
}

extension NaiveModel.Amendment {
    fileprivate init(_ amendment: Amendment, _ terms: NaiveModel.Terms) {
        var edits: [NaiveModel.Edit] = []
        if let change = amendment.products { edits.append(.products(change.value?.texts())) }
        if let change = amendment.assets { edits.append(.assets(change.value?.texts())) }
        if let change = amendment.channels { edits.append(.channels(change.value?.texts())) }
        if let change = amendment.contacts { edits.append(.contacts(change.value?.texts())) }
        if let day = amendment.startDay { edits.append(.startDay(day.number)) }
        if let change = amendment.endDay { edits.append(.endDay(change.value?.number)) }
        if let quantity = amendment.quantity { edits.append(.unitsSold(quantity)) }
        for change in amendment.allocations {
            guard let position = terms.allocations.firstIndex(where: { $0.name == change.name }) else { continue }
            edits.append(.quantity(position, change.quantity))
        }
        self.init(edits: edits, inFull: amendment.isInFull)
    }
}

extension NaiveModel.Question {
    fileprivate init(_ inquiry: Inquiry) {
        self.init(
            customer: inquiry.customer.text, product: inquiry.product?.text, asset: inquiry.asset?.text,
            channel: inquiry.channel?.text, priority: inquiry.priority.map { Int($0.number) },
            entitlement: inquiry.entitlement?.text)
    }
}
