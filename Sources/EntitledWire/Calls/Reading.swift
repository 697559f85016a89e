import EntitledCore
import SwiftProtobuf

/// Turns the fields of a message into values, by the rules for whoever wrote it.
package struct Reading: Sendable {
    private enum Author {
        /// Every field is checked, and what is wrong is `invalid_field`, with what is allowed. What only the command
        /// can judge, such as the range of an amount, is left to its own validation.
        case caller
        /// What it has stored is believed, even by rules that this version doesn't know yet; only what can't be
        /// understood is an error, `internal`.
        case server
    }

    private let author: Author
    /// Where in the whole message this one stands, with a dot at the end; empty for the whole.
    private let path: String

    static let call = Reading(author: .caller, path: "")
    static let answer = Reading(author: .server, path: "")

    /// Reads a message that stands in a field of this one.
    func inside(_ field: String) -> Reading {
        Reading(author: author, path: "\(path)\(field).")
    }

    /// The error for a field that can't be read.
    func fault(_ field: String, _ problem: String, allowed: String) -> EntitledError {
        switch author {
        case .caller: .invalid(path + field, problem, allowed: allowed)
        case .server:
            EntitledError(
                .internalError, "the server's answer can't be understood: \(path)\(field): \(problem)",
                details: ["field": path + field])
        }
    }

    /// - Throws: ``EntitledError`` unless `isSet`.
    func require(_ isSet: Bool, _ field: String, allowed: String) throws(EntitledError) {
        guard isSet else { throw fault(field, "is missing", allowed: allowed) }
    }
}

/// Messages in messages.
extension Reading {
    func value<Value: WireRecord>(_ message: Value.Message, _ field: String) throws(EntitledError) -> Value {
        try Value(message, by: inside(field))
    }

    func value<Value: WireRecord>(
        _ message: Value.Message, ifSet isSet: Bool, _ field: String
    ) throws(EntitledError) -> Value? {
        isSet ? try value(message, field) : nil
    }

    func values<Value: WireRecord>(_ messages: [Value.Message], _ field: String) throws(EntitledError) -> [Value] {
        guard !messages.isEmpty else { return [] }
        let inside = inside(field)
        var values: [Value] = []
        values.reserveCapacity(messages.count)
        for message in messages { values.append(try Value(message, by: inside)) }
        return values
    }
}

/// Ids and names.
extension Reading {
    func id<Record>(_ text: String, _ field: String) throws(EntitledError) -> Identifier<Record> {
        switch author {
        case .caller: return try Identifier(text, field: path + field)
        case .server:
            try require(!text.isEmpty, field, allowed: TextRule.id.allowed)
            return Identifier(stored: text)
        }
    }

    func id<Record>(_ text: String, ifSet isSet: Bool, _ field: String) throws(EntitledError) -> Identifier<Record>? {
        isSet ? try id(text, field) : nil
    }

    func scope<Record>(
        _ message: Entitled_V1_IdScope, _ field: String
    ) throws(EntitledError) -> Scope<Identifier<Record>> {
        var ids: [Identifier<Record>] = []
        ids.reserveCapacity(message.ids.count)
        for text in message.ids { ids.append(try id(text, field)) }
        switch author {
        case .caller: return try Scope(ids, field: path + field)
        case .server: return Scope(stored: ids)
        }
    }

    func scope<Record>(
        _ message: Entitled_V1_IdScope, ifSet isSet: Bool, _ field: String
    ) throws(EntitledError) -> Scope<Identifier<Record>>? {
        isSet ? try scope(message, field) : nil
    }

    /// The value of that number; 0 is none, and neither is a number that only a newer version knows.
    func named<Value: NamedValue>(_ value: some SwiftProtobuf.Enum, _ field: String) throws(EntitledError) -> Value {
        guard let known = Value.RawValue(exactly: value.rawValue).flatMap(Value.init(rawValue:)) else {
            throw fault(
                field, value.rawValue == 0 ? "is missing" : "is \(value.rawValue), which is unknown",
                allowed: Value.allCases.map(\.name).joined(separator: ", "))
        }
        return known
    }

    func named<Value: NamedValue>(
        _ value: some SwiftProtobuf.Enum, ifSet isSet: Bool, _ field: String
    ) throws(EntitledError) -> Value? {
        isSet ? try named(value, field) : nil
    }
}

/// Numbers and times.
extension Reading {
    /// Instants from the years 1 to 9999, in microseconds since 1970.
    private static let instants: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999
    /// Days from 0001-01-01 to 9999-12-31, counted from 1970-01-01.
    private static let days: ClosedRange<Int32> = -719_162...2_932_896
    /// What one grant may hold: the sums of all grants that fit in one frame, and the products with the units sold,
    /// stay far from overflow.
    static let amounts: ClosedRange<Int64> = 0...1_000_000_000_000
    /// What all grants of a pool may hold together.
    static let sums: ClosedRange<Int64> = 0...1_000_000_000_000_000_000
    /// How many units may be sold.
    static let units: ClosedRange<Int64> = 0...1_000_000

    func day(_ days: Int32, _ field: String) throws(EntitledError) -> CalendarDay {
        guard Self.days.contains(days) else { throw fault(field, "is \(days)", allowed: Self.allowedDays) }
        return CalendarDay(daysSince1970: days)
    }

    func day(_ days: Int32, ifSet isSet: Bool, _ field: String) throws(EntitledError) -> CalendarDay? {
        isSet ? try day(days, field) : nil
    }

    static let allowedDays =
        "days since 1970-01-01: \(days.lowerBound) (0001-01-01) to \(days.upperBound) (9999-12-31)"

    func zone(_ name: String, _ field: String) throws(EntitledError) -> Zone {
        switch author {
        case .caller: return try Zone(name, field: path + field)
        case .server: return Zone(stored: name)
        }
    }

    func instant(_ microseconds: Int64, _ field: String) throws(EntitledError) -> Instant {
        guard Self.instants.contains(microseconds) else {
            throw fault(
                field, "is \(microseconds)",
                allowed: "microseconds since 1970: \(Self.instants.lowerBound) to \(Self.instants.upperBound)")
        }
        return Instant(microseconds: microseconds)
    }

    func instant(_ microseconds: Int64, ifSet isSet: Bool, _ field: String) throws(EntitledError) -> Instant? {
        isSet ? try instant(microseconds, field) : nil
    }

    /// A number that is calculated with. A caller's is checked by the command, with the bounds of its purpose.
    func amount(
        _ number: Int64, _ field: String, in range: ClosedRange<Int64> = amounts
    ) throws(EntitledError) -> Int64 {
        switch author {
        case .caller: return number
        case .server:
            guard range.contains(number) else {
                throw fault(field, "is \(number)", allowed: "\(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }

    func casePriority(_ number: Int32, _ field: String) throws(EntitledError) -> CasePriority {
        switch author {
        case .caller: return try CasePriority(number, field: path + field)
        case .server:
            guard let stored = Int16(exactly: number) else { throw fault(field, "is \(number)", allowed: "1 to 9") }
            return CasePriority(stored: stored)
        }
    }

    func casePriority(_ number: Int32, ifSet isSet: Bool, _ field: String) throws(EntitledError) -> CasePriority? {
        isSet ? try casePriority(number, field) : nil
    }

    func factor(_ thousandths: Int32, _ field: String) throws(EntitledError) -> Factor {
        switch author {
        case .caller: return try Factor(thousandths: thousandths, field: path + field)
        case .server: return Factor(stored: thousandths)
        }
    }
}

extension Entitled_V1_IdScope {
    init<Record>(_ scope: Scope<Identifier<Record>>) {
        self.init()
        ids = scope.members.map(\.text)
    }
}

extension SwiftProtobuf.Enum {
    /// The message's value of the same number. A test holds the numbers of both sides together.
    init(_ value: some NamedValue) {
        self = Self(rawValue: Int(value.rawValue)) ?? Self()
    }
}
