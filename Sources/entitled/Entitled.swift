import ArgumentParser

/// The server.
@main
struct Entitled: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entitled",
        abstract: "The entitlement server for contact centres.",
        version: Version.text,
        subcommands: [Serve.self, Develop.self])
}

enum Version {
    static let text = "0.1.0"
}
