extension EntitledClient {
    /// Accounts, and contacts of them.
    public var customers: Records<Customer> { Records(self) }
    /// Products, and families of products.
    public var products: Records<Product> { Records(self) }
    /// Sold units of products, by their serial numbers.
    public var assets: Records<Asset> { Records(self) }
    /// Business hours.
    public var calendars: Records<BusinessCalendar> { Records(self) }
    public var serviceLevels: Records<ServiceLevel> { Records(self) }
    /// Templates for entitlements.
    public var plans: Records<Plan> { Records(self) }
    public var contracts: Records<Contract> { Records(self) }

    // MARK: Shorter for the commonest

    /// Creates an account, or a contact of one.
    ///
    /// - Parameters:
    ///   - name: 1 to 200 characters; nil takes the id.
    ///   - parent: an account's parent account, if any; a contact's account, always.
    /// - Throws: ``EntitledError``; `already_exists`, or `not_found` for the parent.
    @discardableResult
    public func addCustomer(
        _ id: CustomerID, kind: Customer.Kind, name: String? = nil, parent: CustomerID? = nil,
        options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Customer> {
        try await customers.add(Customer(id: id, kind: kind, name: name, parent: parent), options: options)
    }

    /// - Throws: ``EntitledError``; `not_found` if there is none of that id.
    public func customer(
        _ id: CustomerID, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Customer {
        try await customers.record(id, options: options)
    }

    /// All customers, in the order of their ids, page after page.
    ///
    /// ```swift
    /// for try await customer in client.allCustomers() { print(customer.name) }
    /// ```
    /// - Parameter pageSize: how many are fetched at once, 1 to 1,000.
    public func allCustomers(
        pageSize: Int = PageRequest.maximumLimit, options: CallOptions = CallOptions()
    ) -> AllItems<Customer> {
        customers.all(pageSize: pageSize, options: options)
    }

    /// Creates a product, or a family of products.
    ///
    /// - Parameters:
    ///   - name: 1 to 200 characters; nil takes the id.
    ///   - family: the family that it belongs to, if any.
    /// - Throws: ``EntitledError``; `already_exists`, or `not_found` for the family.
    @discardableResult
    public func addProduct(
        _ id: ProductID, name: String? = nil, family: ProductID? = nil, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Product> {
        try await products.add(Product(id: id, name: name, family: family), options: options)
    }

    /// - Throws: ``EntitledError``; `not_found` if there is none of that id.
    public func product(
        _ id: ProductID, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Product {
        try await products.record(id, options: options)
    }

    /// All products, in the order of their ids, page after page.
    ///
    /// - Parameter pageSize: how many are fetched at once, 1 to 1,000.
    public func allProducts(
        pageSize: Int = PageRequest.maximumLimit, options: CallOptions = CallOptions()
    ) -> AllItems<Product> {
        products.all(pageSize: pageSize, options: options)
    }

    // MARK: Channels

    /// Adds a channel to those that every tenant has (``Channel/standard``).
    ///
    /// - Throws: ``EntitledError``; `already_exists`.
    @discardableResult
    public func addChannel(
        _ id: ChannelID, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Channel> {
        try await call(AddChannel(id: id), options: options)
    }

    /// A page of the channels that were added, in the order of their ids; the standard ones are not among them.
    public func channels(
        page: PageRequest = PageRequest(), options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Page<Channel> {
        try await call(ListChannels(page: page), options: options).answer
    }

    /// All channels that were added, in the order of their ids, page after page.
    ///
    /// - Parameter pageSize: how many are fetched at once, 1 to 1,000.
    public func allChannels(
        pageSize: Int = PageRequest.maximumLimit, options: CallOptions = CallOptions()
    ) -> AllItems<Channel> {
        AllItems(pageSize: pageSize) { page throws(EntitledError) in
            try await self.channels(page: page, options: options)
        }
    }

    // MARK: Settings

    /// What holds for the whole tenant.
    public func settings(options: CallOptions = CallOptions()) async throws(EntitledError) -> Settings {
        try await call(GetSettings(), options: options).answer
    }

    /// Replaces the tenant's settings as a whole: read them, change them, give them back.
    ///
    /// - Parameter settings: with the version that was read.
    /// - Throws: ``EntitledError``; `version_conflict` if they were changed since they were read, `not_found` for the
    ///   default entitlement, `invalid_field`.
    @discardableResult
    public func updateSettings(
        _ settings: Settings, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Settings> {
        try await call(UpdateSettings(settings), options: options)
    }
}
