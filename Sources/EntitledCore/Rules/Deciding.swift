/// A call that was decided before: enough to tell whether it is the same one, and to answer it again.
package struct Decided: Sendable {
    package let fingerprint: Fingerprint
    package let entry: JournalEntry
    package let position: JournalPosition

    package init(fingerprint: Fingerprint, entry: JournalEntry, position: JournalPosition) {
        self.fingerprint = fingerprint
        self.entry = entry
        self.position = position
    }
}

/// Where in the journal a decision stands.
package enum JournalPosition: Hashable, Sendable {
    /// Its number.
    case number(Int64)
    /// So many rows after the first that this batch will write.
    case offset(Int)
}

/// What identifies a call, beyond its content.
package struct Envelope: Sendable {
    package let request: RequestID
    package let fingerprint: Fingerprint
    /// Who asks, as the journal names it.
    package let actor: String
    /// The caller only wants to know the answer: nothing may come of it, and its id isn't remembered.
    package let isDryRun: Bool

    package init(request: RequestID, command: some Command, actor: String, isDryRun: Bool = false) {
        self.request = request
        self.fingerprint = Fingerprint(of: command)
        self.actor = actor
        self.isDryRun = isDryRun
    }
}

/// A command's answer, before its journal number is known.
package struct Outcome<Answer: Sendable>: Sendable {
    package let answer: Answer
    package let position: JournalPosition?
    package let isRepeated: Bool

    /// - Parameter base: the number of the batch's first journal row.
    @inlinable
    package func reply(base: Int64) -> Reply<Answer> {
        let number: Int64? =
            switch position {
            case .number(let number): number
            case .offset(let offset): base + Int64(offset)
            case nil: nil
            }
        return Reply(answer: answer, journalNumber: number, isRepeated: isRepeated)
    }
}

extension WorkingSet {
    /// Decides one command exactly once: a request id that was decided before gets its first answer again.
    ///
    /// A dry run is decided in the same way and leaves the working set as it was.
    ///
    /// - Throws: ``EntitledError`` (`request_id_conflict` if the id was used for something else), ``UnlockedFacts``.
    @inlinable
    package mutating func perform<C: DecidableCommand>(_ command: C, _ envelope: Envelope) throws -> Outcome<C.Answer> {
        if let earlier = decision(of: envelope.request) {
            guard earlier.fingerprint == envelope.fingerprint else {
                throw EntitledError(
                    .requestIDConflict, "request_id: \(envelope.request) was used for a call with other content",
                    details: ["field": "request_id"])
            }
            return Outcome(answer: try C.answer(from: earlier.entry), position: earlier.position, isRepeated: true)
        }
        if envelope.isDryRun {
            var imagined = self
            let answer = try command.decide(in: &imagined, by: envelope.actor)
            return Outcome(answer: answer, position: nil, isRepeated: false)
        }
        let entriesBefore = changes.entries.count
        let answer = try command.decide(in: &self, by: envelope.actor)
        let entries = entriesBefore..<changes.entries.count
        let position = entries.isEmpty ? nil : remember(envelope, C.method, entries)
        return Outcome(answer: answer, position: position, isRepeated: false)
    }
}
