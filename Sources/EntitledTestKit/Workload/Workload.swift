package import EntitledCore
import EntitledDevelopment

/// A seeded random workload: what callers may ask of one tenant, and how time passes between.
///
/// The same seed and the same answers yield the same steps. It decides nothing: whoever runs it tells what came of each
/// call (``learn(_:_:)``), so that most calls are about something that is there.
package struct Workload: Sendable {
    package enum Step: Sendable {
        /// Time passes to this instant.
        case pass(to: Instant)
        case call(Call)
    }

    /// A call of the workload, as the product knows it.
    package enum Call: Sendable {
        case add(AddEntitlement)
        case update(UpdateEntitlement)
        case delete(DeleteEntitlement)
        case activate(ActivateEntitlement)
        case suspend(SuspendEntitlement)
        case resume(ResumeEntitlement)
        case cancel(CancelEntitlement)
        case amend(AmendEntitlement)
        case renew(RenewEntitlement)
        case grant(AddGrant)
        case open(OpenCase)
        case check(CheckCase)
        case settings(UpdateSettings)
        case customer(UpdateRecord<Customer>)

        /// Nil if it changes nothing.
        package var command: (any DecidableCommand)? {
            switch self {
            case .add(let command): command
            case .update(let command): command
            case .delete(let command): command
            case .activate(let command): command
            case .suspend(let command): command
            case .resume(let command): command
            case .cancel(let command): command
            case .amend(let command): command
            case .renew(let command): command
            case .grant(let command): command
            case .open(let command): command
            case .check: nil
            case .settings(let command): command
            case .customer(let command): command
            }
        }
    }

    package let world: WorkloadWorld
    package private(set) var now: Instant
    var random: SeededRandom
    /// Entitlements as they were last heard of, in the order of their making.
    private(set) var known: [Entitlement] = []
    /// Those that have, or had, a successor.
    private(set) var renewed: Set<EntitlementID> = []
    private(set) var settings = Settings()
    private(set) var customers: [Customer]
    var cases = 0
    var made = 0

    /// The first of 2026.
    private static let usualStart = CalendarDay(daysSince1970: 20_454)

    /// - Parameter earliest: the workload begins on this day or within the year after it.
    package init(seed: UInt64, from earliest: CalendarDay = usualStart) {
        random = SeededRandom(seed: seed)
        let zone = WorkloadWorld.zones[Int.random(in: 0..<WorkloadWorld.zones.count, using: &random)]
        world = WorkloadWorld(zone: zone)
        customers = world.customers.map { customer in
            var added = customer
            added.version = 1
            return added
        }
        let start = zone.start(of: earliest.advanced(days: Int(Int32.random(in: 0...366, using: &random))))
        now = Instant(microseconds: start.microseconds + Int64.random(in: 0..<86_400_000_000, using: &random))
    }

    /// What happens next.
    package mutating func next() -> Step {
        if !known.isEmpty, random.chance(20), let later = laterInstant() {
            now = later
            return .pass(to: later)
        }
        return .call(call())
    }

    /// Takes note of what a call came to, unless it failed.
    package mutating func learn(_ call: Call, _ answer: Any) {
        switch (call, answer) {
        case (.delete, let deleted as Entitlement): known.removeAll { $0.id == deleted.id }
        case (.renew(let renewal), let successor as Entitlement):
            renewed.insert(renewal.id)
            learn(successor)
        case (_, let entitlement as Entitlement): learn(entitlement)
        case (_, let result as AmendmentResult): learn(result.entitlement)
        case (_, let changed as Settings): settings = changed
        case (_, let customer as Customer):
            customers = customers.map { $0.id == customer.id ? customer : $0 }
        default: break
        }
    }

    private mutating func learn(_ entitlement: Entitlement) {
        guard let index = known.firstIndex(where: { $0.id == entitlement.id }) else {
            return known.append(entitlement)
        }
        known[index] = entitlement
    }
}

// MARK: - Time

extension Workload {
    private static let second: Int64 = 1_000_000
    private static let day = 86_400 * second

    private mutating func laterInstant() -> Instant? {
        let ahead: ClosedRange<Int64>
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<35: ahead = Self.second...(3_600 * Self.second)
        case 35..<50: ahead = (3_600 * Self.second)...(24 * 3_600 * Self.second)
        case 50..<85: return nearBoundary(isLater: true)
        case 85..<97: ahead = Self.day...(20 * Self.day)
        default: ahead = (20 * Self.day)...(250 * Self.day)
        }
        return Instant(microseconds: now.microseconds + Int64.random(in: ahead, using: &random))
    }

    /// An instant at which something ends or begins, or a microsecond before or after it.
    mutating func nearBoundary(isLater: Bool) -> Instant? {
        guard let entitlement = random.pick(known) else { return nil }
        let cover = entitlement.cover(tenantZone: world.zone)
        let grants = entitlement.allocations.flatMap(\.grants)
        var ends = [cover.from, cover.until, entitlement.life.renewedAt].compactMap(\.self)
        ends += grants.compactMap(\.until) + entitlement.life.pending.map(\.at)
        let closing = Int64(settings.closingDays) * Self.day
        ends += grants.compactMap(\.until).map { Instant(microseconds: $0.microseconds + closing) }
        let offset = Int64.random(in: -1...1, using: &random)
        let near = ends.map { Instant(microseconds: $0.microseconds + offset) }.filter { ($0 > now) == isLater }
        return random.pick(near)
    }

    /// A day near the present one, in an entitlement's zone.
    mutating func day(_ offsets: ClosedRange<Int>, in zone: Zone?) -> CalendarDay {
        (zone ?? world.zone).day(at: now).advanced(days: Int.random(in: offsets, using: &random))
    }

    /// An earlier instant, seconds to weeks ago, or near a boundary.
    mutating func earlierInstant() -> Instant {
        if random.chance(40), let instant = nearBoundary(isLater: false) { return instant }
        let days = Int64(random.pick(weighted: [(3, 1), (3, 10), (2, 60)]))
        return Instant(microseconds: now.microseconds - Int64.random(in: 0...(days * Self.day), using: &random))
    }

    /// A later instant, mostly within the next weeks.
    mutating func laterInstantToArrange() -> Instant {
        if random.chance(30), let instant = nearBoundary(isLater: true) { return instant }
        return Instant(
            microseconds: now.microseconds + Int64.random(in: -Self.second...(40 * Self.day), using: &random))
    }
}
