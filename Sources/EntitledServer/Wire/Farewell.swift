import EntitledCore
import EntitledWire

/// Why the server ends a connection, as its goaway says it.
struct Farewell: Hashable, Sendable {
    let reason: ErrorReason
    /// For a person; the same for all causes that a peer must not tell apart.
    let message: String

    init(_ reason: ErrorReason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    init(_ error: FrameError) {
        self.init(error.reason, error.description)
    }

    static let badCredentials = Farewell(.badCredentials, "the credentials are not valid")
    static let notAuthenticated = Farewell(.notAuthenticated, "the first frame has to be a hello")
    static let late = Farewell(.notAuthenticated, "there was no hello in time")
    static let draining = Farewell(.draining, "the server is going down")
    static let overloaded = Farewell(.overloaded, "the server has as many connections as it may")
    static let unavailable = Farewell(.unavailable, "the server can't look up the credentials now")

    var frame: Frame {
        var message = Entitled_V1_GoAway()
        message.status = reason.status.rawValue
        message.reason = reason.name
        message.message = self.message
        // These few short texts always fit; a goaway without a word is still a goaway.
        return (try? .goAway(message)) ?? Frame(kind: .goAway)
    }
}
