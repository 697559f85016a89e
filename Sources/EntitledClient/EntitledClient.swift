package import EntitledWire
public import Logging
internal import NIOCore
internal import NIOPosix
public import ServiceLifecycle

/// Calls an Entitled server: a method for each of the server's.
///
/// Give it to a `ServiceGroup`, or use ``withClient(_:logger:isolation:_:)``:
///
/// ```swift
/// let configuration = ClientConfiguration(host: "entitled.example.com", apiKey: .file("/run/secrets/entitled"))
/// try await EntitledClient.withClient(configuration, logger: logger) { client in
///     let inquiry = Inquiry(customer: try CustomerID("acme"), channel: try ChannelID("phone"))
///     switch try await client.openCase(try CaseID("TICKET-4711"), inquiry).answer {
///     case .opened(let opening): print("covered by", opening.case.entitlement)
///     case .refused(let refusal): print("not covered:", refusal)
///     case .exists(let existing): print("opened before, at", existing.openedAt)
///     }
/// }
/// ```
///
/// All calls share a few connections and may be made from any number of tasks; their answers come in any order. Calls
/// that fail for a reason that passes are sent again, with the same request id, until their deadline
/// (``RetryPolicy``). Every method throws ``EntitledError``:
/// - `deadline_exceeded` when time is over. If a command was sent, its outcome is unknown, and `details` say so:
///   `outcome` is `unknown`, `request_id` what to put into ``CallOptions/requestID`` to learn it;
/// - `cancelled` when the calling task is cancelled;
/// - `overloaded` when too many calls wait, here or there; `retryAfter` says how long to hold back;
/// - `unavailable` when the server can't be reached, `untrusted_server`, `unsupported_server` and `bad_credentials`
///   when
///   it can but won't do;
/// - `invalid_field` when an argument isn't allowed, `client_closed` after the end, and what the server says.
public final class EntitledClient: Sendable, Service {
    let configuration: ClientConfiguration
    private let pool: ConnectionPool
    let restraint = Restraint()

    /// The threads that serve the connections, one or more. A task that prefers one of them makes its calls without
    /// changing threads, which spares each call two wake-ups:
    ///
    /// ```swift
    /// for (number, ticket) in tickets.enumerated() {
    ///     let executor = client.executors[number % client.executors.count]
    ///     group.addTask(executorPreference: executor) { try await client.openCase(ticket.id, ticket.inquiry) }
    /// }
    /// ```
    ///
    /// For callers of many calls with little work of their own: as long as a task computes there, no answers are read.
    /// Never block there.
    public let executors: [any TaskExecutor]

    /// Connects to nothing yet: the first call does.
    public init(_ configuration: ClientConfiguration, logger: Logger) {
        let group = MultiThreadedEventLoopGroup.singleton
        self.configuration = configuration
        executors = group.makeIterator().map { EventLoopExecutor($0) }
        pool = ConnectionPool(configuration, group: group, logger: logger)
    }

    deinit {
        pool.shutDown(now: true)
    }

    /// Makes a client, calls `body` with it, and closes it when the calls in flight are answered.
    ///
    /// - Throws: what `body` throws.
    public static func withClient<Result>(
        _ configuration: ClientConfiguration, logger: Logger, isolation: isolated (any Actor)? = #isolation,
        _ body: (EntitledClient) async throws -> Result
    ) async throws -> Result {
        let client = EntitledClient(configuration, logger: logger)
        do {
            let result = try await body(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }

    /// Keeps the client until a graceful shutdown, then takes no further calls, waits for those in flight
    /// (``ClientConfiguration/closeTimeout``) and closes the connections. When the task is cancelled it closes them at
    /// once. Calls may be made before it runs, not after it has returned.
    public func run() async throws {
        // Cancellation is no fault: it ends the waiting, and the closing below knows it.
        try? await gracefulShutdown()
        await close()
    }

    /// Closes when the calls in flight are answered; at once in a cancelled task, or when time is over.
    private func close() async {
        pool.shutDown(now: false)
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { [pool, configuration] in
                    // Cut short when everything is closed sooner.
                    guard (try? await Task.sleep(for: configuration.closeTimeout)) != nil else { return }
                    pool.shutDown(now: true)
                }
                await pool.drained()
                group.cancelAll()
            }
        } onCancel: {
            pool.shutDown(now: true)
        }
    }

    /// Makes any call: encodes it, sends it until it is answered or given up, and decodes the answer.
    package func call<Call: WireCall>(
        _ call: Call, options: CallOptions
    ) async throws(EntitledError) -> Reply<Call.Answer> {
        let request = try request(call, options)
        let response = try await response(to: request, CallProgress(request, policy: configuration.retries))
        return Reply(try Call.decodeAnswer(response.message), response.header)
    }
}

// MARK: - The way of one call

extension EntitledClient {
    /// The call, ready to be sent; its time runs from now.
    ///
    /// - Throws: ``EntitledError`` `invalid_field` if no frame can hold it.
    func request<Call: WireCall>(_ call: Call, _ options: CallOptions) throws(EntitledError) -> CallRequest {
        let message = try call.encodeCall()
        let lengthBytes = Frame(kind: .request, body: message).lengthBytes
        guard lengthBytes <= ProtocolLimits.frameBytes else {
            throw .tooLarge(lengthBytes, limitBytes: ProtocolLimits.frameBytes)
        }
        let method = Call.method
        let isDryRun = method.isCommand && options.isDryRun
        return CallRequest(
            method: method,
            requestID: method.isCommand ? options.requestID ?? (isDryRun ? nil : RequestID()) : nil,
            isDryRun: isDryRun, message: message, deadline: .now + patience(options.deadline, method))
    }

    /// How long a call may take. A day is as good as for ever, and far from every overflow.
    func patience(_ deadline: Duration?, _ method: Method) -> Duration {
        min(deadline ?? configuration.defaultDeadline ?? method.defaultDeadline, .seconds(86_400))
    }

    /// - Parameter progress: what earlier attempts have come to.
    func response(
        to request: CallRequest, _ progress: CallProgress
    ) async throws(EntitledError) -> ResponseBody {
        var progress = progress
        while true {
            let outcome: AttemptOutcome
            if let unsent = holdBack(request) { outcome = unsent } else { outcome = await pool.attempt(request) }
            switch progress.step(after: outcome, now: .now, chance: .random(in: 0...1)) {
            case .answer(let response): return response
            case .fail(let error):
                restraint.notice(outcome, to: request.method, now: .now)
                throw error
            case .repeat(let delay):
                restraint.notice(outcome, to: request.method, now: .now)
                // A cancelled sleep is short, and the next attempt finds the cancellation.
                try? await Task.sleep(for: delay)
            }
        }
    }

    /// Sends the request once, unless nobody waits for it any more.
    func attempt(_ request: CallRequest) async -> AttemptOutcome {
        if let unsent = holdBack(request) { return unsent }
        return await pool.attempt(request)
    }

    /// - Returns: why the request isn't to be sent; nil if it is.
    private func holdBack(_ request: CallRequest) -> AttemptOutcome? {
        if Task.isCancelled { return .cancelled(wasSent: false) }
        let now = ContinuousClock.now
        if now >= request.deadline { return .expired(wasSent: false) }
        return restraint.refusal(of: request.method, now: now).map { .unsent($0) }
    }
}

extension Reply {
    /// A command's answer, with what the response's header says of it.
    init(_ answer: Answer, _ header: Entitled_V1_ResponseHeader) {
        self.init(
            answer: answer, journalNumber: header.journalNumber == 0 ? nil : Int64(clamping: header.journalNumber),
            isRepeated: header.replayed)
    }
}
