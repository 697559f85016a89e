extension EntitledClient {
    /// A case has arrived: decides whether it is covered, and by what, and takes what it costs, exactly once.
    ///
    /// A refusal by the rules is an answer, not an error.
    ///
    /// - Parameters:
    ///   - id: the ticket system's id of the case.
    ///   - inquiry: who asks, about what, and how.
    /// - Throws: ``EntitledError``; `not_found` if the inquiry names what doesn't exist.
    public func openCase(
        _ id: CaseID, _ inquiry: Inquiry, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> Reply<CaseDecision> {
        try await call(OpenCase(id: id, inquiry), options: options)
    }

    /// Would a case be covered, by what, and what would be left? Takes and records nothing.
    ///
    /// - Parameters:
    ///   - inquiry: who asks, about what, and how.
    ///   - instant: judge it as of this earlier instant; nil is now. Needs a key that may back-date.
    ///   - explains: whether each candidate says why it has its place, and what it takes.
    /// - Throws: ``EntitledError``; `not_found` if the inquiry names what doesn't exist, `permission_denied`.
    public func checkCase(
        _ inquiry: Inquiry, at instant: Instant? = nil, explains: Bool = false, options: CallOptions = CallOptions()
    ) async throws(EntitledError) -> CaseCheck {
        try await call(CheckCase(inquiry, at: instant, explains: explains), options: options).answer
    }

    /// A case that was opened.
    ///
    /// - Throws: ``EntitledError``; `not_found` if there is none of that id.
    public func `case`(_ id: CaseID, options: CallOptions = CallOptions()) async throws(EntitledError) -> Case {
        try await call(GetCase(id: id), options: options).answer
    }
}
