internal import EntitledWire

extension ErrorReason {
    /// The server's certificate doesn't come from one of the trusted authorities, or is another name's.
    public static let untrustedServer = ErrorReason(name: "untrusted_server")
    /// Whatever listens there doesn't speak this protocol.
    public static let unsupportedServer = ErrorReason(name: "unsupported_server")
    /// The client has been closed.
    public static let clientClosed = ErrorReason(name: "client_closed")
}

extension EntitledError {
    static let closed = EntitledError(.clientClosed, status: .failedPrecondition, "the client has been closed")

    static func untrusted(_ problem: String) -> EntitledError {
        EntitledError(.untrustedServer, status: .unauthenticated, "the server can't be trusted: \(problem)")
    }

    static func unsupported(_ problem: String) -> EntitledError {
        EntitledError(.unsupportedServer, status: .unimplemented, problem)
    }

    static func tooLarge(_ lengthBytes: Int, limitBytes: Int) -> EntitledError {
        // `asksForLess` goes by the name.
        .invalid("request", "takes a frame of \(lengthBytes) bytes", allowed: "at most \(limitBytes) bytes")
    }

    /// What a server said instead of an answer. A status that no code has counts as UNKNOWN.
    init(_ header: Entitled_V1_ResponseHeader) {
        self.init(
            ErrorReason(name: header.reason), status: StatusCode(rawValue: header.status) ?? .unknown,
            header.message, details: header.details,
            retryAfter: header.retryAfterMs == 0 ? nil : .milliseconds(Int64(header.retryAfterMs)))
    }

    init(_ goAway: Entitled_V1_GoAway) {
        self.init(
            ErrorReason(name: goAway.reason), status: StatusCode(rawValue: goAway.status) ?? .unknown,
            goAway.message)
    }

    /// Whether the call had to be shorter: its frame was too long for the connection, or a batch had more items than
    /// the server can answer in one.
    var asksForLess: Bool {
        reason == .invalidField && ["request", "items"].contains(details["field"])
    }

    /// Whether sending the same call again can help.
    var isWorthRepeating: Bool {
        // The same answer would be too large again, though the status is that of a full server.
        reason != .frameTooLarge && status.isRetryable
    }
}
