internal import DequeModule
internal import Foundation

/// A serial executor that is one thread of its own: what blocks on it blocks nobody else.
///
/// `@unchecked Sendable`: `jobs` and `isStopping` are touched only while `condition` is locked; the rest never changes.
final class ThreadExecutor: SerialExecutor, @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: Deque<UnownedJob> = []
    private var isStopping = false

    private init() {}

    /// Starts a thread, which keeps the executor alive until `stop`.
    static func start(name: String) -> ThreadExecutor {
        let executor = ThreadExecutor()
        let thread = Thread { executor.work() }
        thread.name = name
        thread.stackSize = 4 << 20
        thread.start()
        return executor
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    /// Ends the thread once it has done what is queued. No job may come afterwards.
    func stop() {
        condition.lock()
        isStopping = true
        condition.signal()
        condition.unlock()
    }

    private func work() {
        while let job = nextJob() { job.runSynchronously(on: asUnownedSerialExecutor()) }
    }

    private func nextJob() -> UnownedJob? {
        condition.lock()
        defer { condition.unlock() }
        while jobs.isEmpty && !isStopping { condition.wait() }
        return jobs.popFirst()
    }
}
