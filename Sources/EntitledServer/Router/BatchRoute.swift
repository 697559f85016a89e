import EntitledCore
import EntitledService
import EntitledWire
import Foundation
import NIOCore
import Synchronization

extension Route {
    /// Many commands in one call, each along its own route and answered by itself.
    ///
    /// - Parameter routes: those of the commands are taken as items.
    static func batch(of routes: [Route]) -> Route {
        let desk = BatchDesk(routes.filter(\.method.isCommand))
        return Route(method: .performBatch) { call, answer in
            try desk.start(call) { answers in
                answer(
                    Result.success(answers).encoded { answers throws(EntitledError) in
                        RoutedReply.Answer(message: try PerformBatch.encode(answers))
                    })
            }
        }
    }
}

/// Where batches are taken apart, and their answers put together.
struct BatchDesk: Sendable {
    /// Items of one batch that the service has at once, so that a batch leaves room for other calls in the lanes.
    static let itemsInFlight = 512
    /// Batches of one tenant that are under way: as many as fill its lanes.
    static let batchesUnderWay = 32

    private let routes: [UInt32: Route]
    private let turns = BatchTurns(limit: batchesUnderWay)

    /// - Parameter routes: those that items may take.
    init(_ routes: [Route]) {
        self.routes = Dictionary(routes.map { (UInt32($0.method.rawValue), $0) }) { first, _ in first }
    }

    /// - Parameter answer: gets the items' answers in their order, unless this throws.
    /// - Throws: ``EntitledError`` `malformed_request`, `invalid_field`, or `overloaded`; nothing was done then.
    func start(
        _ call: RoutedCall, _ answer: @escaping @Sendable ([Entitled_V1_BatchAnswer]) -> Void
    ) throws(EntitledError) -> any StartedCall {
        let items = try PerformBatch.decodeCall(call.request.message).items
        let room = call.request.answerBytes / ProtocolLimits.batchAnswerBytes
        try PerformBatch.check(items.count, allowed: min(room, ProtocolLimits.batchItems))
        let tenant = call.principal.tenant
        try turns.take(tenant)
        let batch = BatchInFlight(items, answerBytes: call.request.answerBytes) { item, reply in
            start(item, of: call, reply)
        } completion: { [turns] answers in
            turns.giveBack(tenant)
            answer(answers)
        }
        batch.startMore()
        return batch
    }

    private func start(
        _ item: Entitled_V1_BatchItem, of batch: RoutedCall, _ reply: @escaping @Sendable (RoutedReply) -> Void
    ) -> (any StartedCall)? {
        let call = RoutedCall(
            request: RoutedRequest(item, of: batch.request), principal: batch.principal, logger: batch.logger)
        guard let route = routes[item.method] else {
            let fault = EntitledError.invalid("items.method", "is \(item.method)", allowed: "the number of a command")
            reply(call.failures.reply(to: fault))
            return nil
        }
        guard item.requestID.isEmpty || call.request.requestID != nil else {
            let fault = BodyError.invalidRequestID(bytes: item.requestID.count)
            reply(call.failures.reply(to: EntitledError(.malformedRequest, "\(fault)")))
            return nil
        }
        return route.start(call, reply)
    }
}

/// Counts the batches of each tenant that are under way: each holds hundreds of calls, so they are few.
final class BatchTurns: Sendable {
    private let limit: Int
    private let underWay = Mutex<[TenantSlug: Int]>([:])

    init(limit: Int) {
        self.limit = limit
    }

    /// - Throws: ``EntitledError`` `overloaded` if too many of the tenant are under way.
    func take(_ tenant: TenantSlug) throws(EntitledError) {
        let isFree = underWay.withLock { underWay in
            guard underWay[tenant, default: 0] < limit else { return false }
            underWay[tenant, default: 0] += 1
            return true
        }
        guard isFree else { throw Limits.overloaded("more batches of the tenant are under way than may") }
    }

    func giveBack(_ tenant: TenantSlug) {
        underWay.withLock { underWay in
            let rest = underWay[tenant, default: 1] - 1
            underWay[tenant] = rest > 0 ? rest : nil
        }
    }
}

extension RoutedRequest {
    /// An item as a request of its own, with the batch's deadline.
    fileprivate init(_ item: Entitled_V1_BatchItem, of batch: RoutedRequest) {
        self.init(
            method: item.method, requestID: try? RequestID(bytes: item.requestID),
            timeLeft: batch.deadline - batch.arrived, arrived: batch.arrived,
            message: ByteBuffer(bytes: item.message), isDryRun: item.dryRun || batch.isDryRun)
    }
}

extension Entitled_V1_BatchAnswer {
    /// - Parameter room: bytes that are left for texts and answers; what doesn't fit is left out.
    init(_ reply: RoutedReply, room: inout Int) {
        self.init()
        switch reply {
        case .answered(let answered):
            header = Entitled_V1_ResponseHeader(answered)
            let bytes = answered.message.readableBytes
            answerOmitted = bytes > room
            guard !answerOmitted else { return }
            room -= bytes
            answer = Data(answered.message.readableBytesView)
        case .failed(let error):
            header = Entitled_V1_ResponseHeader(error)
            let bytes = header.textBytes
            if bytes <= room { room -= bytes } else { header.dropTexts() }
        }
    }
}

extension Entitled_V1_ResponseHeader {
    /// What the message and the details take at most: two tags and two lengths an entry, and the map's own.
    fileprivate var textBytes: Int {
        details.reduce(message.utf8.count) { $0 + $1.key.utf8.count + $1.value.utf8.count + 16 }
    }
}
