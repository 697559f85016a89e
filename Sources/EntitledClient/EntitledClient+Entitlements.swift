extension EntitledClient {
    // MARK: Drafts

    /// Writes an entitlement down as a draft. It covers nothing until ``activateEntitlement(_:options:)``.
    ///
    /// - Parameter terms: what they leave open is taken from the plan that they name.
    /// - Throws: ``EntitledError``; `already_exists`, `invalid_field`, or `not_found` if the terms name what doesn't
    ///   exist.
    @discardableResult
    public func addEntitlement(
        _ id: EntitlementID, _ terms: EntitlementTerms, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Entitlement> {
        try await call(AddEntitlement(id: id, terms: terms), options: options)
    }

    /// Replaces a draft's terms as a whole. What is in force is amended instead
    /// (``amendEntitlement(_:_:at:version:options:)``).
    ///
    /// - Parameter version: the version that was read; nil replaces whatever is there.
    /// - Throws: ``EntitledError``; `wrong_state` if it is no draft, `version_conflict`, `not_found`, `invalid_field`.
    @discardableResult
    public func updateEntitlement(
        _ id: EntitlementID, _ terms: EntitlementTerms, version: Int64? = nil, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Entitlement> {
        try await call(UpdateEntitlement(id: id, terms: terms, version: version), options: options)
    }

    /// Takes a draft away. What was ever in force can't be deleted; it can be cancelled.
    ///
    /// - Parameter version: the version that was read; nil deletes whatever is there.
    /// - Returns: the draft that was deleted.
    /// - Throws: ``EntitledError``; `not_found`, `wrong_state` if it was in force, `version_conflict`.
    @discardableResult
    public func deleteEntitlement(
        _ id: EntitlementID, version: Int64? = nil, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Entitlement> {
        try await call(DeleteEntitlement(id: id, version: version), options: options)
    }

    // MARK: Life

    /// Puts a draft into force: from now on its dates decide whether it covers.
    ///
    /// - Throws: ``EntitledError``; `not_found`, or `wrong_state` if it is no draft.
    @discardableResult
    public func activateEntitlement(
        _ id: EntitlementID, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Entitlement> {
        try await call(ActivateEntitlement(id: id), options: options)
    }

    /// Holds an active entitlement up: new cases fail `suspended`, open ones run on.
    ///
    /// - Parameter reason: 1 to 200 characters, for the journal.
    /// - Throws: ``EntitledError``; `not_found`, or `wrong_state` if it isn't active.
    @discardableResult
    public func suspendEntitlement(
        _ id: EntitlementID, reason: String, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Entitlement> {
        try await call(SuspendEntitlement(id: id, reason: reason), options: options)
    }

    /// Lets a suspended entitlement cover again.
    ///
    /// - Throws: ``EntitledError``; `not_found`, or `wrong_state` if it isn't suspended.
    @discardableResult
    public func resumeEntitlement(
        _ id: EntitlementID, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Entitlement> {
        try await call(ResumeEntitlement(id: id), options: options)
    }

    /// Ends an entitlement before its time. What was consumed stays recorded.
    ///
    /// - Parameters:
    ///   - reason: 1 to 200 characters, for the journal.
    ///   - day: the first day that isn't covered any more, in the entitlement's zone; nil is at once.
    /// - Throws: ``EntitledError``; `not_found`, `wrong_state` if it has ended or is cancelled, `invalid_field` if the
    ///   day isn't later than today.
    @discardableResult
    public func cancelEntitlement(
        _ id: EntitlementID, reason: String, on day: CalendarDay? = nil, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Entitlement> {
        try await call(CancelEntitlement(id: id, reason: reason, on: day), options: options)
    }

    /// Renews an entitlement: a successor on the same terms, from the day after its end, linked both ways.
    ///
    /// - Parameters:
    ///   - successor: the successor's id.
    ///   - isDraft: whether the successor stays a draft.
    /// - Returns: the successor. If there is one already that wasn't cancelled, that one, whatever its id.
    /// - Throws: ``EntitledError``; `not_found`, `already_exists`, or `wrong_state` if it was never in force or never
    ///   ends.
    @discardableResult
    public func renewEntitlement(
        _ id: EntitlementID, as successor: EntitlementID, asDraft isDraft: Bool = false,
        options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Entitlement> {
        try await call(RenewEntitlement(id: id, successor: successor, asDraft: isDraft), options: options)
    }

    /// Changes the terms of an entitlement that waits or is active, without a gap of cover.
    ///
    /// - Parameters:
    ///   - amendment: what is to change; what it doesn't name stays.
    ///   - instant: when it takes effect; nil is now.
    ///   - version: the version that was read; nil amends whatever is there.
    /// - Returns: every counted balance before and after.
    /// - Throws: ``EntitledError``; `wrong_state` if it neither waits nor is active, or if more is taken back than is
    ///   unused; `version_conflict`, `not_found`, `invalid_field`.
    @discardableResult
    public func amendEntitlement(
        _ id: EntitlementID, _ amendment: Amendment, at instant: Instant? = nil, version: Int64? = nil,
        options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<AmendmentResult> {
        try await call(AmendEntitlement(id: id, amendment, at: instant, version: version), options: options)
    }

    /// Adds a grant to one allocation: a top-up, with a validity of its own.
    ///
    /// - Throws: ``EntitledError``; `not_found` for the entitlement or the allocation, `wrong_state`, `invalid_field`.
    @discardableResult
    public func addGrant(
        _ grant: AddGrant, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Entitlement> {
        try await call(grant, options: options)
    }

    // MARK: Reading

    /// An entitlement, with its balances and what it is now.
    ///
    /// - Throws: ``EntitledError``; `not_found` if there is none of that id.
    public func entitlement(
        _ id: EntitlementID, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> EntitlementView {
        try await call(GetEntitlement(id: id), options: options).answer
    }

    /// A page of the entitlements, in the order of their ids, with their balances.
    ///
    /// - Parameters:
    ///   - customer: only those of this customer itself; nil: everybody's.
    ///   - contract: only those of this contract; nil: of every contract and of none.
    public func entitlements(
        of customer: CustomerID? = nil, contract: ContractID? = nil, page: PageRequest = PageRequest(),
        options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Page<EntitlementView> {
        try await call(
            ListEntitlements(customer: customer, contract: contract, page: page), options: options
        ).answer
    }

    /// All entitlements, in the order of their ids, page after page.
    ///
    /// - Parameters:
    ///   - customer: only those of this customer itself; nil: everybody's.
    ///   - contract: only those of this contract; nil: of every contract and of none.
    ///   - pageSize: how many are fetched at once, 1 to 1,000. Entitlements can be long, and a page has to fit in one
    ///     frame.
    public func allEntitlements(
        of customer: CustomerID? = nil, contract: ContractID? = nil, pageSize: Int = 100,
        options: CallOptions = CallOptions()
    ) -> AllItems<EntitlementView> {
        AllItems(pageSize: pageSize) { page throws(EntitledError) in
            try await self.entitlements(of: customer, contract: contract, page: page, options: options)
        }
    }
}
