import EntitledCore
import EntitledDevelopment

/// What a workload sells.
extension Workload {
    mutating func terms(for customer: CustomerID? = nil) -> EntitlementTerms {
        let owner = customers.first { $0.id == customer } ?? anyCustomer()
        let descendants = owner.kind == .account && random.chance(60)
        let zone = random.chance(30) ? random.pick(WorkloadWorld.zones) : nil
        let startDay = random.chance(70) ? day(-40...2, in: zone) : day(0...25, in: zone)
        let contacts = world.contacts(servedBy: owner.id, descendants: descendants)
        return EntitlementTerms(
            customer: owner.id, servesDescendants: descendants, assets: scope(world.assets.map(\.id), percent: 16),
            contacts: scope(contacts, percent: 18), startDay: startDay, endDay: endDay(from: startDay),
            timeZone: zone, priority: random.chance(50) ? Int32.random(in: 1...3, using: &random) : nil,
            quantity: Int64(random.pick(weighted: [(8, 1), (1, 2), (1, 3)])), service: service(from: startDay))
    }

    private mutating func anyCustomer() -> Customer {
        customers[Int.random(in: 0..<customers.count, using: &random)]
    }

    /// Mostly days and whole months; rarely none, or one that can't be.
    mutating func endDay(from start: CalendarDay) -> CalendarDay? {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<15: return nil
        case 15..<18: return start.advanced(days: -1)
        case 18..<60:
            let months = random.pick(weighted: [(3, 1), (3, 3), (3, 12), (1, 24)])
            return start.advanced(months: Int64(months)).advanced(days: -1)
        default: return start.advanced(days: Int.random(in: 0...120, using: &random))
        }
    }

    /// Some of the members, so many times in a hundred.
    mutating func scope<Record>(_ members: [Identifier<Record>], percent: Int) -> Scope<Identifier<Record>>? {
        guard !members.isEmpty, random.chance(percent) else { return nil }
        let count = Int.random(in: 1...min(2, members.count), using: &random)
        return Scope(stored: Array(members.shuffled(using: &random).prefix(count)))
    }

    private mutating func service(from start: CalendarDay) -> ServiceTerms {
        let calendar = random.chance(45) ? CalendarID(stored: random.chance(85) ? "office" : "always") : nil
        var allocations = [allocation("main", from: start)]
        if random.chance(35) {
            var mail = allocation("mail", from: start)
            mail.channels = scope(WorkloadWorld.channels, percent: 80)
            allocations.append(mail)
        }
        if random.chance(15) {
            var lasers = allocation("lasers", from: start)
            lasers.products = Scope(stored: [ProductID(stored: "lasers")])
            allocations.append(lasers)
        }
        // Without the main one, a case may find nothing that counts it.
        if allocations.count > 1, random.chance(35) { allocations.removeFirst() }
        return ServiceTerms(
            products: scope(world.products.map(\.id), percent: 35),
            channels: scope(WorkloadWorld.channels, percent: 25),
            calendar: calendar, isHoursOnly: calendar != nil && random.chance(35), allocations: allocations)
    }

    private mutating func allocation(_ name: String, from start: CalendarDay) -> AllocationTerms {
        let kind = kind(from: start)
        var terms = AllocationTerms(name: name, kind: kind)
        let most: Int64 = kind.unit == .case ? 8 : 20_000
        if kind.period != nil, random.chance(60) { terms.rolloverMaximum = Int64.random(in: 1...most, using: &random) }
        if kind.quantity != nil, random.chance(40) { terms.carryMaximum = Int64.random(in: 1...most, using: &random) }
        switch kind.unit {
        case .case:
            if random.chance(40) { terms.consumption = .resolution }
            if random.chance(30) { terms.weights = weights() }
        case .second:
            if random.chance(60) { terms.holdSeconds = Int64.random(in: 1...3_600, using: &random) }
        }
        return terms
    }

    private mutating func kind(from start: CalendarDay) -> AllocationTerms.Kind {
        let cases = Int64.random(in: 1...6, using: &random)
        let seconds = Int64.random(in: 1...14_400, using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<22: return .perIncident(cases: cases)
        case 22..<66: return .incidentsPerPeriod(cases: cases, period: period(from: start))
        case 66..<80: return .hoursPerPeriod(seconds: seconds, period: period(from: start))
        case 80..<90: return .hoursPerPeriod(seconds: seconds, period: nil)
        default: return .unlimited(unit: random.chance(50) ? .case : .second)
        }
    }

    private mutating func period(from start: CalendarDay) -> Period {
        let units: [(Int, Period.Unit)] = [(2, .day), (3, .week), (5, .month), (2, .quarter), (1, .year)]
        let unit = random.pick(weighted: units.map { (weight: $0.0, element: $0.1) })
        let length = Int32(random.pick(weighted: unit == .day ? [(1, 1), (2, 7), (2, 10)] : [(4, 1), (1, 2)]))
        let monthEnd = CalendarDay(year: start.components.year, month: 1, day: 31)
        let anchor: CalendarDay? =
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<60: nil
            case 60..<75: monthEnd
            default: start.advanced(days: Int.random(in: -60...60, using: &random))
            }
        return Period(length, unit, anchor: anchor)
    }

    private mutating func weights() -> Weights {
        func factor(_ range: ClosedRange<Int32>) -> Factor {
            Factor(stored: Int32.random(in: range, using: &random) * 1_000)
        }
        return Weights(
            channels: random.chance(60) ? [.init(WorkloadWorld.channels[0], factor(0...3))] : [],
            priorities: random.chance(60) ? [.init(CasePriority(stored: 1), factor(1...3))] : [],
            outOfHours: random.chance(60) ? factor(0...2) : nil)
    }
}
