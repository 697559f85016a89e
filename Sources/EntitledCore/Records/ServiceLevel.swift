/// A service level agreement: how soon something must have happened to a case.
public struct ServiceLevel: Hashable, Sendable, Codable {
    public let id: ServiceLevelID
    /// 1 to 200 characters.
    public var name: String
    /// 1 to 100.
    public var targets: [Target]
    /// In whose hours the time counts; nil is round the clock.
    public var calendar: CalendarID?
    public var version: Int64

    public struct Target: Hashable, Sendable, Codable {
        /// What must have happened: `first_response`, `resolution`, or a name of the tenant's own; 1 to 64 characters.
        public var name: String
        /// The case priority that it is for; nil is any that no other target of this name is for.
        public var priority: CasePriority?
        /// How soon: 1 second to ten years.
        public var seconds: Int64

        public init(name: String, priority: CasePriority? = nil, seconds: Int64) {
            self.name = name
            self.priority = priority
            self.seconds = seconds
        }

        public static let maximumSeconds: Int64 = 315_576_000
    }

    /// - Parameter name: 1 to 200 characters; the id if nil.
    public init(
        id: ServiceLevelID, name: String? = nil, targets: [Target], calendar: CalendarID? = nil, version: Int64 = 0
    ) {
        self.id = id
        self.name = name ?? id.text
        self.targets = targets
        self.calendar = calendar
        self.version = version
    }
}

/// How urgent a case is: 1 (most) to 9.
public struct CasePriority: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let number: Int16

    /// - Throws: ``EntitledError`` `invalid_field`.
    public init(_ number: some BinaryInteger, field: String = "priority") throws(EntitledError) {
        guard let small = Int16(exactly: number), (1...9).contains(small) else {
            throw .invalid(field, "is \(number)", allowed: "1 (most urgent) to 9")
        }
        self.number = small
    }

    /// A number that was checked when it was stored.
    package init(stored number: Int16) {
        self.number = number
    }

    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(Int16.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }

    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    public var description: String { "\(number)" }
}

extension ServiceLevel: StoredRecord {
    public static var methods: RecordMethods {
        RecordMethods(
            add: .addServiceLevel, get: .getServiceLevel, list: .listServiceLevels, update: .updateServiceLevel)
    }
    package static var events: (added: JournalEntry.Event, updated: JournalEntry.Event) {
        (.serviceLevelAdded, .serviceLevelUpdated)
    }
    package static let facts: FactsPath = \.serviceLevels
    package static let needs: NeedsPath = \.serviceLevels

    package func validate() throws(EntitledError) {
        try TextRule.name.check(name, field: "name")
        guard (1...100).contains(targets.count) else {
            throw .invalid("targets", "has \(targets.count) entries", allowed: "1 to 100")
        }
        var seen: Set<String> = []
        for target in targets {
            try TextRule.label.check(target.name, field: "targets.name")
            guard (1...Target.maximumSeconds).contains(target.seconds) else {
                throw .invalid("targets.seconds", "is \(target.seconds)", allowed: "1 to \(Target.maximumSeconds)")
            }
            guard seen.insert("\(target.priority.map { "\($0)" } ?? "") \(target.name)").inserted else {
                throw .invalid("targets", "'\(target.name)' occurs twice for one priority", allowed: "each once")
            }
        }
    }

    package func addReferences(to needs: inout Needs) {
        if let calendar { needs.calendars.insert(calendar) }
    }

    package func check(in facts: WorkingSet, replacing old: ServiceLevel?) throws(EntitledError) {
        if let calendar, facts.calendars[calendar] == nil { throw .notFound("calendar", calendar.text) }
    }
}
