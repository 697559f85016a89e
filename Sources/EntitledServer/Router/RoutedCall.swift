import EntitledCore
import EntitledService
import Logging

/// A call on its way along a route, and where to say what becomes of it.
struct RoutedCall: Sendable {
    let request: RoutedRequest
    let principal: Principal
    /// Bears what is known of the connection.
    let logger: Logger

    var context: CallContext {
        CallContext(
            principal: principal, request: request.requestID, deadline: request.deadline, isDryRun: request.isDryRun)
    }

    /// The reply to a call that met this error.
    func failed(_ error: any Error) -> RoutedReply {
        let answer = answer(to: error)
        log(answer)
        return .failed(answer)
    }

    private var methodName: String { request.knownMethod?.name ?? "\(request.method)" }

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
                "duration_us": "\((ContinuousClock.now - request.arrived) / .microseconds(1))",
            ])
    }
}
