#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

enum SocketReadiness {
    /// Something can be done, if only finding out what is wrong.
    case ready
    case timedOut
    case failed
}

/// Waits until `descriptor` can be read (always watched unless only writing matters) or written, or `deadline` passes.
func waitForSocket(
    _ descriptor: Int32, reading: Bool, writing: Bool, until deadline: ContinuousClock.Instant
) -> SocketReadiness {
    guard descriptor >= 0 else { return .failed }
    let events = (reading ? Int16(POLLIN) : 0) | (writing ? Int16(POLLOUT) : 0)
    while true {
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        let left = ContinuousClock.now.duration(to: deadline)
        let ready = poll(&entry, 1, left <= .zero ? 0 : left.wholeMilliseconds)
        if ready > 0 { return .ready }
        if ready == 0 {
            if ContinuousClock.now >= deadline { return .timedOut }
        } else if errno != EINTR {
            return .failed
        }
    }
}
