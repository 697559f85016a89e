package import EntitledCore
import SwiftProtobuf

extension AddEntitlement: WireCall {
    package typealias AnswerMessage = Entitled_V1_Entitlement

    package init(message: Entitled_V1_AddEntitlementRequest) throws(EntitledError) {
        self.init(
            id: try Reading.call.id(message.id, "id"),
            terms: try Reading.call.terms(message.terms, ifSet: message.hasTerms))
    }

    package var message: Entitled_V1_AddEntitlementRequest {
        .with { ($0.id, $0.terms) = (id.text, terms.message) }
    }
}

extension UpdateEntitlement: WireCall {
    package typealias AnswerMessage = Entitled_V1_Entitlement

    package init(message: Entitled_V1_UpdateEntitlementRequest) throws(EntitledError) {
        self.init(
            id: try Reading.call.id(message.id, "id"),
            terms: try Reading.call.terms(message.terms, ifSet: message.hasTerms),
            version: message.hasVersion ? message.version : nil)
    }

    package var message: Entitled_V1_UpdateEntitlementRequest {
        .with {
            $0.id = id.text
            $0.terms = terms.message
            if let version { $0.version = version }
        }
    }
}

extension Reading {
    fileprivate func terms(
        _ message: Entitled_V1_EntitlementTerms, ifSet isSet: Bool
    ) throws(EntitledError) -> EntitlementTerms {
        try require(isSet, "terms", allowed: "the terms that the customer bought")
        return try value(message, "terms")
    }
}

extension GetEntitlement: WireCall {
    package typealias AnswerMessage = Entitled_V1_EntitlementView

    package init(message: Entitled_V1_GetRecordRequest) throws(EntitledError) {
        self.init(id: try Reading.call.id(message.id, "id"))
    }

    package var message: Entitled_V1_GetRecordRequest { .with { $0.id = id.text } }
}

extension Entitled_V1_ListEntitlementsRequest: PageRequestMessage {}

extension ListEntitlements: WireCall {
    package typealias AnswerMessage = Entitled_V1_EntitlementPage

    package init(message: Entitled_V1_ListEntitlementsRequest) throws(EntitledError) {
        self.init(
            customer: try Reading.call.id(message.customer, ifSet: message.hasCustomer, "customer"),
            contract: try Reading.call.id(message.contract, ifSet: message.hasContract, "contract"),
            page: try PageRequest(message))
    }

    package var message: Entitled_V1_ListEntitlementsRequest {
        .with {
            $0.set(page)
            if let customer { $0.customer = customer.text }
            if let contract { $0.contract = contract.text }
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

extension DeleteEntitlement: WireCall {
    package typealias AnswerMessage = Entitled_V1_Entitlement

    package init(message: Entitled_V1_DeleteEntitlementRequest) throws(EntitledError) {
        self.init(
            id: try Reading.call.id(message.id, "id"), version: message.hasVersion ? message.version : nil)
    }

    package var message: Entitled_V1_DeleteEntitlementRequest {
        .with {
            $0.id = id.text
            if let version { $0.version = version }
        }
    }
}

extension SuspendEntitlement: WireCall {
    package typealias AnswerMessage = Entitled_V1_Entitlement

    package init(message: Entitled_V1_SuspendEntitlementRequest) throws(EntitledError) {
        self.init(id: try Reading.call.id(message.id, "id"), reason: message.reason)
    }

    package var message: Entitled_V1_SuspendEntitlementRequest {
        .with { ($0.id, $0.reason) = (id.text, reason) }
    }
}

extension ResumeEntitlement: WireCall {
    package typealias AnswerMessage = Entitled_V1_Entitlement

    package init(message: Entitled_V1_ResumeEntitlementRequest) throws(EntitledError) {
        self.init(id: try Reading.call.id(message.id, "id"))
    }

    package var message: Entitled_V1_ResumeEntitlementRequest { .with { $0.id = id.text } }
}

extension CancelEntitlement: WireCall {
    package typealias AnswerMessage = Entitled_V1_Entitlement

    package init(message: Entitled_V1_CancelEntitlementRequest) throws(EntitledError) {
        self.init(
            id: try Reading.call.id(message.id, "id"), reason: message.reason,
            on: try Reading.call.day(message.day, ifSet: message.hasDay, "day"))
    }

    package var message: Entitled_V1_CancelEntitlementRequest {
        .with {
            $0.id = id.text
            $0.reason = reason
            if let day { $0.day = day.daysSince1970 }
        }
    }
}

extension RenewEntitlement: WireCall {
    package typealias AnswerMessage = Entitled_V1_Entitlement

    package init(message: Entitled_V1_RenewEntitlementRequest) throws(EntitledError) {
        self.init(
            id: try Reading.call.id(message.id, "id"), successor: try Reading.call.id(message.successor, "successor"),
            asDraft: message.asDraft)
    }

    package var message: Entitled_V1_RenewEntitlementRequest {
        .with {
            $0.id = id.text
            $0.successor = successor.text
            $0.asDraft = isDraft
        }
    }
}

extension AmendEntitlement: WireCall {
    package typealias AnswerMessage = Entitled_V1_AmendmentResult

    package init(message: Entitled_V1_AmendEntitlementRequest) throws(EntitledError) {
        try Reading.call.require(message.hasAmendment, "amendment", allowed: "what is to change")
        self.init(
            id: try Reading.call.id(message.id, "id"), try Reading.call.value(message.amendment, "amendment"),
            at: try Reading.call.instant(message.atUs, ifSet: message.hasAtUs, "at_us"),
            version: message.hasVersion ? message.version : nil)
    }

    package var message: Entitled_V1_AmendEntitlementRequest {
        .with {
            $0.id = id.text
            $0.amendment = amendment.message
            if let at { $0.atUs = at.microseconds }
            if let version { $0.version = version }
        }
    }
}

extension AddGrant: WireCall {
    package typealias AnswerMessage = Entitled_V1_Entitlement

    package init(message: Entitled_V1_AddGrantRequest) throws(EntitledError) {
        self.init(
            entitlement: try Reading.call.id(message.entitlement, "entitlement"), quantity: message.quantity,
            startDay: try Reading.call.day(message.startDay, ifSet: message.hasStartDay, "start_day"),
            endDay: try Reading.call.day(message.endDay, ifSet: message.hasEndDay, "end_day"),
            priority: message.priority)
        if message.hasAllocation { allocation = message.allocation }
    }

    package var message: Entitled_V1_AddGrantRequest {
        .with {
            $0.entitlement = entitlement.text
            $0.allocation = allocation
            $0.quantity = quantity
            if let startDay { $0.startDay = startDay.daysSince1970 }
            if let endDay { $0.endDay = endDay.daysSince1970 }
            $0.priority = priority
        }
    }
}
