internal import CLibPQ

/// How to reach a database, and how long to bear with it.
package struct PostgresConfiguration: Sendable {
    /// libpq's keyword/value string or URI (PostgreSQL manual, "Connection Strings"). Empty means libpq's defaults.
    package var conninfo: String
    /// Kept apart from `conninfo`, so that the latter can be shown. Wins over a password in `conninfo`.
    package var password: String?
    /// What `pg_stat_activity` shows.
    package var applicationName: String
    /// For the whole way to a usable session, over all hosts and addresses named. A `connect_timeout` in `conninfo` is
    /// not looked at.
    package var connectTimeout: Duration
    /// The session's `statement_timeout`, at least 1 ms.
    package var statementTimeout: Duration
    /// The session's `lock_timeout`, at least 1 ms.
    package var lockTimeout: Duration
    /// The session's `idle_in_transaction_session_timeout`, at least 1 ms: a frozen client must not keep its locks.
    package var idleInTransactionTimeout: Duration
    /// How long a round trip may go without a byte in either direction before the connection counts as lost. Longer
    /// than `statementTimeout`, or the server never gets to report that one.
    package var replyTimeout: Duration
    /// Further settings of the session, by their names in PostgreSQL; values without white space.
    package var settings: [String: String]

    package init(
        conninfo: String, password: String? = nil, applicationName: String = "entitled",
        connectTimeout: Duration = .seconds(5), statementTimeout: Duration = .seconds(10),
        lockTimeout: Duration = .seconds(5), idleInTransactionTimeout: Duration = .seconds(10),
        replyTimeout: Duration = .seconds(20), settings: [String: String] = [:]
    ) {
        self.settings = settings
        self.conninfo = conninfo
        self.password = password
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.lockTimeout = lockTimeout
        self.idleInTransactionTimeout = idleInTransactionTimeout
        self.replyTimeout = replyTimeout
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomReflectable {
    /// Without the connection string, which may hold a password.
    package var description: String { "PostgresConfiguration(\(applicationName))" }

    package var customMirror: Mirror { Mirror(self, children: ["applicationName": applicationName]) }
}

extension PostgresConfiguration {
    /// The keywords for `PQconnectStartParams`: those of `conninfo`, then ours.
    ///
    /// - Throws: `invalidArgument` if `conninfo` can't be parsed; libpq's own message is left out, as it quotes the
    ///   string.
    func keywords() throws(PostgresError) -> [String: String] {
        var keywords = try Self.parse(conninfo)
        let defaults = [
            "keepalives": "1", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3",
            "tcp_user_timeout": "\(replyTimeout.wholeMilliseconds)",
        ]
        keywords.merge(defaults) { given, _ in given }
        keywords["client_encoding"] = "UTF8"
        keywords["application_name"] = applicationName
        if let password { keywords["password"] = password }

        let times = [
            ("statement_timeout", statementTimeout), ("lock_timeout", lockTimeout),
            ("idle_in_transaction_session_timeout", idleInTransactionTimeout),
        ]
        let options =
            settings.sorted { $0.key < $1.key }.map { name, value in "-c \(name)=\(value)" }
            + times.map { name, value in "-c \(name)=\(value.wholeMilliseconds)" }
        // Later options win in the server, so ours stand behind those of the connection string.
        keywords["options"] = ([keywords["options"]].compactMap(\.self) + options).joined(separator: " ")
        return keywords
    }

    private static func parse(_ conninfo: String) throws(PostgresError) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(conninfo, &message) else {
            PQfreemem(message)
            throw PostgresError(.invalidArgument, "the connection string can't be parsed")
        }
        defer { PQconninfoFree(options) }
        var keywords: [String: String] = [:]
        var next = options
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val { keywords[String(cString: keyword)] = String(cString: value) }
            next += 1
        }
        return keywords
    }
}

extension Duration {
    /// Rounded up, and within what PostgreSQL's settings take: 1 … 2,147,483,647.
    var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 1 }
        guard seconds < 2_147_483 else { return .max }
        let milliseconds = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(max(1, milliseconds))
    }
}
