package import EntitledCore
import SwiftProtobuf

extension AddCustomer: WireCall {
    package typealias AnswerMessage = Entitled_V1_Customer

    package init(message: Entitled_V1_AddCustomerRequest) throws(EntitledError) {
        self.init(
            id: try Reading.call.id(message.id, "id"), kind: try Reading.call.named(message.kind, "kind"),
            name: message.hasName ? message.name : nil,
            parent: try Reading.call.id(message.parent, ifSet: message.hasParent, "parent"))
    }

    package var message: Entitled_V1_AddCustomerRequest {
        .with {
            $0.id = id.text
            $0.kind = .init(kind)
            $0.name = name
            if let parent { $0.parent = parent.text }
        }
    }
}

extension GetCustomer: WireCall {
    package typealias AnswerMessage = Entitled_V1_Customer

    package init(message: Entitled_V1_GetCustomerRequest) throws(EntitledError) {
        self.init(id: try Reading.call.id(message.id, "id"))
    }

    package var message: Entitled_V1_GetCustomerRequest { .with { $0.id = id.text } }
}

extension Entitled_V1_ListCustomersRequest: PageRequestMessage {}

extension ListCustomers: WireCall {
    package typealias AnswerMessage = Entitled_V1_CustomerPage

    package init(message: Entitled_V1_ListCustomersRequest) throws(EntitledError) {
        self.init(page: try PageRequest(message))
    }

    package var message: Entitled_V1_ListCustomersRequest { .with { $0.set(page) } }
}

extension Entitled_V1_CustomerPage: PageMessage {}

extension Customer: WireItem {
    package typealias Items = Entitled_V1_CustomerPage

    package init(answer message: Entitled_V1_Customer) throws(EntitledError) {
        self.init(
            id: try Reading.answer.id(message.id, "id"), kind: try Reading.answer.named(message.kind, "kind"),
            name: message.name, parent: try Reading.answer.id(message.parent, ifSet: message.hasParent, "parent"))
    }

    package var message: Entitled_V1_Customer {
        .with {
            $0.id = id.text
            $0.kind = .init(kind)
            $0.name = name
            if let parent { $0.parent = parent.text }
        }
    }
}
