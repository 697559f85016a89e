import EntitledService

/// A call that others may cancel while it is still being started.
enum StartingCall: Sendable {
    /// → started, unwanted
    case starting
    /// It was cancelled before it was started. The end.
    case unwanted
    /// The end.
    case started(any StartedCall)

    /// - Parameter call: nil if it has its reply already.
    /// - Returns: whether it is to be cancelled at once.
    mutating func started(_ call: (any StartedCall)?) -> Bool {
        switch self {
        case .starting:
            if let call { self = .started(call) }
            return false
        case .unwanted: return true
        case .started: return false
        }
    }

    /// - Returns: what is to be cancelled, by whoever holds no lock: its answer may come at once.
    mutating func cancel() -> (any StartedCall)? {
        switch self {
        case .starting:
            self = .unwanted
            return nil
        case .unwanted: return nil
        case .started(let call): return call
        }
    }
}
