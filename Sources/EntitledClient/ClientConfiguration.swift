/// How to reach a server, and how long to bear with it.
///
/// ```swift
/// var configuration = ClientConfiguration(host: "entitled.example.com", apiKey: .file("/run/secrets/entitled"))
/// configuration.connections = 4
/// ```
public struct ClientConfiguration: Sendable {
    /// Whose certificates the server's must come from. There is no way to go without verification.
    public enum TrustRoots: Hashable, Sendable {
        /// Those of the operating system.
        case system
        /// Those in a PEM file, and no others.
        case file(_ path: String)
    }

    /// The port that servers listen on unless they are told otherwise.
    public static let defaultPort = 7440

    /// A DNS name or an IP address.
    public var host: String
    public var port: Int
    public var apiKey: APIKeySource
    public var trustRoots: TrustRoots = .system
    /// The DNS name that the server's certificate has to bear; nil means ``host``.
    public var serverName: String?
    /// The most connections that are open at once, 1 to 64; each carries thousands of calls. They are opened when calls
    /// need them. A value outside counts as the nearest one inside.
    public var connections = 2
    /// How long a call may take that says nothing itself; nil leaves it to the method, 10 s for nearly all of them.
    public var defaultDeadline: Duration?
    /// From the start of connecting to the server's welcome.
    public var connectTimeout: Duration = .seconds(5)
    public var retries = RetryPolicy()
    /// What the server's operator sees; at most 128 bytes, the rest is cut off.
    public var clientName = "entitled-swift"
    /// The most calls that wait for a place on a connection; the next one fails with `overloaded` at once.
    public var maximumWaitingCalls = 10_000
    /// How long a connection may be silent before the client asks whether the server is there; at least 5 s.
    public var pingInterval: Duration = .seconds(30)
    /// How long a closing client waits for the calls in flight.
    public var closeTimeout: Duration = .seconds(30)

    public init(host: String, port: Int = defaultPort, apiKey: APIKeySource) {
        self.host = host
        self.port = port
        self.apiKey = apiKey
    }
}

/// When a call that failed is sent again. The request id stays the same, so nothing is carried out twice.
public struct RetryPolicy: Hashable, Sendable {
    /// How often a call is sent at most, at least once; nil: until its deadline.
    public var maximumAttempts: Int?
    /// The wait after the first failure; it doubles with each. Half of it or more is waited, by chance, so that callers
    /// who failed together don't come back together. A server's own advice counts if it is longer.
    public var firstDelay: Duration = .milliseconds(50)
    /// The longest wait, server's advice apart.
    public var longestDelay: Duration = .seconds(1)

    public init(maximumAttempts: Int? = nil) {
        self.maximumAttempts = maximumAttempts
    }

    /// Each call is sent once.
    public static let never = RetryPolicy(maximumAttempts: 1)

    /// - Parameters:
    ///   - failures: how many there were so far, at least 1.
    ///   - chance: 0 to 1.
    func delay(afterFailures failures: Int, chance: Double) -> Duration {
        let doublings = min(max(failures, 1) - 1, 30)
        return min(longestDelay, firstDelay * (1 << doublings)) * (0.5 + chance / 2)
    }
}

/// What one call may say for itself.
public struct CallOptions: Hashable, Sendable {
    /// What makes a command the same one when it is sent again; nil makes a new one. Dry runs need none.
    ///
    /// Keep your own to ask again after an error whose outcome is unknown, even from another process.
    public var requestID: RequestID?
    /// How long the call may take, repetitions included; nil means ``ClientConfiguration/defaultDeadline``. The server
    /// takes more than 10 minutes for 10 minutes.
    public var deadline: Duration?
    /// Whether a command is only to be answered, as it would be now: nothing is written, the reply has no journal
    /// number, and its request id isn't remembered. Of no consequence to queries, which never write.
    public var isDryRun: Bool

    public init(requestID: RequestID? = nil, deadline: Duration? = nil, isDryRun: Bool = false) {
        self.requestID = requestID
        self.deadline = deadline
        self.isDryRun = isDryRun
    }
}
