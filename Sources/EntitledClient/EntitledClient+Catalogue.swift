extension EntitledClient {
    // MARK: Customers

    /// Creates an account, or a contact of one.
    ///
    /// - Parameters:
    ///   - name: 1 to 200 characters; nil takes the id.
    ///   - parent: an account's parent account, if any; a contact's account, always.
    /// - Throws: ``EntitledError``; `already_exists`, or `not_found` for the parent.
    public func addCustomer(
        _ id: CustomerID, kind: Customer.Kind, name: String? = nil, parent: CustomerID? = nil,
        options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Customer> {
        try await call(AddCustomer(id: id, kind: kind, name: name, parent: parent), options: options)
    }

    /// - Throws: ``EntitledError``; `not_found` if there is none of that id.
    public func customer(
        _ id: CustomerID, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Customer {
        try await call(GetCustomer(id: id), options: options).answer
    }

    /// A page of the customers, in the order of their ids.
    public func customers(
        page: PageRequest = PageRequest(), options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Page<Customer> {
        try await call(ListCustomers(page: page), options: options).answer
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
        AllItems(pageSize: pageSize) { page throws(EntitledError) in
            try await self.customers(page: page, options: options)
        }
    }

    // MARK: Products

    /// Creates a product, or a family of products.
    ///
    /// - Parameters:
    ///   - name: 1 to 200 characters; nil takes the id.
    ///   - family: the family that it belongs to, if any.
    /// - Throws: ``EntitledError``; `already_exists`, or `not_found` for the family.
    public func addProduct(
        _ id: ProductID, name: String? = nil, family: ProductID? = nil, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Product> {
        try await call(AddProduct(id: id, name: name, family: family), options: options)
    }

    /// - Throws: ``EntitledError``; `not_found` if there is none of that id.
    public func product(
        _ id: ProductID, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Product {
        try await call(GetProduct(id: id), options: options).answer
    }

    /// A page of the products, in the order of their ids.
    public func products(
        page: PageRequest = PageRequest(), options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Page<Product> {
        try await call(ListProducts(page: page), options: options).answer
    }

    /// All products, in the order of their ids, page after page.
    ///
    /// - Parameter pageSize: how many are fetched at once, 1 to 1,000.
    public func allProducts(
        pageSize: Int = PageRequest.maximumLimit, options: CallOptions = CallOptions()
    ) -> AllItems<Product> {
        AllItems(pageSize: pageSize) { page throws(EntitledError) in
            try await self.products(page: page, options: options)
        }
    }

    // MARK: Channels

    /// Adds a channel to those that every tenant has (``Channel/standard``).
    ///
    /// - Throws: ``EntitledError``; `already_exists`.
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
}
