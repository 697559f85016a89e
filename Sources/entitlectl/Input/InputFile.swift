import Foundation

/// The text of a file that is taken in.
enum InputFile {
    /// Files are read as a whole; this is far beyond what a service desk writes in years.
    static let maximumBytes = 512 << 20

    /// - Throws: ``CommandFailure`` if it can't be read, is too long, or is no UTF-8.
    static func read(_ path: String) throws(CommandFailure) -> String {
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: maximumBytes + 1)
        else { throw CommandFailure("\(path) can't be read, or is empty") }
        guard data.count <= maximumBytes else {
            throw CommandFailure("\(path) is too long; allowed: at most \(maximumBytes) bytes")
        }
        guard let text = String(bytes: data, encoding: .utf8) else {
            throw CommandFailure("\(path) is no UTF-8 text")
        }
        return text
    }
}
