package import EntitledCore
package import EntitledPostgres

/// Turns the changes of a decided batch into set-based statements, each sorted by its table's key.
package struct ChangeWriter {
    let facts: WorkingSet

    package init(facts: WorkingSet) {
        self.facts = facts
    }

    private var changes: Changes { facts.changes }

    /// The statements that persist the batch; the journal's comes last.
    package func steps() throws -> [PipelineStep] {
        var steps = try catalogue()
        steps += ids(Statements.insertChannels, changes.channels.map(\.id))
        steps += settings()
        steps += try entitlements()
        steps += try grants()
        steps += try cases()
        steps += try JournalTable.inserting(facts)
        return steps
    }

    /// Few batches change any record: no table is asked for nothing.
    private func catalogue() throws -> [PipelineStep] {
        if changes.added.isEmpty && changes.replaced.isEmpty { return [] }
        return try CatalogueTables.all.flatMap { try $0.writing(changes) }
    }

    private func ids<Record>(_ statement: Statement, _ ids: [Identifier<Record>]) -> [PipelineStep] {
        guard !ids.isEmpty else { return [] }
        var parameters = Parameters()
        parameters.append(texts: ids.sorted().map(\.text))
        return [PipelineStep(statement, parameters)]
    }

    private func settings() -> [PipelineStep] {
        guard let settings = changes.settings else { return [] }
        var parameters = Parameters()
        parameters.append(bool: settings.fallsThrough)
        parameters.append(text: settings.defaultEntitlement?.text)
        parameters.append(int4: settings.closingDays)
        parameters.append(int8: settings.version)
        return [PipelineStep(Statements.updateSetting, parameters)]
    }

    private func entitlements() throws -> [PipelineStep] {
        let changed = changes.entitlements.sorted().compactMap { facts.entitlements[$0] }
        let new = changed.filter { changes.drafted.contains($0.id) }
        let old = changed.filter { !changes.drafted.contains($0.id) }
        let rewritten = old.filter(isRewritten)
        let deleted = Array(changes.deleted)
        // First away with what is deleted: its id may be drafted anew in the same batch.
        return ids(Statements.deleteAllocations, deleted + rewritten.map(\.id))
            + ids(Statements.deleteEntitlements, deleted)
            + (try EntitlementTables.entitlement.inserting(new))
            + (try EntitlementTables.entitlement.updating(old))
            + (try EntitlementTables.allocation.inserting(allocations(of: new + rewritten)))
            + (try EntitlementTables.allocation.updating(allocations(of: old.filter { !isRewritten($0) })))
            // Drafts are written again soon, and cover nothing.
            + ids(EntitlementTables.pack, changed.filter { $0.state == .activated }.map(\.id))
    }

    /// Whether it was a draft when it was loaded, so that its pools may be others now: what was in force has grants
    /// that were written before.
    private func isRewritten(_ entitlement: Entitlement) -> Bool {
        entitlement.allocations.allSatisfy { allocation in
            allocation.grants.allSatisfy { grant in
                changes.newGrants.contains(
                    GrantKey(entitlement: entitlement.id, allocation: allocation.name, grant: grant.number))
            }
        }
    }

    private func allocations(of entitlements: [Entitlement]) -> [EntitlementTables.AllocationRow] {
        entitlements.flatMap { entitlement in
            entitlement.allocations.enumerated().map { position, allocation in
                EntitlementTables.AllocationRow(
                    entitlement: entitlement.id, position: Int16(position), terms: allocation.terms)
            }
        }
    }

    private func grants() throws -> [PipelineStep] {
        try EntitlementTables.grant.inserting(rows(of: changes.newGrants))
            + EntitlementTables.grant.updating(rows(of: changes.grants))
    }

    private func rows(of keys: Set<GrantKey>) -> [EntitlementTables.GrantRow] {
        keys.sorted().compactMap { key in
            facts.entitlements[key.entitlement]?
                .allocations.first { $0.name == key.allocation }?
                .grants.last { $0.number == key.grant }
                .map { EntitlementTables.GrantRow(key: key, grant: $0) }
        }
    }

    private func cases() throws -> [PipelineStep] {
        let cases = changes.cases
        let sorted = cases.indices.sorted { cases[$0].id < cases[$1].id }
        let rows = sorted.map { CaseTables.CaseRow(cases: cases, place: $0) }
        var charges: [CaseTables.ChargeRow] = []
        charges.reserveCapacity(rows.count)
        for row in rows {
            for place in row.opened.charges.indices.dropFirst() {
                charges.append(CaseTables.ChargeRow(row: row, place: place))
            }
        }
        return try CaseTables.case.inserting(rows) + CaseTables.charge.inserting(charges)
    }
}
