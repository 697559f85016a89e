package import EntitledCore
import EntitledService
import EntitledWire
package import NIOCore

/// One method's way: decode the call, carry it out, encode its answer.
struct Route: Sendable {
    let method: Method
    let handle: @Sendable (ByteBuffer, CallContext) async throws -> RoutedReply.Answer

    static func command<C: DecidableCommand & WireCall>(_ type: C.Type, _ service: EntitlementService) -> Route {
        Route(method: (C.self as any Command.Type).method) { message, context in
            let reply = try await service.perform(try C.decodeCall(message), context)
            return RoutedReply.Answer(
                message: try C.encode(reply.answer), journalNumber: reply.journalNumber, isRepeated: reply.isRepeated)
        }
    }

    static func query<Q: FactsQuery & WireCall>(_ type: Q.Type, _ service: EntitlementService) -> Route {
        Route(method: (Q.self as any Query.Type).method) { message, context in
            let answer = try await service.answer(try Q.decodeCall(message), context)
            return RoutedReply.Answer(message: try Q.encode(answer))
        }
    }

    static func list<Q: StoreQuery & WireCall>(_ type: Q.Type, _ service: EntitlementService) -> Route {
        Route(method: (Q.self as any Query.Type).method) { message, context in
            let answer = try await service.answer(try Q.decodeCall(message), context)
            return RoutedReply.Answer(message: try Q.encode(answer))
        }
    }

    /// The table: every method once.
    static func all(_ service: EntitlementService) -> [Route] {
        [
            .command(AddCustomer.self, service),
            .query(GetCustomer.self, service),
            .list(ListCustomers.self, service),
            .command(AddProduct.self, service),
            .query(GetProduct.self, service),
            .list(ListProducts.self, service),
            .command(AddChannel.self, service),
            .list(ListChannels.self, service),
            .command(AddEntitlement.self, service),
            .query(GetEntitlement.self, service),
            .list(ListEntitlements.self, service),
            .command(ActivateEntitlement.self, service),
            .command(OpenCase.self, service),
            .query(CheckCase.self, service),
            .query(GetCase.self, service),
            .list(ListJournal.self, service),
            .list(Reconcile.self, service),
        ]
    }
}

/// What a call came to.
package enum RoutedReply: Sendable {
    case answered(Answer)
    case failed(EntitledError)

    package struct Answer: Sendable {
        /// The method's answer as protobuf.
        package var message: ByteBuffer
        /// The journal line that bears the decision; nil if none does.
        package var journalNumber: Int64?
        /// Whether it is the answer that an earlier request with the same id got.
        package var isRepeated = false
    }
}
