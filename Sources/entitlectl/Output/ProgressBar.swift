import Foundation

/// One line on a terminal that says how far a long run is.
final class ProgressBar {
    private let total: Int
    private let noun: String
    private var start: ContinuousClock.Instant?
    private var shown: ContinuousClock.Instant?

    private static let width = 30

    /// Nil unless stderr is a terminal.
    /// - Parameter noun: what is counted, in the singular.
    init?(total: Int, of noun: String) {
        guard isatty(STDERR_FILENO) == 1, total > 0 else { return nil }
        self.total = total
        self.noun = noun
    }

    /// - Parameter done: how many are answered so far.
    func show(_ done: Int) {
        let now = ContinuousClock.now
        let start = start ?? now
        self.start = start
        if let shown, done < total, now - shown < .milliseconds(100) { return }
        shown = now
        let filled = done * Self.width / total
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
        let rate = Double(done) / max(0.001, (now - start) / .seconds(1))
        write("\r[\(bar)] \(done.grouped) of \(total.of(noun)), \(Int(rate).grouped) a second ")
    }

    /// Takes the line away again.
    func clear() {
        write("\r\u{1B}[K")
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
