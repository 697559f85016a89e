import EntitledCore
package import EntitledPostgres

/// The statements of the data path, for whoever measures PostgreSQL without the rest: they come from the code that
/// serves, so that the two can't drift apart.
package struct BatchStatements: Sendable {
    /// The session settings that data connections have.
    package static let settings = Placements.planning

    /// Begins, becomes the tenant's role, locks and loads: one round trip.
    package let loading: [Statement]
    /// Writes and commits: the other one.
    package let writing: [Statement]

    /// Those of a batch that opens cases of customers with one counted entitlement each.
    package static func openingCases() throws -> BatchStatements {
        var needs = Needs()
        var catalogue = Catalogue()
        var entitlements: [Entitlement] = []
        var calls: [(command: OpenCase, envelope: Envelope)] = []
        // Two: a batch of one has statements of its own.
        for id in ["a", "b"] {
            let customer = Customer(id: CustomerID(stored: id), kind: .account, name: "customer", version: 1)
            catalogue.insert(customer)
            entitlements.append(entitlement(EntitlementID(stored: id), of: customer))
            let command = OpenCase(
                id: CaseID(stored: id), Inquiry(customer: customer.id, channel: ChannelID(stored: "phone")))
            let envelope = Envelope(request: RequestID(), command: command, actor: "bench")
            command.add(to: &needs)
            needs.requests.insert(envelope.request)
            calls.append((command, envelope))
        }
        var facts = WorkingSet(
            now: .systemNow, zone: .utc, catalogue: catalogue, entitlements: entitlements,
            locked: Set(entitlements.map(\.id)))
        for (command, envelope) in calls { _ = try facts.perform(command, envelope) }
        let hints = LoadingHints()
        hints.learn(haveStoodAlone: true)
        return BatchStatements(
            loading: [Statements.beginBatch, Statements.enterTenant]
                + FactLoader(needs: needs, locks: true, hints: hints).steps.map(\.statement.statement),
            writing: try ChangeWriter(facts: facts).steps().map(\.statement) + [PipelineStep.commit.statement])
    }

    private static func entitlement(_ id: EntitlementID, of customer: Customer) -> Entitlement {
        let terms = EntitlementTerms(
            customer: customer.id, startDay: CalendarDay(daysSince1970: 0),
            service: ServiceTerms(allocations: [AllocationTerms(kind: .perIncident(cases: 1))]))
        return Entitlement(
            id: id, state: .activated, terms: terms,
            allocations: terms.service.allocations.map {
                Allocation(terms: $0, grants: [Grant(number: 1, quantity: 1, changedAt: .systemNow)])
            })
    }
}
