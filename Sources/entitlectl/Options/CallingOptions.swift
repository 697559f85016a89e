import ArgumentParser
import EntitledClient

/// How a call that changes something is made.
struct CallingOptions: ParsableArguments {
    @Flag(name: .long, help: "Only say what would happen: change nothing.")
    var dryRun = false

    func options(requestID: RequestID? = nil) -> CallOptions {
        CallOptions(requestID: requestID, isDryRun: dryRun)
    }

    /// The beginning of a sentence about it: `added `, or `dry run, not added: `.
    func said(_ participle: String) -> String {
        dryRun ? "dry run, not \(participle): " : participle + " "
    }
}
