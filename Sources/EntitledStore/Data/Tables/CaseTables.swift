import EntitledCore
import EntitledPostgres

/// How cases are kept: a row each, with the first charge, and a row for each further charge.
enum CaseTables {
    /// A case by its place among others: cases are large, and each column looks at every one.
    struct CaseRow: Sendable {
        let cases: [Case]
        let place: Int

        var opened: Case { cases[place] }
    }

    static let `case` = Table<CaseRow>(
        "support_case",
        [
            .text("id", .key) { $0.opened.id.text },
            .text("customer_id") { $0.opened.customer.text },
            .text("product_id") { $0.opened.product?.text },
            .text("asset_id") { $0.opened.asset?.text },
            .text("channel") { $0.opened.channel?.text },
            .int2("priority") { $0.opened.priority?.number },
            .text("entitlement_id") { $0.opened.entitlement.text },
            .text("sla_id") { $0.opened.serviceLevel?.text },
            .instant("opened_at") { $0.opened.openedAt },
            .text("allocation") { $0.opened.charges.first?.allocation },
            .int4("grant_number") { $0.opened.charges.first?.grant },
            .int8("amount") { $0.opened.charges.first?.amount },
            .bool("is_held") { $0.opened.charges.first?.isHeld },
        ])

    /// A charge by its place among those of its case, in the order in which they were booked.
    struct ChargeRow: Sendable {
        let row: CaseRow
        /// From 1: the first stands in the case's row. In cases that were opened before it did so, from 0.
        let place: Int

        var charge: Charge { row.opened.charges[place] }
    }

    static let charge = Table<ChargeRow>(
        "charge",
        [
            .text("case_id", .parent) { $0.row.opened.id.text },
            .int4("number", .derived) { Int32($0.place + 1) },
            .text("entitlement_id", .derived) { $0.row.opened.entitlement.text },
            .text("allocation") { $0.charge.allocation },
            .int4("grant_number") { $0.charge.grant },
            .int8("amount") { $0.charge.amount },
            .bool("is_held") { $0.charge.isHeld },
        ])

    static let load = Statement(
        template: Templates.loadCases, named: "load_cases",
        ["case": `case`.select(from: "c"), "charge": charge.select(from: "t")])

    /// Rows come sorted by case and charge.
    static func read(_ rows: Rows) throws -> [Case] {
        var cases: [Case] = []
        var charges: [Charge] = []
        for (index, row) in rows.enumerated() {
            var cursor = RowCursor(row, at: `case`.width)
            if let charge = try cursor.charge() { charges.append(charge) }
            let id = try row.text(0)
            guard try index + 1 == rows.count || !rows[index + 1].text(0).utf8.elementsEqual(id.utf8) else { continue }
            cursor = RowCursor(row)
            cases.append(try cursor.case(charges))
            charges = []
        }
        return cases
    }
}

extension RowCursor {
    fileprivate mutating func `case`(_ charges: [Charge]) throws -> Case {
        Case(
            id: try id(), customer: try id(), product: try optionalID(), asset: try optionalID(),
            channel: try optionalID(), priority: try optionalInt2().map(CasePriority.init(stored:)),
            entitlement: try id(), serviceLevel: try optionalID(), openedAt: try instant(),
            charges: [try charge()].compactMap(\.self) + charges)
    }

    fileprivate mutating func charge() throws -> Charge? {
        guard let allocation = try optionalText() else { return nil }
        return Charge(allocation: allocation, grant: try int4(), amount: try int8(), isHeld: try bool())
    }
}
