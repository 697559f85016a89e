package import EntitledCore
import EntitledPostgres
package import EntitledService

extension PostgresStore {
    package func list<Record: StoredRecord>(
        _ query: ListRecords<Record>, of tenant: TenantSlug
    ) async throws(StoreError) -> Page<Record> {
        let table = CatalogueTables.table(of: Record.self)
        return try await page(tenant, table.listing, query.page, table.record) { $0.id.text }
    }

    package func list(_ query: ListChannels, of tenant: TenantSlug) async throws(StoreError) -> Page<Channel> {
        try await page(tenant, Statements.listChannels, query.page, { Channel(id: try $0.id()) }) { $0.id.text }
    }

    package func list(
        _ query: ListEntitlements, of tenant: TenantSlug
    ) async throws(StoreError) -> Page<EntitlementView> {
        try await run(.snapshot, tenant) { transaction in
            var parameters = Self.parameters(of: query.page)
            parameters.append(text: query.customer?.text)
            parameters.append(text: query.contract?.text)
            let ids = try transaction.flush(
                [PipelineStep(Statements.planLists), PipelineStep(Statements.listEntitlements, parameters)])[1]
                .map { EntitlementID(stored: try $0.text(0)) }
            var needs = Needs()
            needs.entitlements = Set(ids)
            // The second round trip reads the same snapshot.
            let facts = try FactLoader(needs: needs, locks: false, hints: transaction.hints).load(transaction)
            let views = ids.compactMap { facts.entitlements[$0] }.map { EntitlementView($0, in: facts) }
            return Self.page(views, query.page) { $0.entitlement.id.text }
        }
    }

    package func list(
        _ query: ListJournal, after: Int64, of tenant: TenantSlug
    ) async throws(StoreError) -> Page<JournalLine> {
        try await run(.snapshot, tenant) { transaction in
            var parameters = Parameters()
            parameters.append(int8: after)
            parameters.append(int8: Int64(query.page.limit))
            parameters.append(text: query.entitlement?.text)
            parameters.append(text: query.case?.text)
            parameters.append(int8: Int64(Limits.pageBytes))
            let lines = try transaction.commit(
                [PipelineStep(Statements.planLists), PipelineStep(Statements.listJournal, parameters)])[1]
                .map(JournalReading.line)
            return Self.page(lines, query.page) { String($0.number) }
        }
    }

    package func reconcile(_ tenant: TenantSlug) async throws(StoreError) -> Reconciliation {
        try await run(.snapshot, tenant) { transaction in
            let statements = [
                Statements.reconcileCounts, Statements.reconcileGrants, Statements.reconcileBalances,
                EntitlementTables.reconcilePacked,
            ]
            // Adding a whole journal up takes longer than anything else may.
            let answers = try transaction.commit(
                [PipelineStep(Statements.allowLongReading)] + statements.map { PipelineStep($0) },
                silence: Method.reconcile.defaultDeadline)
            let (counts, grants, balances, packed) = (try answers[1].only(), answers[2], answers[3], answers[4])
            var differences: [String] = []
            let (lines, last, head) = (try counts.int8(0), try counts.int8(1), try counts.int8(2))
            if lines != last || last != head {
                differences.append("journal: \(lines) lines, the last is \(last), the head says \(head)")
            }
            let (cases, opened) = (try counts.int8(4), try counts.int8(5))
            if cases != opened { differences.append("cases: \(cases), opened in the journal: \(opened)") }
            differences += try grants.map { row in
                let amounts = try (3...10).map { try row.int8($0) }
                return """
                    grant \(try row.text(0))/\(try row.text(1))/\(try row.int4(2)): \
                    granted \(amounts[0]), journal \(amounts[1]); \
                    charged \(amounts[2]), journal \(amounts[3]), cases \(amounts[4]); \
                    held \(amounts[5]), journal \(amounts[6]), cases \(amounts[7])
                    """
            }
            differences += try balances.map { row in
                "allocation \(try row.text(0))/\(try row.text(1)): the journal's last balance is another"
            }
            differences += try packed.map { row in
                "entitlement \(try row.text(0)): its packed terms aren't what its columns say"
            }
            return Reconciliation(
                journalLines: lines, grants: try counts.int8(3), cases: cases,
                differences: Array(differences.prefix(100)))
        }
    }

    private func page<Item: Sendable>(
        _ tenant: TenantSlug, _ statement: Statement, _ request: PageRequest,
        _ read: @escaping @Sendable (inout RowCursor) throws -> Item, cursor: @escaping @Sendable (Item) -> String
    ) async throws(StoreError) -> Page<Item> {
        try await run(.snapshot, tenant) { transaction in
            let rows = try transaction.commit([PipelineStep(statement, Self.parameters(of: request))])[0]
            let items = try rows.map { row in
                var row = RowCursor(row)
                return try read(&row)
            }
            return Self.page(items, request, cursor: cursor)
        }
    }

    private static func parameters(of request: PageRequest) -> Parameters {
        var parameters = Parameters()
        parameters.append(text: request.after ?? "")
        parameters.append(int8: Int64(request.limit))
        return parameters
    }

    /// A full page may have a successor, which may turn out to be empty.
    private static func page<Item>(_ items: [Item], _ request: PageRequest, cursor: (Item) -> String) -> Page<Item> {
        Page(items: items, next: items.count < request.limit ? nil : items.last.map(cursor))
    }
}
