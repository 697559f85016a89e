internal import EntitledWire

/// The records of one kind that callers write down: ``EntitledClient/customers``, ``EntitledClient/plans`` and so on.
///
/// ```swift
/// try await client.assets.add(Asset(id: AssetID("SN-1"), product: ProductID("laser-9")))
/// var plan = try await client.plans.record(PlanID("gold"))
/// plan.months = 24
/// try await client.plans.update(plan)
/// for try await contract in client.contracts.all() { print(contract.name) }
/// ```
public struct Records<Record: CatalogueRecord>: Sendable {
    private typealias Write = @Sendable (Record, CallOptions) async throws(EntitledError) -> Reply<Record>

    private let adding: Write
    private let updating: Write
    private let reading: @Sendable (Identifier<Record>, CallOptions) async throws(EntitledError) -> Record
    private let listing: @Sendable (PageRequest, CallOptions) async throws(EntitledError) -> Page<Record>

    /// How the calls travel is known here only: their messages are no part of the public interface.
    init(_ client: EntitledClient) where Record: WireItem {
        adding = { record, options throws(EntitledError) in
            try await client.call(AddRecord(record), options: options)
        }
        updating = { record, options throws(EntitledError) in
            try await client.call(UpdateRecord(record), options: options)
        }
        reading = { id, options throws(EntitledError) in
            try await client.call(GetRecord(id: id), options: options).answer
        }
        listing = { page, options throws(EntitledError) in
            try await client.call(ListRecords(page: page), options: options).answer
        }
    }

    /// Adds a record. Its version doesn't count: it becomes 1.
    ///
    /// - Throws: ``EntitledError``; `already_exists`, `invalid_field`, or `not_found` for what it refers to.
    @discardableResult
    public func add(
        _ record: Record, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Record> {
        try await adding(record, options)
    }

    /// Replaces a record as a whole: read it, change it, give it back.
    ///
    /// - Parameter record: with the version that was read.
    /// - Throws: ``EntitledError``; `version_conflict` if it was changed since it was read, `not_found`,
    ///   `invalid_field`.
    @discardableResult
    public func update(
        _ record: Record, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<Record> {
        try await updating(record, options)
    }

    /// - Throws: ``EntitledError``; `not_found` if there is none of that id.
    public func record(
        _ id: Identifier<Record>, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Record {
        try await reading(id, options)
    }

    /// A page of the records, in the order of their ids.
    public func page(
        _ page: PageRequest = PageRequest(), options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Page<Record> {
        try await listing(page, options)
    }

    /// All records, in the order of their ids, page after page.
    ///
    /// - Parameter pageSize: how many are fetched at once, 1 to 1,000. Plans can be long, and a page has to fit in one
    ///   frame.
    public func all(pageSize: Int = 500, options: CallOptions = CallOptions()) -> AllItems<Record> {
        AllItems(pageSize: pageSize) { page throws(EntitledError) in
            try await listing(page, options)
        }
    }
}
