/// Adds a channel to those that every tenant has.
public struct AddChannel: Command {
    public typealias Answer = Channel
    public static let method = Method.addChannel

    public var id: ChannelID

    public init(id: ChannelID) {
        self.id = id
    }

    public func encode(to encoder: inout CanonicalEncoder) {
        encoder.field(1, id)
    }
}

extension AddChannel: DecidableCommand {
    package func validate() throws(EntitledError) {}

    package func add(to needs: inout Needs) {
        needs.channels.insert(id)
    }

    package func decide(in facts: inout WorkingSet, by actor: String) throws -> Channel {
        guard !Channel.standard.contains(id), !facts.channels.contains(id) else {
            throw EntitledError.alreadyExists("id", id.text)
        }
        let channel = Channel(id: id)
        facts.insert(channel)
        facts.record(JournalEntry(event: .channelAdded, actor: actor, occurredAt: facts.now, channel: id))
        return channel
    }

    package static func answer(from entry: JournalEntry) throws -> Channel {
        guard let id = entry.channel else {
            throw EntitledError(.internalError, "the journal's entry of \(entry.event.name) names no channel")
        }
        return Channel(id: id)
    }
}
