import Glibc

/// What happens, on standard error, so that results alone go to standard output.
enum Progress {
    static func say(_ words: String) {
        // One write, so that lines of other processes don't come between.
        let line = Array("==> \(words)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}
