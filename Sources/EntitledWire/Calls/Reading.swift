import EntitledCore
import SwiftProtobuf

/// Turns the fields of a message into values, by the rules for whoever wrote it.
enum Reading {
    /// A caller did: every field is checked, and what is wrong is `invalid_field`, with what is allowed.
    case call
    /// A server did: what it has stored is believed, even by rules that this version doesn't know yet; only what can't
    /// be understood is an error, `internal`.
    case answer

    /// Instants from the years 1 to 9999, in microseconds since 1970.
    private static let instants: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999
    /// Days from 0001-01-01 to 9999-12-31, counted from 1970-01-01.
    private static let days: ClosedRange<Int32> = -719_162...2_932_896
    /// What one grant may hold: the sums of all grants that fit in one frame stay far from overflow.
    private static let amounts: ClosedRange<Int64> = 0...1_000_000_000_000

    /// The error for a field that can't be read.
    func fault(_ field: String, _ problem: String, allowed: String) -> EntitledError {
        switch self {
        case .call: .invalid(field, problem, allowed: allowed)
        case .answer:
            EntitledError(
                .internalError, "the server's answer can't be understood: \(field): \(problem)",
                details: ["field": field])
        }
    }

    /// - Throws: ``EntitledError`` unless `isSet`.
    func require(_ isSet: Bool, _ field: String, allowed: String) throws(EntitledError) {
        guard isSet else { throw fault(field, "is missing", allowed: allowed) }
    }

    func id<Record>(_ text: String, _ field: String) throws(EntitledError) -> Identifier<Record> {
        switch self {
        case .call: return try Identifier(text, field: field)
        case .answer:
            try require(!text.isEmpty, field, allowed: TextRule.id.allowed)
            return Identifier(stored: text)
        }
    }

    func id<Record>(_ text: String, ifSet isSet: Bool, _ field: String) throws(EntitledError) -> Identifier<Record>? {
        isSet ? try id(text, field) : nil
    }

    func scope<Record>(
        _ message: Entitled_V1_IdScope, ifSet isSet: Bool, _ field: String
    ) throws(EntitledError) -> Scope<Identifier<Record>>? {
        guard isSet else { return nil }
        var ids: [Identifier<Record>] = []
        ids.reserveCapacity(message.ids.count)
        for text in message.ids { ids.append(try id(text, field)) }
        switch self {
        case .call: return try Scope(ids, field: field)
        case .answer: return Scope(stored: ids)
        }
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

    func day(_ days: Int32, _ field: String) throws(EntitledError) -> CalendarDay {
        guard Self.days.contains(days) else { throw fault(field, "is \(days)", allowed: Self.allowedDays) }
        return CalendarDay(daysSince1970: days)
    }

    static let allowedDays =
        "days since 1970-01-01: \(days.lowerBound) (0001-01-01) to \(days.upperBound) (9999-12-31)"

    func zone(_ name: String, ifSet isSet: Bool, _ field: String) throws(EntitledError) -> Zone? {
        guard isSet else { return nil }
        switch self {
        case .call: return try Zone(name, field: field)
        case .answer: return Zone(stored: name)
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

    /// A balance of one grant, in cases.
    func amount(_ cases: Int64, _ field: String) throws(EntitledError) -> Int64 {
        guard Self.amounts.contains(cases) else {
            throw fault(field, "is \(cases)", allowed: "\(Self.amounts.lowerBound) to \(Self.amounts.upperBound)")
        }
        return cases
    }
}

extension SwiftProtobuf.Enum {
    /// The message's value of the same number. A test holds the numbers of both sides together.
    init(_ value: some NamedValue) {
        self = Self(rawValue: Int(value.rawValue)) ?? Self()
    }
}
