package import EntitledCore
import SwiftProtobuf

extension AddProduct: WireCall {
    package typealias AnswerMessage = Entitled_V1_Product

    package init(message: Entitled_V1_AddProductRequest) throws(EntitledError) {
        self.init(
            id: try Reading.call.id(message.id, "id"), name: message.hasName ? message.name : nil,
            family: try Reading.call.id(message.family, ifSet: message.hasFamily, "family"))
    }

    package var message: Entitled_V1_AddProductRequest {
        .with {
            $0.id = id.text
            $0.name = name
            if let family { $0.family = family.text }
        }
    }
}

extension GetProduct: WireCall {
    package typealias AnswerMessage = Entitled_V1_Product

    package init(message: Entitled_V1_GetProductRequest) throws(EntitledError) {
        self.init(id: try Reading.call.id(message.id, "id"))
    }

    package var message: Entitled_V1_GetProductRequest { .with { $0.id = id.text } }
}

extension Entitled_V1_ListProductsRequest: PageRequestMessage {}

extension ListProducts: WireCall {
    package typealias AnswerMessage = Entitled_V1_ProductPage

    package init(message: Entitled_V1_ListProductsRequest) throws(EntitledError) {
        self.init(page: try PageRequest(message))
    }

    package var message: Entitled_V1_ListProductsRequest { .with { $0.set(page) } }
}

extension Entitled_V1_ProductPage: PageMessage {}

extension Product: WireItem {
    package typealias Items = Entitled_V1_ProductPage

    package init(answer message: Entitled_V1_Product) throws(EntitledError) {
        self.init(
            id: try Reading.answer.id(message.id, "id"), name: message.name,
            family: try Reading.answer.id(message.family, ifSet: message.hasFamily, "family"))
    }

    package var message: Entitled_V1_Product {
        .with {
            $0.id = id.text
            $0.name = name
            if let family { $0.family = family.text }
        }
    }
}
