package import EntitledCore
import SwiftProtobuf

extension AddChannel: WireCall {
    package typealias AnswerMessage = Entitled_V1_Channel

    package init(message: Entitled_V1_AddChannelRequest) throws(EntitledError) {
        self.init(id: try Reading.call.id(message.id, "id"))
    }

    package var message: Entitled_V1_AddChannelRequest { .with { $0.id = id.text } }
}

extension Entitled_V1_ListChannelsRequest: PageRequestMessage {}

extension ListChannels: WireCall {
    package typealias AnswerMessage = Entitled_V1_ChannelPage

    package init(message: Entitled_V1_ListChannelsRequest) throws(EntitledError) {
        self.init(page: try PageRequest(message))
    }

    package var message: Entitled_V1_ListChannelsRequest { .with { $0.set(page) } }
}

extension Entitled_V1_ChannelPage: PageMessage {}

extension Channel: WireItem {
    package typealias Items = Entitled_V1_ChannelPage

    package init(answer message: Entitled_V1_Channel) throws(EntitledError) {
        self.init(id: try Reading.answer.id(message.id, "id"))
    }

    package var message: Entitled_V1_Channel { .with { $0.id = id.text } }
}
