import EntitledCore

extension String: FieldValue {
    static var allowed: String { "a text" }
    static var standIn: String { "" }

    init(reading field: Field) throws(EntitledError) {
        switch field.value {
        case .text(let text), .cell(let text): self = text
        case .null, .flag, .number, .fraction, .list, .object: throw field.fault(allowed: Self.allowed)
        }
    }
}

extension Bool: FieldValue {
    static var allowed: String { "true or false" }
    static var standIn: Bool { false }

    init(reading field: Field) throws(EntitledError) {
        switch field.value {
        case .flag(let flag): self = flag
        case .cell("true"): self = true
        case .cell("false"): self = false
        case .null, .number, .fraction, .text, .list, .object, .cell: throw field.fault(allowed: Self.allowed)
        }
    }
}

extension FieldValue where Self: FixedWidthInteger {
    static var allowed: String { "a whole number" }
    static var standIn: Self { 0 }

    init(reading field: Field) throws(EntitledError) {
        let number: Self? =
            switch field.value {
            case .number(let number): Self(exactly: number)
            case .cell(let text): Self(text)
            case .null, .flag, .fraction, .text, .list, .object: nil
            }
        guard let number else { throw field.fault(allowed: "\(Self.allowed) from \(Self.min) to \(Self.max)") }
        self = number
    }
}

extension Int32: FieldValue {}
extension Int64: FieldValue {}

extension Identifier: FieldValue {
    static var allowed: String { TextRule.id.allowed }
    static var standIn: Self { Identifier(stored: "?") }

    init(reading field: Field) throws(EntitledError) {
        try self.init(String(reading: field), field: field.path)
    }
}

extension CalendarDay: FieldValue {
    static var allowed: String { "a day of the form yyyy-mm-dd" }
    static var standIn: CalendarDay { CalendarDay(daysSince1970: 0) }

    init(reading field: Field) throws(EntitledError) {
        guard let day = CalendarDay(try String(reading: field)) else { throw field.fault(allowed: Self.allowed) }
        self = day
    }
}

extension Zone: FieldValue {
    static var allowed: String { "a name of the IANA time zone database" }
    static var standIn: Zone { .utc }

    init(reading field: Field) throws(EntitledError) {
        try self.init(String(reading: field), field: field.path)
    }
}

extension CasePriority: FieldValue {
    static var allowed: String { "1 (most urgent) to 9" }
    static var standIn: CasePriority { CasePriority(stored: 9) }

    init(reading field: Field) throws(EntitledError) {
        try self.init(Int64(reading: field), field: field.path)
    }
}

extension Factor: FieldValue {
    static var allowed: String { "0 to 1000000 thousandths" }
    static var standIn: Factor { Factor(stored: 1_000) }

    init(reading field: Field) throws(EntitledError) {
        try self.init(thousandths: Int64(reading: field), field: field.path)
    }
}

extension FieldValue where Self: NamedValue {
    static var allowed: String { allCases.map(\.name).joined(separator: ", ") }
    static var standIn: Self { allCases[allCases.startIndex] }

    init(reading field: Field) throws(EntitledError) {
        guard let value = Self(name: try String(reading: field)) else { throw field.fault(allowed: Self.allowed) }
        self = value
    }
}

extension Customer.Kind: FieldValue {}
extension AllocationUnit: FieldValue {}
extension ConsumptionPoint: FieldValue {}
extension ExhaustionPolicy: FieldValue {}
extension Period.Unit: FieldValue {}
