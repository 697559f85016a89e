internal import NIOCore
internal import Synchronization

/// Runs tasks on an event loop. Those that gather before it comes by are handed to it together: a read wakes hundreds.
final class EventLoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop
    private let jobs = Mutex<[UnownedJob]>([])

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isFirst = jobs.withLock { jobs in
            jobs.append(job)
            return jobs.count == 1
        }
        if isFirst { eventLoop.execute { self.run() } }
    }

    private func run() {
        let gathered = jobs.withLock { jobs in
            let gathered = jobs
            jobs = []
            return gathered
        }
        for job in gathered { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
