import ArgumentParser

/// Measures how fast Entitled is.
@main
struct EntitledBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entitled-bench",
        abstract: "Measure how fast Entitled is.",
        subcommands: [LoadCommand.self, CompareCommand.self, OverloadCommand.self])
}
