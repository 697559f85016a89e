import Synchronization

/// What many callers gather. A histogram for each of thousands of callers would take hundreds of megabytes, and one for
/// all would be fought for: a few are shared, so that hardly ever two callers meet.
final class Shards<Part: Sendable>: Sendable {
    private final class Shard: Sendable {
        let part: Mutex<Part>

        init(_ part: Part) {
            self.part = Mutex(part)
        }
    }

    private let shards: [Shard]

    /// - Parameter empty: what each begins with.
    init(of empty: Part) {
        shards = (0..<16).map { _ in Shard(empty) }
    }

    /// - Parameter number: any from 0; callers that update at the same time should have different ones.
    func update(_ number: Int, _ change: (inout Part) -> Void) {
        shards[number % shards.count].part.withLock { change(&$0) }
    }

    var parts: [Part] { shards.map { $0.part.withLock(\.self) } }
}
