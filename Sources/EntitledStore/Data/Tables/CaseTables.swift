import EntitledCore
import EntitledPostgres

/// How cases are kept: a row each, with the first charge, and a row for each further charge.
enum CaseTables {
    static let `case` = Table<Case>(
        "support_case",
        [
            .text("id", .key) { $0.id.text },
            .text("customer_id") { $0.customer.text },
            .text("product_id") { $0.product?.text },
            .text("asset_id") { $0.asset?.text },
            .text("channel") { $0.channel?.text },
            .int2("priority") { $0.priority?.number },
            .text("entitlement_id") { $0.entitlement.text },
            .text("sla_id") { $0.serviceLevel?.text },
            .instant("opened_at") { $0.openedAt },
            .text("allocation") { $0.charges.first?.allocation },
            .int4("grant_number") { $0.charges.first?.grant },
            .int8("amount") { $0.charges.first?.amount },
            .bool("is_held") { $0.charges.first?.isHeld },
        ])

    /// A charge with what it belongs to.
    struct ChargeRow: Sendable {
        let opened: Case
        /// In the order in which it was booked, from 2: the first stands in the case's row. In cases that were opened
        /// before it did so, from 1.
        let number: Int32
        let charge: Charge
    }

    static let charge = Table<ChargeRow>(
        "charge",
        [
            .text("case_id", .parent) { $0.opened.id.text },
            .int4("number", .derived) { $0.number },
            .text("entitlement_id", .derived) { $0.opened.entitlement.text },
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
