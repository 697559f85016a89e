package import EntitledCore
import SwiftProtobuf

extension AddEntitlement: WireCall {
    package typealias AnswerMessage = Entitled_V1_Entitlement

    package init(message: Entitled_V1_AddEntitlementRequest) throws(EntitledError) {
        try Reading.call.require(message.hasTerms, "terms", allowed: "the terms that the customer bought")
        self.init(
            id: try Reading.call.id(message.id, "id"), terms: try EntitlementTerms(message.terms, by: .call))
    }

    package var message: Entitled_V1_AddEntitlementRequest {
        .with {
            $0.id = id.text
            $0.terms = terms.message
        }
    }
}

extension GetEntitlement: WireCall {
    package typealias AnswerMessage = Entitled_V1_EntitlementView

    package init(message: Entitled_V1_GetEntitlementRequest) throws(EntitledError) {
        self.init(id: try Reading.call.id(message.id, "id"))
    }

    package var message: Entitled_V1_GetEntitlementRequest { .with { $0.id = id.text } }
}

extension Entitled_V1_ListEntitlementsRequest: PageRequestMessage {}

extension ListEntitlements: WireCall {
    package typealias AnswerMessage = Entitled_V1_EntitlementPage

    package init(message: Entitled_V1_ListEntitlementsRequest) throws(EntitledError) {
        self.init(
            customer: try Reading.call.id(message.customer, ifSet: message.hasCustomer, "customer"),
            page: try PageRequest(message))
    }

    package var message: Entitled_V1_ListEntitlementsRequest {
        .with {
            $0.set(page)
            if let customer { $0.customer = customer.text }
        }
    }
}

extension ActivateEntitlement: WireCall {
    package typealias AnswerMessage = Entitled_V1_Entitlement

    package init(message: Entitled_V1_ActivateEntitlementRequest) throws(EntitledError) {
        self.init(id: try Reading.call.id(message.id, "id"))
    }

    package var message: Entitled_V1_ActivateEntitlementRequest { .with { $0.id = id.text } }
}
