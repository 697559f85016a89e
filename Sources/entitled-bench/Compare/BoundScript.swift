import EntitledPostgres
import EntitledStore

/// The bound: what PostgreSQL alone can do with Entitled's own statements, in batches as full as they get. The
/// statements come from the store; each parameter is replaced by SQL that makes it. What it makes is not right, only as
/// much work as what is: constants cost nothing, so nearly all that is left is the batch's.
enum BoundScript {
    static let cases = 512

    static func make(schema: String) throws -> PgbenchScript {
        let statements = try BatchStatements.openingCases()
        let enter = ["'\(schema)'", "'\"\(schema)\"'"]
        let parts = try [statements.loading, statements.writing].map { flush in
            try ["\\startpipeline"] + flush.map { try fill($0.name, $0.sql, enter: enter) } + ["\\endpipeline"]
        }
        let text = (variables + parts.flatMap(\.self)).joined(separator: "\n") + "\n"
        return PgbenchScript(name: "bound", text: text, schema: schema, settings: BatchStatements.settings)
    }

    /// Customers that lie a stride apart, beginning anywhere: they differ, and each batch has others. A stride that
    /// ends in 7 goes through all of them if their number is made of twos and fives, as 1, 20 and 10,000 are.
    private static let variables = [
        #"\set n :n + 1"#,
        #"\set request 1152921504606846976 + :run * 281474976710656 + :client_id * 274877906944 + :n * 512"#,
        #"\set owners least(\#(cases), :customers)"#,
        #"\set start random(0, :customers - 1)"#,
        #"\set stride random(0, :customers / 10) * 10 + 7"#,
        #"\set charged random(1, 900000000)"#,
    ]

    private static let owner =
        "'customer-' || (:start::integer + i % :owners::integer * :stride::integer) "
        + "% :customers::integer"
    private static let owners =
        "array(select \(owner) from generate_series(0, :owners::integer - 1) as i order by 1)"
    private static let ownersOfCases = perCase(owner)
    private static let caseIDs = perCase("'case-' || to_hex(:request::bigint + i)")
    private static let requestIDs = perCase("(to_hex(:request::bigint + i) || '1000000000000000')::uuid")

    private static func perCase(_ value: String) -> String {
        "array(select \(value) from generate_series(0, \(cases - 1)) as i)"
    }

    /// The parameters that aren't sets of new rows.
    private static let positional = [
        "lock_own_entitlements": [owners, "current_date - 2"],
        "load_clock": [requestIDs, caseIDs, owners],
        "load_own_entitlements": [owners],
        "insert_journal": ["\(cases)", "now()"],
    ]

    /// The columns of new rows that differ from row to row; they are arrays.
    private static let varying = [
        "id": caseIDs, "case_id": caseIDs, "request_id": requestIDs, "customer_id": ownersOfCases,
        "entitlement_id": ownersOfCases,
    ]

    /// Those that don't; what stands nowhere here is null.
    private static let constant = [
        "channel": "'phone'", "opened_at": "now()", "number": "1", "allocation": "'main'", "grant_number": "1",
        "amount": "1", "is_held": "false", "event": "30", "actor": "'bench'", "occurred_at": "now()", "method": "50",
        "fingerprint": #"'\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'"#, "row_count": "1",
        "granted": "0", "charged": "1", "held": "0", "remaining_after": "999999999", "available_after": "999999999",
    ]

    /// The columns of a changed balance.
    private static let balance = [
        "allocation": "'main'", "number": "1", "origin": "1", "quantity": "1000000000",
        "charged": ":charged::bigint", "held": "0", "burn_priority": "0", "changed_at": "now()",
    ]

    /// - Throws: ``UnknownParameter`` for a statement that this doesn't know how to fill.
    static func fill(_ name: String, _ sql: String, enter: [String]) throws -> String {
        let columns = newColumns(of: sql)
        let given = name == "enter_tenant" ? enter : positional[name, default: []]
        var failure: UnknownParameter?
        let filled = sql.replacing(/\$([0-9]+)(::([a-z]+)(\[\])?)?/) { match -> String in
            let place = (Int(match.1) ?? 0) - 1
            let cast = match.2.map(String.init) ?? ""
            if given.indices.contains(place) { return "(\(given[place]))\(cast)" }
            guard columns.indices.contains(place - given.count), match.4 != nil else {
                failure = UnknownParameter(statement: name, number: place + 1)
                return ""
            }
            let column = columns[place - given.count]
            return array(of: column, match.3.map(String.init) ?? "", isBalance: name == "update_allocation_grant")
        }
        if let failure { throw failure }
        return filled.trimmingSuffix(while: \.isWhitespace) + ";"
    }

    private static func array(of column: String, _ type: String, isBalance: Bool) -> String {
        if isBalance {
            if column == "entitlement_id" { return "(\(owners))" }
            return "array_fill((\(balance[column] ?? "null"))::\(type), array[:owners::integer])"
        }
        if let varying = varying[column] { return "(\(varying))" }
        return "array_fill((\(constant[column] ?? "null"))::\(type), array[\(cases)])"
    }

    /// The columns of the set of new rows, a parameter each: those of `insert into … (a, b, c)`, or of
    /// `… as new (a, b, c)`. Columns that the statement fills by itself stand before them.
    private static func newColumns(of sql: String) -> [String] {
        guard let match = sql.firstMatch(of: /(insert into [a-z_]+|as new) \(([^)]*)\)/) else { return [] }
        let columns = match.2.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
        return columns.suffix(sql.matches(of: /unnest\(\$/).count)
    }
}

struct UnknownParameter: Error, CustomStringConvertible {
    let statement: String
    let number: Int
    var description: String { "the bound can't make parameter \(number) of the statement \(statement)" }
}

extension String {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
        var kept = self[...]
        while let last = kept.last, isTrimmed(last) { kept.removeLast() }
        return String(kept)
    }
}
