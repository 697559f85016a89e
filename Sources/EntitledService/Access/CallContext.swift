package import EntitledCore

/// What surrounds one call.
package struct CallContext: Sendable {
    package let principal: Principal
    /// Nil for queries; a command without one gets an id of its own, and so can't be repeated.
    package let request: RequestID?
    /// When its caller stops waiting.
    package let deadline: ContinuousClock.Instant
    /// Whether a command is only to be answered, and nothing written.
    package let isDryRun: Bool

    package init(
        principal: Principal, request: RequestID?, deadline: ContinuousClock.Instant, isDryRun: Bool = false
    ) {
        self.principal = principal
        self.request = request
        self.deadline = deadline
        self.isDryRun = isDryRun
    }
}
