extension EntitledClient {
    /// Writes an entitlement down as a draft. It covers nothing until ``activateEntitlement(_:options:)``.
    ///
    /// - Throws: ``EntitledError``; `already_exists`, or `not_found` if the terms name what doesn't exist.
    public func addEntitlement(
        _ id: EntitlementID, _ terms: EntitlementTerms, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Entitlement> {
        try await call(AddEntitlement(id: id, terms: terms), options: options)
    }

    /// Puts a draft into force: from now on its dates decide whether it covers.
    ///
    /// - Throws: ``EntitledError``; `not_found`, or `wrong_state` if it is no draft.
    public func activateEntitlement(
        _ id: EntitlementID, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Entitlement> {
        try await call(ActivateEntitlement(id: id), options: options)
    }

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
    /// - Parameter customer: only those of this customer itself; nil: everybody's.
    public func entitlements(
        of customer: CustomerID? = nil, page: PageRequest = PageRequest(), options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Page<EntitlementView> {
        try await call(ListEntitlements(customer: customer, page: page), options: options).answer
    }

    /// All entitlements, in the order of their ids, page after page.
    ///
    /// - Parameters:
    ///   - customer: only those of this customer itself; nil: everybody's.
    ///   - pageSize: how many are fetched at once, 1 to 1,000. Entitlements can be long, and a page has to fit in one
    ///     frame.
    public func allEntitlements(
        of customer: CustomerID? = nil, pageSize: Int = 100, options: CallOptions = CallOptions()
    ) -> AllItems<EntitlementView> {
        AllItems(pageSize: pageSize) { page throws(EntitledError) in
            try await self.entitlements(of: customer, page: page, options: options)
        }
    }
}
