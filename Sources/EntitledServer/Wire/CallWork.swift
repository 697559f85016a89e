/// The task of a call, to be cancelled by others than itself.
enum CallWork: Sendable {
    /// The task hasn't begun. → running, cancelled
    case waiting
    /// It is to be cancelled as soon as it begins. → running
    case cancelled
    /// → (gone)
    case running(RunningTask)

    mutating func cancel() {
        switch self {
        case .waiting: self = .cancelled
        case .running(let running): running.task?.cancel()
        case .cancelled: break
        }
    }
}

/// The handle of a task that is still running.
///
/// Unchecked, yet safe to hand about: only `cancel()` is called on it, which may be called from any task; and a
/// connection keeps it, under its lock, only while the body of `withUnsafeCurrentTask` that gave it is running.
struct RunningTask: @unchecked Sendable {
    let task: UnsafeCurrentTask?
}
