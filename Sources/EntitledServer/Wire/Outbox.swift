import EntitledWire
import Synchronization

/// The frames of one connection that wait to be written.
///
/// While one write is under way the next frames gather, so that a batch's replies go out in few TLS records. There is
/// one writer and one reader: the reader takes nothing more in while too much waits to go out.
final class Outbox: Sendable {
    private struct State {
        var frames: [Frame] = []
        var bytes = 0
        var isFinished = false
        var writer: CheckedContinuation<Void, Never>?
        var reader: CheckedContinuation<Void, Never>?

        var isCrowded: Bool { bytes > Outbox.roomBytes && !isFinished }
    }

    /// More than that, waiting, holds the reader back. Replies to calls in flight may still come on top.
    static let roomBytes = 256 << 10

    private let state = Mutex(State())

    /// How many bytes wait.
    var waitingBytes: Int { state.withLock { $0.bytes } }

    /// Never waits; after the end it does nothing.
    func push(_ frame: Frame) {
        let writer: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard !state.isFinished else { return nil }
            state.frames.append(frame)
            state.bytes += frame.lengthBytes
            return state.writer.take()
        }
        writer?.resume()
    }

    /// Nothing comes after what is there.
    func finish() { end(dropping: false) }

    /// Nothing more can be sent.
    func abandon() { end(dropping: true) }

    private func end(dropping: Bool) {
        let (writer, reader) = state.withLock { state in
            state.isFinished = true
            if dropping {
                state.frames = []
                state.bytes = 0
            }
            return (state.writer.take(), state.reader.take())
        }
        writer?.resume()
        reader?.resume()
    }

    /// For the writer: all that waits, as soon as there is something; nil after the end.
    func next() async -> [Frame]? {
        while true {
            let (frames, isFinished, reader) = state.withLock { state in
                let frames = state.frames
                state.frames = []
                state.bytes = 0
                return (frames, state.isFinished, state.reader.take())
            }
            reader?.resume()
            if !frames.isEmpty { return frames }
            if isFinished { return nil }
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    guard state.frames.isEmpty, !state.isFinished else { return true }
                    state.writer = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        }
    }

    /// For the reader: waits while too much waits to go out.
    func room() async {
        guard state.withLock({ $0.isCrowded }) else { return }
        await withCheckedContinuation { continuation in
            let isDue = state.withLock { state in
                guard state.isCrowded else { return true }
                state.reader = continuation
                return false
            }
            if isDue { continuation.resume() }
        }
    }
}
