/// Everything that a list has, fetched page by page as it is read. Each reading begins anew.
public struct AllItems<Item: Hashable & Sendable>: AsyncSequence, Sendable {
    public typealias Element = Item
    public typealias Failure = EntitledError

    typealias Fetch = @Sendable (PageRequest) async throws(EntitledError) -> Page<Item>

    private let pageSize: Int
    private let fetch: Fetch

    init(pageSize: Int, fetch: @escaping Fetch) {
        self.pageSize = pageSize
        self.fetch = fetch
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(next: PageRequest(limit: pageSize), fetch: fetch)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        private var page: [Item].Iterator = [].makeIterator()
        /// Nil after the last page.
        private var following: PageRequest?
        private let fetch: Fetch

        fileprivate init(next: PageRequest, fetch: @escaping Fetch) {
            following = next
            self.fetch = fetch
        }

        public mutating func next() async throws(EntitledError) -> Item? {
            try await next(isolation: nil)
        }

        /// - Throws: what the list's method throws; reading may be tried again, it goes on where it was.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(EntitledError) -> Item? {
            while true {
                if let item = page.next() { return item }
                guard let request = following else { return nil }
                let fetched = try await fetch(request)
                page = fetched.items.makeIterator()
                following = fetched.next.map { PageRequest(after: $0, limit: request.limit) }
            }
        }
    }
}
