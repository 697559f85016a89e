import ArgumentParser
import EntitledClient

/// `entitlectl channel`.
struct ChannelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channel", abstract: "The ways by which cases arrive.", subcommands: [Add.self, List.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a channel to those that every tenant has.")

        @Argument(help: "What cases call it.")
        var id: String
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try ChannelID(id)
            let added = try await connection.withClient { try await $0.addChannel(id) }
            try output.show(added.answer) { "added channel \(added.answer.id)" }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the channels: those that every tenant has, then those that were added.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let added = try await connection.withClient { try await $0.allChannels().collected() }
            let channels =
                Channel.standard.map { ListedChannel(id: $0, standard: true) }
                + added.map { ListedChannel(id: $0.id, standard: false) }
            try output.show(channels) {
                var table = Table(["id", "origin"])
                for channel in channels { table.add([channel.id.text, channel.standard ? "standard" : "added"]) }
                return table.text
            }
        }
    }
}

private struct ListedChannel: Encodable {
    let id: ChannelID
    let standard: Bool
}
