import EntitledCore
import Foundation

/// A tenant's facts, and a case that one of its customers has: what a store loads for a batch, and holds locked.
struct Scene {
    let inquiry: Inquiry
    private let catalogue: Catalogue
    private var entitlements: [Entitlement] = []

    private static let now = Instant(seconds: 1_781_524_800)  // 2026-06-15T12:00Z
    private static let actor = "benchmark"

    private init(_ inquiry: Inquiry, _ catalogue: Catalogue, _ terms: [EntitlementTerms]) throws {
        self.inquiry = inquiry
        self.catalogue = catalogue
        for (number, terms) in terms.enumerated() {
            let id = EntitlementID(stored: "\(terms.customer)-\(number)")
            var facts = facts
            _ = try AddEntitlement(id: id, terms: terms).decide(in: &facts, by: Self.actor)
            entitlements.append(try ActivateEntitlement(id: id).decide(in: &facts, by: Self.actor))
        }
    }

    /// One customer with one entitlement of one allocation.
    static func simple() throws -> Scene {
        var catalogue = Catalogue()
        let customer = Customer(id: CustomerID(stored: "acme"), kind: .account, version: 1)
        catalogue.insert(customer)
        return try Scene(
            Inquiry(customer: customer.id), catalogue,
            [EntitlementTerms(of: customer.id, ServiceTerms(allocations: [.many("main")]))])
    }

    /// Three accounts, one above the other; for the case of the lowest there are five candidates, of which two don't
    /// cover it. The most specific one is debited in two allocations.
    static func tree() throws -> Scene {
        var catalogue = Catalogue()
        let world = Customer(id: CustomerID(stored: "world"), kind: .account, version: 1)
        let europe = Customer(id: CustomerID(stored: "europe"), kind: .account, parent: world.id, version: 1)
        let acme = Customer(id: CustomerID(stored: "acme"), kind: .account, parent: europe.id, version: 1)
        for customer in [world, europe, acme] { catalogue.insert(customer) }
        let suite = Product(id: ProductID(stored: "suite"), version: 1)
        let laser = Product(id: ProductID(stored: "laser-x"), family: suite.id, version: 1)
        let mouse = Product(id: ProductID(stored: "mouse"), family: suite.id, version: 1)
        for product in [suite, laser, mouse] { catalogue.insert(product) }

        let email = ChannelID(stored: "email")
        let monthly = AllocationTerms.Kind.incidentsPerPeriod(cases: 1_000_000, period: Period(1, .month))
        return try Scene(
            Inquiry(customer: acme.id, product: laser.id, channel: email, priority: CasePriority(2)), catalogue,
            [
                EntitlementTerms(of: world.id, ServiceTerms(allocations: [.many("main")])),
                EntitlementTerms(
                    of: europe.id, ServiceTerms(products: Scope(stored: [suite.id]), allocations: [.many("main")])),
                EntitlementTerms(
                    of: acme.id,
                    ServiceTerms(channels: Scope(stored: [ChannelID(stored: "phone")]), allocations: [.many("main")])),
                EntitlementTerms(
                    of: acme.id, ServiceTerms(products: Scope(stored: [mouse.id]), allocations: [.many("main")])),
                EntitlementTerms(
                    of: acme.id,
                    ServiceTerms(
                        products: Scope(stored: [laser.id]), routing: Routing(queue: "lasers", skills: ["optics"]),
                        allocations: [
                            AllocationTerms(kind: monthly), .many("email", channels: Scope(stored: [email])),
                        ])),
            ])
    }

    /// Loaded anew, so that nobody else holds a part of it and a change copies nothing.
    var facts: WorkingSet {
        WorkingSet(
            now: Self.now, zone: .utc, catalogue: catalogue, entitlements: entitlements,
            locked: Set(entitlements.map(\.id)))
    }

    /// So many cases with ids of their own, each called for once.
    func calls(_ count: Int) throws -> [(command: OpenCase, envelope: Envelope)] {
        try (0..<count).map { number in
            let command = OpenCase(id: CaseID(stored: "CS-2026-\(100_000 + number)"), inquiry)
            let request = try RequestID(bytes: (0..<16).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) })
            return (command, Envelope(request: request, command: command, actor: Self.actor))
        }
    }

    /// What the first of them is answered.
    func opened() throws -> CaseDecision {
        var facts = facts
        return try facts.open(calls(1)[0])
    }
}

extension WorkingSet {
    /// - Throws: ``UnexpectedAnswer`` if the case isn't covered, so that nothing else is measured by mistake.
    @discardableResult
    mutating func open(_ call: (command: OpenCase, envelope: Envelope)) throws -> CaseDecision {
        let answer = try perform(call.command, call.envelope).answer
        guard case .opened = answer else { throw UnexpectedAnswer(description: "\(answer)") }
        return answer
    }
}

struct UnexpectedAnswer: Error, CustomStringConvertible {
    let description: String
}

extension EntitlementTerms {
    fileprivate init(of customer: CustomerID, _ service: ServiceTerms) {
        let start = CalendarDay(daysSince1970: 20_454)  // 2026-01-01
        self.init(customer: customer, servesDescendants: true, startDay: start, service: service)
    }
}

extension AllocationTerms {
    fileprivate static func many(_ name: String, channels: Scope<ChannelID>? = nil) -> AllocationTerms {
        AllocationTerms(name: name, kind: .perIncident(cases: 1_000_000), channels: channels)
    }
}
