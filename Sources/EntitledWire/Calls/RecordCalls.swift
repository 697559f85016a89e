package import EntitledCore
import SwiftProtobuf

/// The four calls of every kind of record of the catalogue: what is written down travels as the record itself.

extension AddRecord: WireCall where Record: WireItem {
    package typealias AnswerMessage = Record.Message

    package init(message: Record.Message) throws(EntitledError) {
        self.init(try Record(message, by: .call))
    }

    package var message: Record.Message { record.message }
}

extension UpdateRecord: WireCall where Record: WireItem {
    package typealias AnswerMessage = Record.Message

    package init(message: Record.Message) throws(EntitledError) {
        self.init(try Record(message, by: .call))
    }

    package var message: Record.Message { record.message }
}

extension GetRecord: WireCall where Record: WireItem {
    package typealias AnswerMessage = Record.Message

    package init(message: Entitled_V1_GetRecordRequest) throws(EntitledError) {
        self.init(id: try Reading.call.id(message.id, "id"))
    }

    package var message: Entitled_V1_GetRecordRequest { .with { $0.id = id.text } }
}

extension ListRecords: WireCall where Record: WireItem {
    package typealias AnswerMessage = Record.Items

    package init(message: Entitled_V1_ListRecordsRequest) throws(EntitledError) {
        self.init(page: try PageRequest(message))
    }

    package var message: Entitled_V1_ListRecordsRequest { .with { $0.set(page) } }
}
