import EntitledClient

/// What became of one line.
enum ImportOutcome: Hashable {
    case added
    /// It was there already, made otherwise, with the same content.
    case unchanged
    /// An earlier run did it: its answer was given again.
    case repeated
    case failed(EntitledError)
    /// Nothing is known of the line: the run can't go on.
    case interrupted(EntitledError)

    init(_ error: EntitledError) {
        self = error.concernsAllLines ? .interrupted(error) : .failed(error)
    }

    var wasThere: Bool { self == .unchanged || self == .repeated }

    var isFailure: Bool {
        switch self {
        case .failed, .interrupted: true
        case .added, .unchanged, .repeated: false
        }
    }
}

/// What an import did, counted.
struct ImportResult {
    private(set) var added = 0
    private(set) var unchanged = 0
    private(set) var repeated = 0
    private(set) var failures: [LineProblem] = []
    /// Lines that a dry run can't ask a server about, because they refer to others which aren't there yet.
    var onlyCheckedHere = 0
    /// Why the run couldn't go on.
    private(set) var interruption: EntitledError?
    var notDone = 0

    var done: Int { added + unchanged + repeated + failures.count + onlyCheckedHere }

    mutating func count(_ outcome: ImportOutcome, of line: Int) {
        switch outcome {
        case .added: added += 1
        case .unchanged: unchanged += 1
        case .repeated: repeated += 1
        case .failed(let error): failures.append(LineProblem(line: line, error))
        case .interrupted(let error): interruption = interruption ?? error
        }
    }
}

extension EntitledError {
    /// Whether it says nothing of a line's content: others would meet it too.
    fileprivate var concernsAllLines: Bool {
        switch status {
        case .cancelled, .unknown, .deadlineExceeded, .permissionDenied, .resourceExhausted, .aborted, .unimplemented,
            .unavailable, .unauthenticated:
            true
        case .ok, .invalidArgument, .notFound, .alreadyExists, .failedPrecondition, .outOfRange, .internal, .dataLoss:
            reason == .tenantUnavailable
        }
    }

    static func exists(_ id: String, differingIn fields: [String]) -> EntitledError {
        EntitledError(
            .alreadyExists,
            "id: '\(id)' exists already and differs in \(fields.joined(separator: ", ")); it was left "
                + "as it is", details: ["field": "id"])
    }
}
