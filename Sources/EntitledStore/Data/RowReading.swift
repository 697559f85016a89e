import EntitledCore
import EntitledPostgres

/// Rows of the tenant's tables as the domain's values. Column numbers are those of the statements under `SQL/`.
enum RowReading {
    static func customer(_ row: Row) throws -> Customer {
        Customer(
            id: CustomerID(stored: try row.text(0)), kind: try named(try row.int2(1), "customer.kind"),
            name: try row.text(2), parent: try id(row, 3))
    }

    static func product(_ row: Row) throws -> Product {
        Product(id: ProductID(stored: try row.text(0)), name: try row.text(1), family: try id(row, 2))
    }

    static func channel(_ row: Row) throws -> Channel {
        Channel(id: ChannelID(stored: try row.text(0)))
    }

    /// Rows come sorted by entitlement, allocation, grant.
    static func entitlements(_ rows: Rows) throws -> [Entitlement] {
        var entitlements: [Entitlement] = []
        var terms: [AllocationTerms] = []
        var allocations: [Allocation] = []
        for (index, row) in rows.enumerated() {
            let id = EntitlementID(stored: try row.text(0))
            let name = try row.text(12)
            if allocations.last?.name != name {
                let term = AllocationTerms(name: name, kind: try kind(row))
                terms.append(term)
                allocations.append(Allocation(terms: term, grants: []))
            }
            if let grant = try grant(row) { allocations[allocations.count - 1].grants.append(grant) }
            let isLast = try index + 1 == rows.count || EntitlementID(stored: rows[index + 1].text(0)) != id
            if isLast {
                entitlements.append(try entitlement(id, row, terms, allocations))
                terms = []
                allocations = []
            }
        }
        return entitlements
    }

    private static func entitlement(
        _ id: EntitlementID, _ row: Row, _ terms: [AllocationTerms], _ allocations: [Allocation]
    ) throws -> Entitlement {
        Entitlement(
            id: id,
            terms: EntitlementTerms(
                customer: CustomerID(stored: try row.text(1)), servesDescendants: try row.bool(2),
                products: try scope(row, 3), channels: try scope(row, 4), contacts: try scope(row, 5),
                startDay: CalendarDay(daysSince1970: try row.date(6)),
                endDay: try row.optionalDate(7).map(CalendarDay.init(daysSince1970:)),
                timeZone: try row.optionalText(8).map(Zone.init(stored:)), priority: try row.optionalInt4(9),
                exhaustionPolicy: try named(try row.int2(10), "entitlement.exhaustion_policy"), allocations: terms),
            state: try named(try row.int2(11), "entitlement.state"), allocations: allocations)
    }

    private static func kind(_ row: Row) throws -> AllocationTerms.Kind {
        let number = try row.int2(13)
        guard let kind = AllocationKindNumber(rawValue: number) else { throw unknown(number, "allocation.kind") }
        switch kind {
        case .perIncident: return .perIncident(cases: try row.int8(14))
        case .unlimited: return .unlimited
        }
    }

    private static func grant(_ row: Row) throws -> Grant? {
        guard let number = try row.optionalInt4(15) else { return nil }
        return Grant(
            number: number, quantity: try row.optionalInt8(16), charged: try row.int8(17), held: try row.int8(18),
            changedAt: Instant(microseconds: try row.timestamp(19)))
    }

    /// Rows come sorted by case and charge.
    static func cases(_ rows: Rows) throws -> [Case] {
        var cases: [Case] = []
        var charges: [Charge] = []
        for (index, row) in rows.enumerated() {
            let id = CaseID(stored: try row.text(0))
            if let allocation = try row.optionalText(6) {
                charges.append(Charge(allocation: allocation, grant: try row.int4(7), amount: try row.int8(8)))
            }
            guard try index + 1 == rows.count || CaseID(stored: rows[index + 1].text(0)) != id else { continue }
            cases.append(
                Case(
                    id: id, customer: CustomerID(stored: try row.text(1)), product: try Self.id(row, 2),
                    channel: try Self.id(row, 3), entitlement: EntitlementID(stored: try row.text(4)),
                    openedAt: Instant(microseconds: try row.timestamp(5)), charges: charges))
            charges = []
        }
        return cases
    }

    static func journalLine(_ row: Row) throws -> JournalLine {
        JournalLine(
            number: try row.int8(0), request: try row.optionalUUID(1).map { try RequestID(bytes: $0) },
            recordedAt: Instant(microseconds: try row.timestamp(3)),
            entry: JournalEntry(
                event: try named(try row.int2(4), "journal.event"), actor: try row.text(5),
                occurredAt: Instant(microseconds: try row.timestamp(6)), customer: try id(row, 7),
                product: try id(row, 8), channel: try id(row, 9), entitlement: try id(row, 10), case: try id(row, 11),
                postings: try posting(row).map { [$0] } ?? [], detail: try row.optionalText(19)))
    }

    private static func posting(_ row: Row) throws -> Posting? {
        guard let allocation = try row.optionalText(12) else { return nil }
        return Posting(
            allocation: allocation, grant: try row.int4(13), granted: try row.int8(14), charged: try row.int8(15),
            held: try row.int8(16), remainingAfter: try row.optionalInt8(17), availableAfter: try row.optionalInt8(18))
    }

    /// Rows come sorted by number: the row that bears a request id, then the further postings of the same entry.
    static func decided(_ rows: Rows) throws -> [RequestID: Decided] {
        var decided: [RequestID: Decided] = [:]
        var current: RequestID?
        for row in rows {
            let line = try journalLine(row)
            if let request = line.request {
                current = request
                decided[request] = Decided(
                    fingerprint: Fingerprint(stored: try row.bytes(2)), entry: line.entry,
                    position: .number(line.number))
            } else if let current, let first = decided[current] {
                var entry = first.entry
                entry.postings += line.entry.postings
                decided[current] = Decided(
                    fingerprint: first.fingerprint, entry: entry, position: first.position)
            }
        }
        return decided
    }

    private static func id<Record>(_ row: Row, _ column: Int) throws -> Identifier<Record>? {
        try row.optionalText(column).map(Identifier.init(stored:))
    }

    private static func scope<Record>(_ row: Row, _ column: Int) throws -> Scope<Identifier<Record>>? {
        guard try !row.isNull(column) else { return nil }
        return Scope(stored: try row.texts(column).map(Identifier.init(stored:)))
    }

    private static func named<Value: NamedValue>(_ number: Int16, _ column: String) throws -> Value
    where Value.RawValue == Int16 {
        guard let value = Value(rawValue: number) else { throw unknown(number, column) }
        return value
    }

    private static func unknown(_ number: Int16, _ column: String) -> PostgresError {
        PostgresError(.protocolViolation, "\(column) holds \(number), which this version doesn't know")
    }
}

/// How the tables number the kinds of allocations.
enum AllocationKindNumber: Int16 {
    case perIncident = 1
    case unlimited = 4
}

extension AllocationTerms.Kind {
    /// The number and the quantity that the tables keep.
    var columns: (kind: AllocationKindNumber, quantity: Int64?) {
        switch self {
        case .perIncident(let cases): (.perIncident, cases)
        case .unlimited: (.unlimited, nil)
        }
    }
}
