package import EntitledCore
package import SwiftProtobuf

/// A call's message that asks for a part of a list.
protocol PageRequestMessage {
    var after: String { get set }
    var hasAfter: Bool { get }
    var limit: Int64 { get set }
    var hasLimit: Bool { get }
}

extension PageRequestMessage {
    mutating func set(_ page: PageRequest) {
        if let after = page.after { self.after = after }
        limit = Int64(page.limit)
    }
}

extension Entitled_V1_ListRecordsRequest: PageRequestMessage {}

extension PageRequest {
    /// - Throws: ``EntitledError`` `invalid_field` for `after` and `limit`.
    init(_ message: some PageRequestMessage) throws(EntitledError) {
        self.init(after: message.hasAfter ? message.after : nil)
        if message.hasLimit { limit = Int(clamping: message.limit) }
        try validate()
    }
}

/// A part of a list, as it travels.
package protocol PageMessage: SwiftProtobuf.Message {
    associatedtype Item: SwiftProtobuf.Message
    var items: [Item] { get set }
    var next: String { get set }
    var hasNext: Bool { get }
}

/// A record that lists consist of.
package protocol WireItem: WireRecord {
    associatedtype Items: PageMessage where Items.Item == Message
}

extension Page: WireRecord where Item: WireItem {
    package init(_ message: Item.Items, by reading: Reading) throws(EntitledError) {
        self.init(
            items: try reading.values(message.items, "items"), next: message.hasNext ? message.next : nil)
    }

    package var message: Item.Items {
        .with {
            $0.items = items.map(\.message)
            if let next { $0.next = next }
        }
    }
}
