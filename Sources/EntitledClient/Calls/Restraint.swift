internal import EntitledCore
internal import EntitledWire
internal import Synchronization

/// Calls that the server has too much of: once it has refused one and said when to come back, others of the same method
/// are refused here until then. A server that is asked three times as often as it can answer would else spend on
/// refusals what it needs for answers.
final class Restraint: Sendable {
    /// No server is believed for longer.
    static let longest = Duration.seconds(5)

    private let ends = Mutex<[Method: ContinuousClock.Instant]>([:])
    /// Nearly always there is nothing to look for.
    private let isActive = Atomic<Bool>(false)

    /// Takes notice of an attempt that wasn't answered.
    func notice(_ outcome: AttemptOutcome, to method: Method, now: ContinuousClock.Instant) {
        guard case .response(let bytes) = outcome, let response = try? ResponseBody.read(from: bytes) else { return }
        let error = EntitledError(response.header)
        guard error.reason == .overloaded, let hint = error.retryAfter, hint > .zero else { return }
        ends.withLock { $0[method] = now + min(hint, Self.longest) }
        isActive.store(true, ordering: .relaxed)
    }

    /// - Returns: why a call isn't to be sent now; nil if it is.
    func refusal(of method: Method, now: ContinuousClock.Instant) -> EntitledError? {
        guard isActive.load(ordering: .relaxed) else { return nil }
        return ends.withLock { ends in
            guard let end = ends[method] else { return nil }
            if now < end { return .heldBack(method, for: end - now) }
            ends[method] = nil
            if ends.isEmpty { isActive.store(false, ordering: .relaxed) }
            return nil
        }
    }
}

extension EntitledError {
    fileprivate static func heldBack(_ method: Method, for time: Duration) -> EntitledError {
        EntitledError(
            .overloaded, "\(method.name): the server has asked to be spared for a while; nothing was sent",
            retryAfter: time)
    }
}
