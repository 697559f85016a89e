import EntitledCore
import EntitledService
import Logging

/// A call on its way along a route.
struct RoutedCall: Sendable {
    let request: RoutedRequest
    let principal: Principal
    /// Bears what is known of the connection.
    let logger: Logger

    var context: CallContext {
        CallContext(
            principal: principal, request: request.requestID, deadline: request.deadline, isDryRun: request.isDryRun)
    }

    /// What is left of it while it is carried out.
    var failures: CallFailures {
        CallFailures(method: request.method, arrived: request.arrived, logger: logger)
    }
}

/// Says how a call failed, to its caller and to the log. Small, since each call that is under way keeps one.
struct CallFailures: Sendable {
    fileprivate let method: UInt32
    fileprivate let arrived: ContinuousClock.Instant
    fileprivate let logger: Logger

    /// The reply to a call that met this error.
    func reply(to error: any Error) -> RoutedReply {
        let answer = answer(to: error)
        log(answer)
        return .failed(answer)
    }

    private var methodName: String { Method(number: method)?.name ?? "\(method)" }

    private func answer(to error: any Error) -> EntitledError {
        switch error {
        case let error as EntitledError: return error
        default:
            // Its description may hold a caller's texts; its type never does.
            logger.error(
                "a call failed with an unforeseen error",
                metadata: ["method": "\(methodName)", "error": "\(type(of: error))"])
            return EntitledError(.internalError, "the call could not be carried out")
        }
    }

    /// What a caller does wrong, or is told to try again, is theirs to log: here it would only fill the log of a
    /// server that is busy anyway.
    private func log(_ error: EntitledError) {
        logger.log(
            level: error.reason == .internalError ? .error : .debug, "a call failed",
            metadata: [
                "method": "\(methodName)", "reason": "\(error.reason.name)",
                "duration_us": "\((ContinuousClock.now - arrived) / .microseconds(1))",
            ])
    }
}

extension Method {
    /// - Parameter number: as a request's header has it; nil if no method has it.
    init?(number: UInt32) {
        guard let number = UInt16(exactly: number) else { return nil }
        self.init(rawValue: number)
    }
}
