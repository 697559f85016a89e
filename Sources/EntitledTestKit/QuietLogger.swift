package import Logging

extension Logger {
    /// Says nothing: for parts whose log a test doesn't look at.
    package static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}
