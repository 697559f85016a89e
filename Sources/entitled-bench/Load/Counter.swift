import Synchronization

/// A number that many tasks count with.
final class Counter: Sendable {
    private let number = Atomic(0)

    var value: Int { number.load(ordering: .relaxed) }

    /// - Returns: the new value.
    @discardableResult
    func add(_ amount: Int) -> Int { number.add(amount, ordering: .relaxed).newValue }
}
