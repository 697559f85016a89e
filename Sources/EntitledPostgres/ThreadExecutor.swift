internal import DequeModule
internal import Foundation

/// A serial executor that is one thread of its own: what blocks on it blocks nobody else.
///
/// `@unchecked Sendable`: `jobs` and `isStopping` are touched only while `condition` is locked; the rest never changes.
final class ThreadExecutor: SerialExecutor, @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: Deque<Job> = []
    private var isStopping = false

    private struct Job {
        let job: UnownedJob
        /// Whose it is, if it isn't one of this executor's own.
        var taskExecutor: UnownedTaskExecutor?
    }

    private init() {}

    /// The one whose thread this is, if it is one's.
    static var current: ThreadExecutor? { Thread.current.threadDictionary[key] as? ThreadExecutor }
    private static let key = "ThreadExecutor"

    /// Starts a thread, which keeps the executor alive until `stop`.
    static func start(name: String) -> ThreadExecutor {
        let executor = ThreadExecutor()
        let thread = Thread {
            Thread.current.threadDictionary[key] = executor
            executor.work()
        }
        thread.name = name
        thread.stackSize = 4 << 20
        thread.start()
        return executor
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = Job(job: UnownedJob(job))
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    /// Takes a job of another executor if it comes next: it must not wait for what blocks here.
    /// - Returns: whether it is taken.
    func adopt(_ job: UnownedJob, of executor: UnownedTaskExecutor) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard jobs.isEmpty else { return false }
        jobs.append(Job(job: job, taskExecutor: executor))
        condition.signal()
        return true
    }

    /// Ends the thread once it has done what is queued. No job may come afterwards.
    func stop() {
        condition.lock()
        isStopping = true
        condition.signal()
        condition.unlock()
    }

    private func work() {
        while let next = nextJob() {
            if let executor = next.taskExecutor {
                next.job.runSynchronously(on: executor)
            } else {
                next.job.runSynchronously(on: asUnownedSerialExecutor())
            }
        }
    }

    private func nextJob() -> Job? {
        condition.lock()
        defer { condition.unlock() }
        while jobs.isEmpty && !isStopping { condition.wait() }
        return jobs.popFirst()
    }
}
