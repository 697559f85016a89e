package import EntitledCore
import SwiftProtobuf

extension AddChannel: WireCall {
    package typealias AnswerMessage = Entitled_V1_Channel

    package init(message: Entitled_V1_Channel) throws(EntitledError) {
        self.init(id: try Reading.call.id(message.id, "id"))
    }

    package var message: Entitled_V1_Channel { .with { $0.id = id.text } }
}

extension ListChannels: WireCall {
    package typealias AnswerMessage = Entitled_V1_ChannelPage

    package init(message: Entitled_V1_ListRecordsRequest) throws(EntitledError) {
        self.init(page: try PageRequest(message))
    }

    package var message: Entitled_V1_ListRecordsRequest { .with { $0.set(page) } }
}

extension Entitled_V1_ChannelPage: PageMessage {}

extension Channel: WireItem {
    package typealias Items = Entitled_V1_ChannelPage

    package init(_ message: Entitled_V1_Channel, by reading: Reading) throws(EntitledError) {
        self.init(id: try reading.id(message.id, "id"))
    }

    package var message: Entitled_V1_Channel { .with { $0.id = id.text } }
}

extension GetSettings: WireCall {
    package typealias AnswerMessage = Entitled_V1_Settings

    package init(message: Entitled_V1_GetSettingsRequest) throws(EntitledError) {
        self.init()
    }

    package var message: Entitled_V1_GetSettingsRequest { .init() }
}

extension UpdateSettings: WireCall {
    package typealias AnswerMessage = Entitled_V1_Settings

    package init(message: Entitled_V1_Settings) throws(EntitledError) {
        self.init(try Settings(message, by: .call))
    }

    package var message: Entitled_V1_Settings { settings.message }
}

extension Settings: WireRecord {
    package init(_ message: Entitled_V1_Settings, by reading: Reading) throws(EntitledError) {
        self.init(
            defaultEntitlement: try reading.id(
                message.defaultEntitlement, ifSet: message.hasDefaultEntitlement, "default_entitlement"),
            version: message.version)
        if message.hasFallsThrough { fallsThrough = message.fallsThrough }
        if message.hasClosingDays { closingDays = message.closingDays }
    }

    package var message: Entitled_V1_Settings {
        .with {
            $0.fallsThrough = fallsThrough
            if let defaultEntitlement { $0.defaultEntitlement = defaultEntitlement.text }
            $0.closingDays = closingDays
            $0.version = version
        }
    }
}
