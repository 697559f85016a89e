package import EntitledCore
import SwiftProtobuf

/// A call's message that describes a case.
protocol InquiryMessage {
    var customer: String { get set }
    var product: String { get set }
    var hasProduct: Bool { get }
    var channel: String { get set }
    var hasChannel: Bool { get }
    var entitlement: String { get set }
    var hasEntitlement: Bool { get }
}

extension InquiryMessage {
    mutating func set(_ inquiry: Inquiry) {
        customer = inquiry.customer.text
        if let product = inquiry.product { self.product = product.text }
        if let channel = inquiry.channel { self.channel = channel.text }
        if let entitlement = inquiry.entitlement { self.entitlement = entitlement.text }
    }
}

extension Inquiry {
    /// - Throws: ``EntitledError`` `invalid_field`.
    init(_ message: some InquiryMessage) throws(EntitledError) {
        self.init(
            customer: try Reading.call.id(message.customer, "customer"),
            product: try Reading.call.id(message.product, ifSet: message.hasProduct, "product"),
            channel: try Reading.call.id(message.channel, ifSet: message.hasChannel, "channel"),
            entitlement: try Reading.call.id(message.entitlement, ifSet: message.hasEntitlement, "entitlement"))
    }
}

extension Entitled_V1_OpenCaseRequest: InquiryMessage {}

extension OpenCase: WireCall {
    package typealias AnswerMessage = Entitled_V1_CaseDecision

    package init(message: Entitled_V1_OpenCaseRequest) throws(EntitledError) {
        self.init(id: try Reading.call.id(message.id, "id"), try Inquiry(message))
    }

    package var message: Entitled_V1_OpenCaseRequest {
        .with {
            $0.id = id.text
            $0.set(inquiry)
        }
    }
}

extension Entitled_V1_CheckCaseRequest: InquiryMessage {}

extension CheckCase: WireCall {
    package typealias AnswerMessage = Entitled_V1_CaseCheck

    package init(message: Entitled_V1_CheckCaseRequest) throws(EntitledError) {
        self.init(try Inquiry(message))
    }

    package var message: Entitled_V1_CheckCaseRequest { .with { $0.set(inquiry) } }
}

extension GetCase: WireCall {
    package typealias AnswerMessage = Entitled_V1_Case

    package init(message: Entitled_V1_GetCaseRequest) throws(EntitledError) {
        self.init(id: try Reading.call.id(message.id, "id"))
    }

    package var message: Entitled_V1_GetCaseRequest { .with { $0.id = id.text } }
}
