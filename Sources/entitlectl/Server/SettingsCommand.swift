import ArgumentParser
import EntitledClient

/// `entitlectl settings`.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "What holds for the whole tenant.", subcommands: [Show.self, Update.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the settings.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let settings = try await connection.withClient { try await $0.settings() }
            try output.show(settings) { settings.text }
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Change what the options give.")

        @Flag(
            inversion: .prefixedNo, help: "Let a less specific entitlement cover what the most specific can't pay for.")
        var fallThrough: Bool?
        @Option(
            name: .long, help: ArgumentHelp("The entitlement that covers what nothing else does.", valueName: "id"))
        var defaultEntitlement: String?
        @Flag(name: .long, help: "Have none.")
        var clearDefaultEntitlement = false
        @Option(
            name: .long,
            help: ArgumentHelp("How long the books of a period stay open after its end, 0 to 366.", valueName: "days"))
        var closingDays: Int32?
        @OptionGroup(title: "Dry run") var call: CallingOptions
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let (settings, isChanged) = try await connection.withClient { client in
                let old = try await client.settings()
                let new = try changed(old)
                guard new != old else { return (old, false) }
                return (try await client.updateSettings(new, options: call.options()).answer, true)
            }
            try output.show(settings) {
                (isChanged ? call.said("updated") : "nothing to change: ") + settings.text
            }
        }

        /// What is given counts more than what is taken away.
        func changed(_ old: Settings) throws(EntitledError) -> Settings {
            var settings = old
            settings.fallsThrough = fallThrough ?? old.fallsThrough
            if clearDefaultEntitlement { settings.defaultEntitlement = nil }
            settings.defaultEntitlement =
                try defaultEntitlement.id("default_entitlement") ?? settings.defaultEntitlement
            settings.closingDays = closingDays ?? old.closingDays
            return settings
        }
    }
}

extension Settings {
    var text: String {
        "settings, version \(version)\n"
            + Lines.of([
                (
                    "fall through",
                    fallsThrough ? "yes: the next entitlement may cover the case" : "no: the first decides"
                ),
                ("default entitlement", defaultEntitlement?.text ?? "none"),
                ("closing days", "\(closingDays)"),
            ])
    }
}
