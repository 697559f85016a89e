import EntitledCore

/// Request ids that follow from what is asked, so that a second run of the same export asks the same things again and
/// gets the first answers.
enum ReplayRequest {
    /// The format counts too: another one may mean something else by the same words.
    static func id(of command: some Command, format: ReplayFormat) -> RequestID {
        RequestID(derivedFrom: command, purpose: "entitled replay", format.rawValue)
    }
}
