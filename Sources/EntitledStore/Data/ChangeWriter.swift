import EntitledCore
import EntitledPostgres

/// Turns the changes of a decided batch into set-based statements, each sorted by its table's key.
struct ChangeWriter {
    let facts: WorkingSet

    private var changes: Changes { facts.changes }

    /// The statements that persist the batch; the journal's comes last.
    func steps() -> [PipelineStep] {
        var steps: [PipelineStep] = []
        func add(_ statement: Statement, unless isEmpty: Bool, _ build: (inout Parameters) -> Void) {
            guard !isEmpty else { return }
            var parameters = Parameters()
            build(&parameters)
            steps.append(PipelineStep(statement, parameters))
        }
        add(Statements.insertCustomers, unless: changes.customers.isEmpty, customers)
        add(Statements.insertProducts, unless: changes.products.isEmpty, products)
        add(Statements.insertChannels, unless: changes.channels.isEmpty) {
            $0.append(texts: changes.channels.map(\.id.text).sorted())
        }
        let drafted = entitlements(changes.drafted)
        for entitlement in drafted {
            add(Statements.insertEntitlement, unless: false) { self.entitlement(entitlement, &$0) }
        }
        add(Statements.insertAllocations, unless: drafted.isEmpty) { allocations(of: drafted, &$0) }
        let activated = entitlements(changes.activated)
        add(Statements.updateStates, unless: activated.isEmpty) {
            $0.append(texts: activated.map(\.id.text))
            $0.append(int2s: activated.map(\.state.rawValue))
        }
        add(Statements.insertGrants, unless: activated.isEmpty) { newGrants(of: activated, &$0) }
        // A grant that is new in this batch is written with its last balance already.
        let touched = changes.grants.filter { !changes.activated.contains($0.entitlement) }
        add(Statements.updateGrants, unless: touched.isEmpty) { grants(touched, &$0) }
        add(Statements.insertCases, unless: changes.cases.isEmpty, cases)
        add(Statements.insertCharges, unless: changes.cases.isEmpty, charges)
        steps.append(PipelineStep(Statements.insertJournal, JournalColumns(facts).parameters))
        return steps
    }

    private func entitlements(_ ids: Set<EntitlementID>) -> [Entitlement] {
        ids.sorted().compactMap { facts.entitlements[$0] }
    }

    private func customers(_ parameters: inout Parameters) {
        let rows = changes.customers.sorted { $0.id < $1.id }
        parameters.append(texts: rows.map(\.id.text))
        parameters.append(int2s: rows.map(\.kind.rawValue))
        parameters.append(texts: rows.map(\.name))
        parameters.append(optionalTexts: rows.map { $0.parent?.text })
    }

    private func products(_ parameters: inout Parameters) {
        let rows = changes.products.sorted { $0.id < $1.id }
        parameters.append(texts: rows.map(\.id.text))
        parameters.append(texts: rows.map(\.name))
        parameters.append(optionalTexts: rows.map { $0.family?.text })
    }

    /// A row a statement: scopes are arrays, and `unnest` would take arrays of arrays apart.
    private func entitlement(_ entitlement: Entitlement, _ parameters: inout Parameters) {
        func append<Record>(_ scope: Scope<Identifier<Record>>?) {
            if let scope { parameters.append(texts: scope.members.map(\.text)) } else { parameters.appendNull() }
        }
        let terms = entitlement.terms
        parameters.append(text: entitlement.id.text)
        parameters.append(text: terms.customer.text)
        parameters.append(bool: terms.servesDescendants)
        append(terms.products)
        append(terms.channels)
        append(terms.contacts)
        parameters.append(date: terms.startDay.daysSince1970)
        parameters.append(date: terms.endDay?.daysSince1970)
        parameters.append(text: terms.timeZone?.name)
        parameters.append(int4: terms.priority)
        parameters.append(int2: terms.exhaustionPolicy.rawValue)
        // Drafts first: an activation in the same batch follows as an update.
        parameters.append(int2: EntitlementState.draft.rawValue)
    }

    private func allocations(of entitlements: [Entitlement], _ parameters: inout Parameters) {
        let rows = entitlements.flatMap { entitlement in
            entitlement.terms.allocations.enumerated().map { (entitlement.id, $0.offset, $0.element) }
        }
        parameters.append(texts: rows.map(\.0.text))
        parameters.append(texts: rows.map(\.2.name))
        parameters.append(int2s: rows.map { Int16($0.1) })
        parameters.append(int2s: rows.map(\.2.kind.columns.kind.rawValue))
        parameters.append(optionalInt8s: rows.map(\.2.kind.columns.quantity))
    }

    private func newGrants(of entitlements: [Entitlement], _ parameters: inout Parameters) {
        let rows = entitlements.flatMap { entitlement in
            entitlement.allocations.flatMap { allocation in
                allocation.grants.map { (entitlement.id, allocation.name, $0) }
            }
        }
        parameters.append(texts: rows.map(\.0.text))
        parameters.append(texts: rows.map(\.1))
        parameters.append(int4s: rows.map(\.2.number))
        parameters.append(optionalInt8s: rows.map(\.2.quantity))
        parameters.append(int8s: rows.map(\.2.charged))
        parameters.append(int8s: rows.map(\.2.held))
        parameters.append(timestamps: rows.map(\.2.changedAt.microseconds))
    }

    private func grants(_ keys: Set<GrantKey>, _ parameters: inout Parameters) {
        let rows: [(GrantKey, Grant)] = keys.sorted().compactMap { key in
            facts.entitlements[key.entitlement]?
                .allocations.first { $0.name == key.allocation }?
                .grants.first { $0.number == key.grant }
                .map { (key, $0) }
        }
        parameters.append(texts: rows.map(\.0.entitlement.text))
        parameters.append(texts: rows.map(\.0.allocation))
        parameters.append(int4s: rows.map(\.0.grant))
        parameters.append(int8s: rows.map(\.1.charged))
        parameters.append(int8s: rows.map(\.1.held))
        parameters.append(timestamps: rows.map(\.1.changedAt.microseconds))
    }

    private func cases(_ parameters: inout Parameters) {
        let rows = changes.cases.sorted { $0.id < $1.id }
        parameters.append(texts: rows.map(\.id.text))
        parameters.append(texts: rows.map(\.customer.text))
        parameters.append(optionalTexts: rows.map { $0.product?.text })
        parameters.append(optionalTexts: rows.map { $0.channel?.text })
        parameters.append(texts: rows.map(\.entitlement.text))
        parameters.append(timestamps: rows.map(\.openedAt.microseconds))
    }

    private func charges(_ parameters: inout Parameters) {
        let rows = changes.cases.sorted { $0.id < $1.id }.flatMap { opened in
            opened.charges.enumerated().map { (opened, $0.offset, $0.element) }
        }
        parameters.append(texts: rows.map(\.0.id.text))
        parameters.append(int2s: rows.map { Int16($0.1 + 1) })
        parameters.append(texts: rows.map(\.0.entitlement.text))
        parameters.append(texts: rows.map(\.2.allocation))
        parameters.append(int4s: rows.map(\.2.grant))
        parameters.append(int8s: rows.map(\.2.amount))
    }
}
