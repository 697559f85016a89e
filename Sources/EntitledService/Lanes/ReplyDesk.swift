/// Where a batch's replies are given: encoding hundreds of them takes as long as the database needs for their rows, so
/// many go out beside the lane, which begins the next batch meanwhile. A few are given at once: that is quicker.
struct ReplyDesk: Sendable {
    /// That many replies aren't worth a task of their own.
    static let few = 16

    let tasks: LaneTasks

    func give(_ count: Int, _ replies: @escaping @Sendable () -> Void) {
        guard count > Self.few, tasks.beginBeside(replies) else { return replies() }
    }
}
