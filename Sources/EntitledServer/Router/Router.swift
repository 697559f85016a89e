package import EntitledCore
package import EntitledService
import EntitledWire
package import Logging
package import NIOCore

/// A call as any door hands it over: undecoded, its caller known.
package struct RoutedRequest: Sendable {
    /// The method's number, whether it exists or not.
    package var method: UInt32
    /// Needed by commands, ignored by queries.
    package var requestID: RequestID?
    /// How long the caller still waits; nil or zero for the method's default.
    package var timeLeft: Duration?
    /// When the request had arrived: what its deadline counts from.
    package var arrived: ContinuousClock.Instant
    /// The method's message as protobuf.
    package var message: ByteBuffer

    package init(
        method: UInt32, requestID: RequestID?, timeLeft: Duration?, arrived: ContinuousClock.Instant,
        message: ByteBuffer
    ) {
        self.method = method
        self.requestID = requestID
        self.timeLeft = timeLeft
        self.arrived = arrived
        self.message = message
    }

    /// When the caller stops waiting; never later than the protocol's longest deadline.
    package var deadline: ContinuousClock.Instant {
        if let timeLeft, timeLeft > .zero { return arrived + min(timeLeft, ProtocolLimits.timeLeft) }
        return arrived + (knownMethod?.defaultDeadline ?? .zero)
    }

    var knownMethod: Method? { UInt16(exactly: method).flatMap(Method.init(rawValue:)) }
}

/// The one table of methods that every door uses. It knows no frames.
package struct Router: Sendable {
    private let routes: [Method: Route]

    package init(service: EntitlementService) {
        routes = Dictionary(Route.all(service).map { ($0.method, $0) }) { first, _ in first }
    }

    /// Carries one call out. Whatever goes wrong is part of the reply.
    ///
    /// The checks come in the order of what is told to whom: method, permission, request id, message. The deadline is
    /// kept by the service until the work begins; from then on the door answers in its stead.
    ///
    /// - Parameter logger: bears what is known of the connection.
    package func handle(_ request: RoutedRequest, principal: Principal, logger: Logger) async -> RoutedReply {
        guard let method = request.knownMethod, let route = routes[method] else {
            let error = EntitledError(.unknownMethod, "there is no method \(request.method)")
            log(error, "\(request.method)", request, logger)
            return .failed(error)
        }
        do {
            try principal.authorise(method)
            if method.isCommand, request.requestID == nil {
                throw EntitledError.invalid("request_id", "is missing", allowed: "exactly 16 bytes")
            }
            let context = CallContext(
                principal: principal, request: request.requestID, deadline: request.deadline)
            return .answered(try await route.handle(request.message, context))
        } catch {
            let error = answer(to: error, of: method, logger)
            log(error, method.name, request, logger)
            return .failed(error)
        }
    }

    private func answer(to error: any Error, of method: Method, _ logger: Logger) -> EntitledError {
        switch error {
        case let error as EntitledError: return error
        case is CancellationError:
            return EntitledError(.cancelled, "the call was cancelled before it was begun; nothing was changed")
        default:
            // Its description may hold a caller's texts; its type never does.
            logger.error(
                "a call failed with an unforeseen error",
                metadata: ["method": "\(method.name)", "error": "\(type(of: error))"])
            return EntitledError(.internalError, "the call could not be carried out")
        }
    }

    /// What a caller does wrong, or is told to try again, is theirs to log: here it would only fill the log of a
    /// server that is busy anyway.
    private func log(_ error: EntitledError, _ method: String, _ request: RoutedRequest, _ logger: Logger) {
        logger.log(
            level: error.reason == .internalError ? .error : .debug, "a call failed",
            metadata: [
                "method": "\(method)", "reason": "\(error.reason.name)",
                "duration_us": "\((ContinuousClock.now - request.arrived) / .microseconds(1))",
            ])
    }
}
