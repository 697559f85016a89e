internal import EntitledCore
internal import EntitledWire
internal import Foundation
internal import NIOCore

/// One way of a request to the server and back; repetitions of a call are further attempts.
struct AttemptID: Hashable, Sendable {
    let number: Int
}

/// A call, ready to be sent as often as need be. An object, because it goes through many hands: each would copy it.
final class CallRequest: Sendable {
    let method: Method
    /// Nil in queries; a dry run may have one or not.
    let requestID: RequestID?
    let isDryRun: Bool
    let message: ByteBuffer
    let deadline: ContinuousClock.Instant

    init(
        method: Method, requestID: RequestID?, isDryRun: Bool = false, message: ByteBuffer,
        deadline: ContinuousClock.Instant
    ) {
        self.method = method
        self.requestID = requestID
        self.isDryRun = isDryRun
        self.message = message
        self.deadline = deadline
    }

    /// The same call with another deadline.
    func until(_ deadline: ContinuousClock.Instant) -> CallRequest {
        CallRequest(method: method, requestID: requestID, isDryRun: isDryRun, message: message, deadline: deadline)
    }

    /// The body of the request's frame.
    ///
    /// - Parameter now: when it is sent: deadlines travel as time left.
    func body(at now: ContinuousClock.Instant) throws(BodyError) -> ByteBuffer {
        var header = Entitled_V1_RequestHeader()
        header.method = UInt32(method.rawValue)
        header.timeLeftMs = (deadline - now).timeLeftMilliseconds
        if let requestID { header.requestID = Data(requestID.bytes) }
        header.dryRun = isDryRun
        return try RequestBody(header: header, message: message).joined()
    }
}

extension Duration {
    /// At least 1, because 0 would ask for the method's default.
    fileprivate var timeLeftMilliseconds: UInt32 {
        guard self < ProtocolLimits.timeLeft else {
            return UInt32(ProtocolLimits.timeLeft.components.seconds) * 1000
        }
        let (seconds, attoseconds) = components
        return UInt32(clamping: max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}

/// How an attempt ended.
enum AttemptOutcome: Hashable, Sendable {
    /// With the body of a response.
    case response(ByteBuffer)
    /// Its connection ended after it had been sent.
    indirect case lost(EntitledError)
    /// It never left.
    indirect case unsent(EntitledError)
    /// The caller's time is over.
    case expired(wasSent: Bool)
    /// The caller's task was cancelled.
    case cancelled(wasSent: Bool)
}
