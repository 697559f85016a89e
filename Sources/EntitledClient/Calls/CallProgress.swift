internal import EntitledCore
internal import EntitledWire
internal import NIOCore

/// What to do after each attempt of one call: answer, repeat or give up. Pure: time and chance are given.
struct CallProgress {
    enum Step: Equatable {
        case answer(ResponseBody)
        case `repeat`(after: Duration)
        case fail(EntitledError)
    }

    private let method: Method
    /// Nil in queries and dry runs, whose outcome is of no consequence.
    private let requestID: RequestID?
    private let deadline: ContinuousClock.Instant
    private let policy: RetryPolicy
    private var attempts = 0
    /// An attempt was sent and may have been carried out, or may still be.
    private var mayBeDone = false
    private var lastError: EntitledError?

    init(_ request: CallRequest, policy: RetryPolicy) {
        method = request.method
        requestID = request.isDryRun ? nil : request.requestID
        deadline = request.deadline
        self.policy = policy
    }

    /// - Parameter chance: 0 to 1, spreads repetitions; made, like the time, only if there is one.
    mutating func step(
        after outcome: AttemptOutcome, now: @autoclosure () -> ContinuousClock.Instant,
        chance: @autoclosure () -> Double
    ) -> Step {
        switch outcome {
        case .response(let bytes):
            do {
                return step(after: try ResponseBody.read(from: bytes), now: now(), chance: chance())
            } catch {
                return unreadable("\(error)")
            }
        case .lost(let error):
            mayBeDone = true
            return again(after: error, now(), chance())
        case .unsent(let error):
            guard error != .waitingIsFull, error.isWorthRepeating else { return .fail(told(error)) }
            return again(after: error, now(), chance())
        case .expired(let wasSent):
            mayBeDone = mayBeDone || wasSent
            return .fail(expired())
        case .cancelled(let wasSent):
            mayBeDone = mayBeDone || wasSent
            return .fail(told(EntitledError(.cancelled, "\(method.name): the task was cancelled")))
        }
    }

    /// The response came whole, or as an item of a batch's.
    mutating func step(
        after response: ResponseBody, now: @autoclosure () -> ContinuousClock.Instant, chance: @autoclosure () -> Double
    ) -> Step {
        guard response.header.status != StatusCode.ok.rawValue else { return .answer(response) }
        let error = EntitledError(response.header)
        if error.status == .deadlineExceeded || error.status == .unknown { mayBeDone = true }
        return error.isWorthRepeating ? again(after: error, now(), chance()) : .fail(told(error))
    }

    /// A response has come that says nothing.
    mutating func unreadable(_ problem: String) -> Step {
        mayBeDone = true
        return .fail(told(EntitledError(.outcomeUnknown, "\(method.name): the response can't be read: \(problem)")))
    }

    private mutating func again(
        after error: EntitledError, _ now: ContinuousClock.Instant, _ chance: Double
    ) -> Step {
        attempts += 1
        lastError = error
        if let maximum = policy.maximumAttempts, attempts >= max(1, maximum) { return .fail(told(error)) }
        let delay = max(error.retryAfter ?? .zero, policy.delay(afterFailures: attempts, chance: chance))
        guard now + delay < deadline else { return .fail(isUnknown ? expired() : error) }
        return .repeat(after: delay)
    }

    private var isUnknown: Bool { mayBeDone && requestID != nil }

    private func expired() -> EntitledError {
        if isUnknown { return told(EntitledError(.deadlineExceeded, "\(method.name): no answer in time")) }
        // What stood in the way says more than that time passed.
        return lastError ?? EntitledError(.deadlineExceeded, "\(method.name): no answer in time")
    }

    /// The error, and whether the change may have been made all the same.
    private func told(_ error: EntitledError) -> EntitledError {
        guard mayBeDone, let requestID else { return error }
        var details = error.details
        details["request_id"] = requestID.description
        details["outcome"] = "unknown"
        return EntitledError(
            error.reason, status: error.status,
            "\(error.message); the outcome is unknown; ask again with the same request id \(requestID)",
            details: details, retryAfter: error.retryAfter)
    }
}

extension EntitledError {
    /// Not repeated by the client itself: whoever calls is to slow down.
    static let waitingIsFull = EntitledError(
        .overloaded, "too many calls of this client wait for a place on a connection; nothing was sent",
        retryAfter: .milliseconds(100))
}
