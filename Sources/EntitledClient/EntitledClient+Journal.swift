extension EntitledClient {
    /// A page of the journal, in the order of its numbers.
    ///
    /// - Parameters:
    ///   - entitlement: only lines about this entitlement.
    ///   - case: only lines about this case.
    ///   - page: ``PageRequest/after`` is a journal number in decimal digits.
    public func journal(
        entitlement: EntitlementID? = nil, case: CaseID? = nil, page: PageRequest = PageRequest(),
        options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Page<JournalLine> {
        try await call(ListJournal(entitlement: entitlement, case: `case`, page: page), options: options).answer
    }

    /// All lines of the journal up to now, in the order of their numbers, page after page.
    ///
    /// - Parameters:
    ///   - entitlement: only lines about this entitlement.
    ///   - case: only lines about this case.
    ///   - pageSize: how many are fetched at once, 1 to 1,000.
    public func allJournalLines(
        entitlement: EntitlementID? = nil, case: CaseID? = nil, pageSize: Int = 500,
        options: CallOptions = CallOptions()
    ) -> AllItems<JournalLine> {
        AllItems(pageSize: pageSize) { page throws(EntitledError) in
            try await self.journal(entitlement: entitlement, case: `case`, page: page, options: options)
        }
    }

    /// Adds the whole journal up and compares it with every balance.
    public func reconcile(options: CallOptions = CallOptions()) async throws(EntitledError) -> Reconciliation {
        try await call(Reconcile(), options: options).answer
    }
}
