package import EntitledCore
package import EntitledService
import EntitledWire
package import Logging
package import NIOCore

/// A call as any door hands it over: undecoded, its caller known.
package struct RoutedRequest: Sendable {
    /// The method's number, whether it exists or not.
    package var method: UInt32
    /// Needed by commands that are no dry runs, ignored by queries.
    package var requestID: RequestID?
    /// How long the caller still waits; nil or zero for the method's default.
    package var timeLeft: Duration?
    /// When the request had arrived: what its deadline counts from.
    package var arrived: ContinuousClock.Instant
    /// The method's message as protobuf.
    package var message: ByteBuffer
    /// Whether a command is only to be answered, and nothing written; ignored by queries.
    package var isDryRun: Bool
    /// The longest answer, in bytes, that the door can take back.
    package var answerBytes: Int

    package init(
        method: UInt32, requestID: RequestID?, timeLeft: Duration?, arrived: ContinuousClock.Instant,
        message: ByteBuffer, isDryRun: Bool = false, answerBytes: Int = .max
    ) {
        self.method = method
        self.requestID = requestID
        self.timeLeft = timeLeft
        self.arrived = arrived
        self.message = message
        self.isDryRun = isDryRun
        self.answerBytes = answerBytes
    }

    /// When the caller stops waiting; never later than the protocol's longest deadline.
    package var deadline: ContinuousClock.Instant {
        if let timeLeft, timeLeft > .zero { return arrived + min(timeLeft, ProtocolLimits.timeLeft) }
        return arrived + (knownMethod?.defaultDeadline ?? .zero)
    }

    var knownMethod: Method? { Method(number: method) }
}

/// The one table of methods that every door uses. It knows no frames.
package struct Router: Sendable {
    /// By the methods' numbers, which aren't many.
    private let routes: [Route?]

    package init(service: EntitlementService) {
        var routes: [Route?] = []
        for route in Route.all(service) {
            let number = Int(route.method.rawValue)
            routes += repeatElement(nil, count: max(0, number + 1 - routes.count))
            routes[number] = route
        }
        self.routes = routes
    }

    /// Carries one call out. Whatever goes wrong is part of the reply.
    ///
    /// The deadline is kept by the service until the work begins; from then on the door answers in its stead.
    ///
    /// - Parameters:
    ///   - logger: bears what is known of the connection.
    ///   - reply: gets the reply once, from whatever thread; maybe before this returns.
    /// - Returns: the call, unless it has its reply already.
    package func start(
        _ request: RoutedRequest, principal: Principal, logger: Logger,
        _ reply: @escaping @Sendable (RoutedReply) -> Void
    ) -> (any StartedCall)? {
        let call = RoutedCall(request: request, principal: principal, logger: logger)
        let number = Int(request.method)
        guard routes.indices.contains(number), let route = routes[number] else {
            reply(call.failures.reply(to: EntitledError(.unknownMethod, "there is no method \(request.method)")))
            return nil
        }
        return route.start(call, reply)
    }
}
