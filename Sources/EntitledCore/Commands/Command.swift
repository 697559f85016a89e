/// A call that changes something: decided exactly once per request id, and journalled.
public protocol Command: Hashable, Sendable {
    associatedtype Answer: Hashable, Sendable
    static var method: Method { get }
    /// Writes the set fields in their canonical form: what makes two calls "the same content".
    func encode(to encoder: inout CanonicalEncoder)
}

/// How a command is decided. Everything that concerns one command stands in its one file.
package protocol DecidableCommand: Command {
    /// Checks what can be known without any fact.
    /// - Throws: ``EntitledError`` `invalid_field`.
    func validate() throws(EntitledError)
    /// Adds what has to be locked and loaded before ``decide(in:by:)``.
    func add(to needs: inout Needs)
    /// Whose entitlements it is decided on, as far as the call says it: a guess at which calls will lock the same.
    var laneCustomer: CustomerID? { get }
    /// Decides. Throws before it changes `facts`, or not at all.
    /// - Throws: ``EntitledError`` if the question can't be answered, ``UnlockedFacts`` if more must be locked first.
    func decide(in facts: inout WorkingSet, by actor: String) throws -> Answer
    /// The answer that was given when the command was decided, from what the journal kept of it.
    static func answer(from entry: JournalEntry) throws -> Answer
}

extension DecidableCommand {
    package var laneCustomer: CustomerID? {
        var needs = Needs()
        add(to: &needs)
        return needs.candidates.first ?? needs.customers.first
    }
}

/// What the caller gets for a command.
public struct Reply<Answer: Sendable>: Sendable {
    public let answer: Answer
    /// The journal line that bears the decision; nil if nothing was decided (the case existed already), and of a dry
    /// run.
    public let journalNumber: Int64?
    /// Whether the request id had been decided before, so that this is the first answer again.
    public let isRepeated: Bool

    @inlinable
    package init(answer: Answer, journalNumber: Int64?, isRepeated: Bool) {
        self.answer = answer
        self.journalNumber = journalNumber
        self.isRepeated = isRepeated
    }
}

extension Reply: Equatable where Answer: Equatable {}
