package import EntitledCore
import SwiftProtobuf

/// A call's message that describes a case.
protocol InquiryMessage {
    var customer: String { get set }
    var product: String { get set }
    var hasProduct: Bool { get }
    var asset: String { get set }
    var hasAsset: Bool { get }
    var channel: String { get set }
    var hasChannel: Bool { get }
    var priority: Int32 { get set }
    var hasPriority: Bool { get }
    var entitlement: String { get set }
    var hasEntitlement: Bool { get }
}

extension InquiryMessage {
    mutating func set(_ inquiry: Inquiry) {
        customer = inquiry.customer.text
        if let product = inquiry.product { self.product = product.text }
        if let asset = inquiry.asset { self.asset = asset.text }
        if let channel = inquiry.channel { self.channel = channel.text }
        if let priority = inquiry.priority { self.priority = Int32(priority.number) }
        if let entitlement = inquiry.entitlement { self.entitlement = entitlement.text }
    }
}

extension Inquiry {
    /// - Throws: ``EntitledError`` `invalid_field`.
    init(_ message: some InquiryMessage) throws(EntitledError) {
        let reading = Reading.call
        self.init(
            customer: try reading.id(message.customer, "customer"),
            product: try reading.id(message.product, ifSet: message.hasProduct, "product"),
            asset: try reading.id(message.asset, ifSet: message.hasAsset, "asset"),
            channel: try reading.id(message.channel, ifSet: message.hasChannel, "channel"),
            priority: try reading.casePriority(message.priority, ifSet: message.hasPriority, "priority"),
            entitlement: try reading.id(message.entitlement, ifSet: message.hasEntitlement, "entitlement"))
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
        self.init(
            try Inquiry(message), at: try Reading.call.instant(message.atUs, ifSet: message.hasAtUs, "at_us"),
            explains: message.explain)
    }

    package var message: Entitled_V1_CheckCaseRequest {
        .with {
            $0.set(inquiry)
            if let at { $0.atUs = at.microseconds }
            $0.explain = explains
        }
    }
}

extension GetCase: WireCall {
    package typealias AnswerMessage = Entitled_V1_Case

    package init(message: Entitled_V1_GetRecordRequest) throws(EntitledError) {
        self.init(id: try Reading.call.id(message.id, "id"))
    }

    package var message: Entitled_V1_GetRecordRequest { .with { $0.id = id.text } }
}
