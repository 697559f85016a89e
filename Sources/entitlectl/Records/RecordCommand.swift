import ArgumentParser
import EntitledClient

/// `entitlectl customer`, `entitlectl product` and so on: one kind of the catalogue's records.
struct RecordCommand<Options: RecordOptions>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Options.Record.commandName, abstract: Options.abstract, subcommands: Options.commands)
    }
}

/// `entitlectl customer add`.
struct RecordAdd<Options: RecordOptions>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "add", abstract: "Add a \(Options.Record.commandName).", discussion: Options.discussion)
    }

    @Argument(help: "The id that your systems know it by.")
    var id: String
    @Option(name: .long, help: "For people (default: the id).")
    var name: String?
    @OptionGroup var options: Options
    @OptionGroup(title: "Dry run") var call: CallingOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        var record = try options.record(Identifier(id))
        if let name { record.name = name }
        try options.change(&record)
        let new = record
        let added = try await connection.withClient { client in
            try await Options.Record.records(of: client).add(new, options: call.options()).answer
        }
        try output.show(added) { call.said("added") + added.text }
    }
}

/// `entitlectl customer update`.
struct RecordUpdate<Options: RecordOptions>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "update", abstract: "Change what the options give of a \(Options.Record.commandName).",
            discussion: Options.discussion)
    }

    @Argument(help: "Its id.")
    var id: String
    @Option(name: .long, help: "For people.")
    var name: String?
    @OptionGroup var options: Options
    @Flag var clear: [Options.Field] = []
    @OptionGroup(title: "Dry run") var call: CallingOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let id = try Identifier<Options.Record>(id)
        let (record, isChanged) = try await connection.withClient { client in
            let records = Options.Record.records(of: client)
            let old = try await records.record(id)
            let new = try changed(old)
            guard new != old else { return (old, false) }
            return (try await records.update(new, options: call.options()).answer, true)
        }
        try output.show(record) { (isChanged ? call.said("updated") : "nothing to change: ") + record.text }
    }

    /// What is given counts more than what is taken away.
    func changed(_ old: Options.Record) throws -> Options.Record {
        var record = old
        for field in clear { Options.clear(field, in: &record) }
        if let name { record.name = name }
        try options.change(&record)
        return record
    }
}

/// `entitlectl customer list`.
struct RecordList<Record: PrintedRecord>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "list", abstract: "List all \(Record.commandName)s.")
    }

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let records = try await connection.withClient { client in
            try await Record.records(of: client).all().collected()
        }
        try output.show(records) {
            var table = Table(["id"] + Record.listColumns + ["name"])
            for record in records { table.add([record.id.text] + record.listCells + [record.name]) }
            return table.text
        }
    }
}

/// `entitlectl customer show`.
struct RecordShow<Record: PrintedRecord>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "show", abstract: "Show one \(Record.commandName).")
    }

    @Argument(help: "Its id.")
    var id: String
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let id = try Identifier<Record>(id)
        let record = try await connection.withClient { client in
            try await Record.records(of: client).record(id)
        }
        try output.show(record) { record.text }
    }
}

extension AsyncSequence {
    /// All elements, in their order.
    func collected() async throws(Failure) -> [Element] {
        var elements: [Element] = []
        for try await element in self { elements.append(element) }
        return elements
    }
}
