import EntitledWire
import Synchronization

/// The frames of one connection that wait to be written.
///
/// They gather until the writer comes by, so that a batch's replies go out in few TLS records.
final class Outbox: Sendable {
    private struct State {
        var frames: [Frame] = []
        var bytes = 0
        var isFinished = false
        /// Whether the writer knows that something waits.
        var isCalled = false
        var callWriter: (@Sendable () -> Void)?
    }

    /// With more than that waiting nothing is read. Replies to what had been read by then may still come on top.
    static let roomBytes = 256 << 10

    private let state = Mutex(State())

    /// How many bytes wait.
    var waitingBytes: Int { state.withLock { $0.bytes } }

    /// Whether too much waits for more to be read.
    var isCrowded: Bool { waitingBytes > Self.roomBytes }

    /// - Parameter call: asks the writer to come by and to ``take()`` what waits; called from whatever thread, and not
    ///   again before it has come.
    func setWriter(_ call: @escaping @Sendable () -> Void) { state.withLock { $0.callWriter = call } }

    /// Never waits; after the end it does nothing.
    func push(_ frame: Frame) {
        change { state in
            guard !state.isFinished else { return }
            state.frames.append(frame)
            state.bytes += frame.lengthBytes
        }
    }

    /// Nothing comes after what is there.
    func finish() { change { $0.isFinished = true } }

    /// Nothing more can be sent.
    func abandon() {
        change { state in
            state.isFinished = true
            state.frames = []
            state.bytes = 0
        }
    }

    /// For the writer.
    /// - Returns: all that waits, and whether it was the last.
    func take() -> (frames: [Frame], isLast: Bool) {
        state.withLock { state in
            defer {
                state.frames = []
                state.bytes = 0
                state.isCalled = false
            }
            return (state.frames, state.isFinished)
        }
    }

    private func change(_ change: (inout State) -> Void) {
        let call: (@Sendable () -> Void)? = state.withLock { state in
            change(&state)
            defer { state.isCalled = true }
            return state.isCalled ? nil : state.callWriter
        }
        call?()
    }
}
