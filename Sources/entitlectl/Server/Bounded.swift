/// Work on many elements, a limited number of them at once.
enum Bounded {
    /// - Parameters:
    ///   - limit: the most elements in work, at least 1.
    ///   - gather: gets the outcomes one after the other, in the order in which they come.
    /// - Throws: the first error of `work`; what is under way is cancelled.
    static func forEach<Element: Sendable, Outcome: Sendable>(
        _ elements: [Element], limit: Int, _ work: @escaping @Sendable (Element) async throws -> Outcome,
        gather: (Outcome) -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            var waiting = elements.makeIterator()
            for _ in 0..<limit {
                guard let element = waiting.next() else { break }
                group.addTask { try await work(element) }
            }
            while let outcome = try await group.next() {
                gather(outcome)
                if let element = waiting.next() { group.addTask { try await work(element) } }
            }
        }
    }

    /// - Returns: the outcomes, in the order of the elements.
    static func map<Element: Sendable, Outcome: Sendable>(
        _ elements: some Sequence<Element>, limit: Int, _ work: @escaping @Sendable (Element) async throws -> Outcome
    ) async throws -> [Outcome] {
        var outcomes: [(place: Int, outcome: Outcome)] = []
        try await forEach(Array(elements.enumerated()), limit: limit) { element in
            (element.offset, try await work(element.element))
        } gather: {
            outcomes.append($0)
        }
        return outcomes.sorted { $0.place < $1.place }.map(\.outcome)
    }
}
