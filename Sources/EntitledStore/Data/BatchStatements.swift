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
        let customer = Customer(id: CustomerID(stored: "customer"), kind: .account, name: "customer", version: 1)
        let now = Instant.systemNow
        let terms = EntitlementTerms(
            customer: customer.id, startDay: CalendarDay(daysSince1970: 0),
            service: ServiceTerms(allocations: [AllocationTerms(kind: .perIncident(cases: 1))]))
        let entitlement = Entitlement(
            id: EntitlementID(stored: "entitlement"), state: .activated, terms: terms,
            allocations: terms.service.allocations.map {
                Allocation(terms: $0, grants: [Grant(number: 1, quantity: 1, changedAt: now)])
            })
        let command = OpenCase(
            id: CaseID(stored: "case"), Inquiry(customer: customer.id, channel: ChannelID(stored: "phone")))
        let envelope = Envelope(request: RequestID(), command: command, actor: "bench")

        var needs = Needs()
        command.add(to: &needs)
        needs.requests.insert(envelope.request)
        var catalogue = Catalogue()
        catalogue.insert(customer)
        var facts = WorkingSet(
            now: now, zone: .utc, catalogue: catalogue, entitlements: [entitlement], locked: [entitlement.id])
        _ = try facts.perform(command, envelope)
        return BatchStatements(
            loading: [Statements.beginBatch, Statements.enterTenant]
                + FactLoader(needs: needs, locks: true).steps.map(\.statement.statement),
            writing: try ChangeWriter(facts: facts).steps().map(\.statement) + [PipelineStep.commit.statement])
    }
}
