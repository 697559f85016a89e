package import EntitledCore

/// What surrounds one call.
package struct CallContext: Sendable {
    package let principal: Principal
    /// Nil for queries; a command without one gets an id of its own, and so can't be repeated.
    package let request: RequestID?
    /// When its caller stops waiting.
    package let deadline: ContinuousClock.Instant

    package init(principal: Principal, request: RequestID?, deadline: ContinuousClock.Instant) {
        self.principal = principal
        self.request = request
        self.deadline = deadline
    }
}
