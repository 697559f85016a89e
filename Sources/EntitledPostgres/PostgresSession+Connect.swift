internal import CLibPQ

extension PostgresSession {
    /// Connects, blocking the calling thread until there is a session or `connectTimeout` has passed.
    ///
    /// - Throws: `invalidArgument`, `connectionFailed`.
    static func connect(_ configuration: PostgresConfiguration) throws(PostgresError) -> PostgresSession {
        guard let connection = try start(configuration.keywords()) else {
            throw PostgresError(.connectionFailed, "out of memory")
        }
        let notices = NoticeBox()
        // From here on the session's deinit closes the connection, whatever happens.
        let session = PostgresSession(
            connection: connection, notices: notices, replyTimeout: configuration.replyTimeout)
        notices.attach(to: connection)
        try session.finishConnecting(until: .now + configuration.connectTimeout)
        guard PQsetnonblocking(connection, 1) == 0 else {
            throw PostgresError(.connectionFailed, session.errorMessage)
        }
        return session
    }

    private static func start(_ keywords: [String: String]) -> OpaquePointer? {
        var text: [CChar] = []
        var offsets: [(keyword: Int, value: Int)] = []
        for (keyword, value) in keywords {
            let start = text.count
            text += keyword.utf8CString
            offsets.append((start, text.count))
            text += value.utf8CString
        }
        return text.withUnsafeBufferPointer { text in
            let keywords = offsets.map { text.baseAddress?.advanced(by: $0.keyword) } + [nil]
            let values = offsets.map { text.baseAddress?.advanced(by: $0.value) } + [nil]
            return PQconnectStartParams(keywords, values, 0)
        }
    }

    /// PostgreSQL manual, `PQconnectPoll`: first wait for writing, then for what it asks for; the socket may change.
    private func finishConnecting(until deadline: ContinuousClock.Instant) throws(PostgresError) {
        var writing = true
        while PQstatus(connection) != CONNECTION_BAD {
            switch waitForSocket(PQsocket(connection), reading: !writing, writing: writing, until: deadline) {
            case .ready: break
            case .timedOut: throw PostgresError(.connectionFailed, "no session in time")
            case .failed: throw PostgresError(.connectionFailed, "the socket is gone")
            }
            switch PQconnectPoll(connection) {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING: writing = false
            case PGRES_POLLING_WRITING: writing = true
            default: throw PostgresError(.connectionFailed, errorMessage)
            }
        }
        throw PostgresError(.connectionFailed, errorMessage)
    }
}

/// What the server says unasked on one connection. Without it libpq prints notices, values included, to standard error.
final class NoticeBox {
    /// Whether the server has announced the end of an idle connection.
    private(set) var sawEnd = false
    private var warning: ServerWarning?

    /// The last warning since this was asked before.
    func takeWarning() -> ServerWarning? {
        defer { warning = nil }
        return warning
    }

    /// The box has to live as long as `connection`; the session owns both.
    func attach(to connection: OpaquePointer) {
        let receiver: PQnoticeReceiver = { context, result in
            guard let context, let result else { return }
            Unmanaged<NoticeBox>.fromOpaque(context).takeUnretainedValue().receive(result)
        }
        _ = PQsetNoticeReceiver(connection, receiver, Unmanaged.passUnretained(self).toOpaque())
    }

    /// `result` belongs to libpq and is gone afterwards.
    private func receive(_ result: OpaquePointer) {
        switch DiagnosticField.severity.text(in: result) {
        case "WARNING":
            warning = ServerWarning(
                sqlState: DiagnosticField.sqlState.text(in: result) ?? "",
                message: DiagnosticField.message.text(in: result) ?? "")
        case "FATAL", "PANIC": sawEnd = true
        default: break
        }
    }
}
