/// Lets a task that comes from a connection's thread go on there: for the little that is left to do once a batch is
/// over, a change of threads would cost more than all of it. Elsewhere, and where something else is queued, its tasks
/// go on as all others do.
package final class ThreadFollower: TaskExecutor {
    package init() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if ThreadExecutor.current?.adopt(job, of: asUnownedTaskExecutor()) == true { return }
        globalConcurrentExecutor.enqueue(job)
    }
}
