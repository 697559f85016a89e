import ArgumentParser
import EntitledClient

/// How service levels are written.
struct ServiceLevelOptions: RecordOptions {
    static let abstract = "Service levels: how soon something must have happened to a case."
    static let discussion = """
        A target is NAME=DURATION, or PRIORITY:NAME=DURATION for one case priority: --target first_response=4h \
        --target resolution=2d --target 1:first_response=30m. Targets that are given replace those that were set.
        """

    @Option(name: .long, help: ArgumentHelp("A target; repeatable.", valueName: "[priority:]name=duration"))
    var target: [String] = []
    @Option(
        name: .long, help: ArgumentHelp("In whose hours the time counts (default: round the clock).", valueName: "id"))
    var calendar: String?

    enum Field: String, ClearableField {
        case calendar
    }

    func record(_ id: ServiceLevelID) throws -> ServiceLevel {
        guard !target.isEmpty else { throw ValidationError("--target is needed") }
        return ServiceLevel(id: id, targets: [])
    }

    func change(_ level: inout ServiceLevel) throws {
        if !target.isEmpty { level.targets = try target.map { try TargetText.target($0) } }
        level.calendar = try calendar.id("calendar") ?? level.calendar
    }

    static func clear(_ field: Field, in level: inout ServiceLevel) {
        switch field {
        case .calendar: level.calendar = nil
        }
    }
}

extension ServiceLevel: PrintedRecord {
    static let commandName = "sla"
    static func records(of client: EntitledClient) -> Records<ServiceLevel> { client.serviceLevels }
    static let listColumns = ["targets", "calendar"]
    var listCells: [String] { [targetsText, calendar?.text ?? ""] }
    var details: [(String, String)] {
        [("targets", targetsText), ("calendar", calendar?.text ?? "round the clock")]
    }

    private var targetsText: String { targets.map(TargetText.text).joined(separator: ", ") }
}
