package import EntitledCore
import SwiftProtobuf

/// Many commands in one call.
///
/// Its items are what requests of their own would say, its answers what responses of their own would; they stay
/// messages here, because what they mean is for the bindings of their own methods.
package struct PerformBatch: Hashable {
    package static let method = Method.performBatch

    package var items: [Entitled_V1_BatchItem]

    /// - Parameter items: 1 to ``ProtocolLimits/batchItems``.
    package init(items: [Entitled_V1_BatchItem]) {
        self.items = items
    }
}

extension PerformBatch: WireCall {
    package typealias Answer = [Entitled_V1_BatchAnswer]

    package init(message: Entitled_V1_BatchRequest) throws(EntitledError) {
        try Self.check(message.items.count, allowed: ProtocolLimits.batchItems)
        self.init(items: message.items)
    }

    package var message: Entitled_V1_BatchRequest { .with { $0.items = items } }

    package static func answer(from message: Entitled_V1_BatchResponse) throws(EntitledError) -> Answer {
        message.answers
    }

    package static func message(of answer: Answer) -> Entitled_V1_BatchResponse {
        .with { $0.answers = answer }
    }

    /// - Throws: ``EntitledError`` `invalid_field` unless there are 1 to `most` items.
    package static func check(_ count: Int, allowed most: Int) throws(EntitledError) {
        guard (1...max(1, most)).contains(count) else {
            throw .invalid("items", "are \(count)", allowed: "1 to \(most)")
        }
    }
}
