import EntitledClient
import EntitledDevelopment
import Foundation

/// What is called.
enum BenchCall: Hashable, Sendable {
    case open
    case check
}

/// A reply that isn't what it must be.
struct WrongAnswer: Error, CustomStringConvertible {
    let description: String
}

/// A tenant that is called: customers with one entitlement each, and what was opened for them.
final class BenchTenant: Sendable {
    /// Enough for every case of a day, so that nothing is refused, and yet counted down by each.
    static let quantity: Int64 = 1_000_000_000

    let client: EntitledClient
    private let prefix: String
    private let inquiries: [Inquiry]
    private let cases: CaseNumbers
    private let openedCases = Counter()

    /// - Parameter prefix: what ids begin with: customers and their entitlements are `PREFIXcustomer-NUMBER`, from 0.
    init(client: EntitledClient, prefix: String, customers: Int) throws {
        self.client = client
        self.prefix = prefix
        cases = CaseNumbers(prefix: prefix)
        let channel = try ChannelID("phone")
        inquiries = try (0..<customers).map { number in
            Inquiry(customer: try CustomerID("\(prefix)customer-\(number)"), channel: channel)
        }
    }

    /// The cases whose opening was acknowledged, or found out later.
    var opened: Int { openedCases.value }

    /// Makes the customers, and puts their entitlements into force.
    func setUp() async throws {
        let customers = inquiries.map(\.customer)
        let pool = AllocationTerms(kind: .perIncident(cases: Self.quantity))
        try await perform(customers.map { AddCustomer(Customer(id: $0, kind: .account, name: $0.text)) })
        try await perform(
            try customers.map { customer in
                let terms = EntitlementTerms(
                    customer: customer, startDay: CalendarDay(daysSince1970: 0),
                    service: ServiceTerms(allocations: [pool]))
                return AddEntitlement(id: try EntitlementID(customer.text), terms: terms)
            })
        try await perform(try customers.map { ActivateEntitlement(id: try EntitlementID($0.text)) })
    }

    private func perform<C: Command>(_ commands: [C]) async throws {
        for result in try await client.performAll(commands) { _ = try result.get() }
    }

    /// Makes one call for a customer drawn at random, or for the first.
    /// - Throws: `EntitledError`, ``WrongAnswer``.
    func make(_ call: BenchCall, isHot: Bool, _ draw: inout SeededRandom) async throws {
        let inquiry = inquiries[isHot ? 0 : draw.next(below: inquiries.count)]
        switch call {
        case .open:
            let (id, request) = try cases.next()
            try await open(id, inquiry, CallOptions(requestID: request))
        case .check:
            let answer = try await client.checkCase(inquiry)
            guard case .covered(let coverage) = answer, isRight(inquiry, coverage.entitlement, coverage.debits) else {
                throw WrongAnswer(description: "the check for \(inquiry.customer) was answered \(answer)")
            }
        }
    }

    private func open(_ id: CaseID, _ inquiry: Inquiry, _ options: CallOptions) async throws {
        let answer = try await client.openCase(id, inquiry, options: options).answer
        guard case .opened(let opening) = answer, opening.case.id == id,
            isRight(inquiry, opening.case.entitlement, opening.debits)
        else { throw WrongAnswer(description: "\(id) of \(inquiry.customer) was answered \(answer)") }
        openedCases.add(1)
    }

    /// Opens a case that its caller waits for only so long.
    /// - Parameter number: anything from 0; customers are taken in turn.
    /// - Returns: its id if the time passed before the answer; nil if it was answered.
    /// - Throws: `EntitledError` of any other kind, ``WrongAnswer``.
    func openWithin(_ patience: Duration, customer number: Int) async throws -> CaseID? {
        let (id, request) = try cases.next()
        do {
            let options = CallOptions(requestID: request, deadline: patience)
            try await open(id, inquiries[number % inquiries.count], options)
            return nil
        } catch let error as EntitledError where error.reason == .deadlineExceeded {
            return id
        }
    }

    /// Whether a case was opened although its caller was never told. If so it counts as opened from now on.
    func findUnanswered(_ id: CaseID) async throws -> Bool {
        do {
            _ = try await client.case(id)
        } catch  where error.reason == .notFound {
            return false
        }
        openedCases.add(1)
        return true
    }

    private func isRight(_ inquiry: Inquiry, _ entitlement: EntitlementID, _ debits: [Debit]) -> Bool {
        guard entitlement.text == inquiry.customer.text, debits.count == 1, let debit = debits.first else {
            return false
        }
        return debit.amount == 1 && !debit.isHeld && debit.remaining.map { $0 < Self.quantity && $0 >= 0 } ?? false
    }

    /// Adds everything up: the server's journal against its balances, and these against what was acknowledged.
    /// - Parameter isAlone: whether nobody else opens cases of the tenant.
    /// - Returns: what doesn't agree; empty if all does.
    func differences(isAlone: Bool = false) async throws -> [String] {
        let reconciliation = try await client.reconcile(options: CallOptions(deadline: .seconds(600)))
        var differences = reconciliation.differences
        func compare(_ what: String, _ found: Int64, _ expected: Int) {
            guard found != Int64(expected) else { return }
            differences.append("\(what): \(found), and should be \(expected)")
        }
        let (entitlements, charged) = try await balances()
        compare("entitlements", entitlements, inquiries.count)
        compare("cases charged", charged, opened)
        if isAlone { compare("cases", reconciliation.cases, opened) }
        return differences
    }

    private func balances() async throws -> (entitlements: Int64, charged: Int64) {
        var sums: (entitlements: Int64, charged: Int64) = (0, 0)
        // The entitlements stand together, since their ids begin alike.
        let beginning = "\(prefix)customer-"
        var page = PageRequest(after: beginning, limit: 500)
        while true {
            let found = try await client.entitlements(page: page)
            for view in found.items {
                guard view.entitlement.id.text.hasPrefix(beginning) else { return sums }
                sums.entitlements += 1
                sums.charged += view.balances.reduce(0) { $0 + $1.charged }
            }
            guard let next = found.next else { return sums }
            page.after = next
        }
    }
}

/// Ids that cost next to nothing to make, and grow, as those of real callers do.
private final class CaseNumbers: Sendable {
    private let prefix: String
    private let run = UInt64.random(in: 0...0xFFFF_FFFF) << 32
    private let rest = UInt64.random(in: 0...UInt64.max)
    private let last = Counter()

    init(prefix: String) {
        self.prefix = prefix
    }

    func next() throws -> (CaseID, RequestID) {
        let number = UInt64(last.add(1))
        // All of the same length, so that they grow as texts too.
        let id = try CaseID("\(prefix)case-\(1_000_000_000_000_000 + number)")
        let bytes = unsafeBitCast(((run | number).bigEndian, rest), to: uuid_t.self)
        return (id, RequestID(UUID(uuid: bytes)))
    }
}
