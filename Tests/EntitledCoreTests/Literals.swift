public import EntitledCore

// Tables of rules are read by people: ids, days, instants and the like stand in them as plain literals.

/// A value that a test writes down and that can't be wrong.
func literal<Value>(_ make: () throws -> Value) -> Value {
    do {
        return try make()
    } catch {
        preconditionFailure("\(error)")
    }
}

extension Identifier: ExpressibleByUnicodeScalarLiteral {}
extension Identifier: ExpressibleByExtendedGraphemeClusterLiteral {}
extension Identifier: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) {
        self = literal { try Identifier(text) }
    }
}

extension Zone: ExpressibleByUnicodeScalarLiteral {}
extension Zone: ExpressibleByExtendedGraphemeClusterLiteral {}
extension Zone: ExpressibleByStringLiteral {
    public init(stringLiteral name: String) {
        self = literal { try Zone(name) }
    }
}

extension CalendarDay: ExpressibleByUnicodeScalarLiteral {}
extension CalendarDay: ExpressibleByExtendedGraphemeClusterLiteral {}
extension CalendarDay: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) {
        guard let day = CalendarDay(text) else { preconditionFailure("no day: \(text)") }
        self = day
    }
}

extension Instant: ExpressibleByUnicodeScalarLiteral {}
extension Instant: ExpressibleByExtendedGraphemeClusterLiteral {}
extension Instant: ExpressibleByStringLiteral {
    /// `2026-03-01T12:00Z`, or with seconds: `2026-03-01T12:00:59.999999Z`.
    public init(stringLiteral text: String) {
        let parts = text.dropLast().split(separator: "T")
        let time = parts[1].split(separator: ":")
        guard text.last == "Z", let day = CalendarDay(parts[0]), let hour = Int64(time[0]), let minute = Int64(time[1])
        else { preconditionFailure("no instant: \(text)") }
        let seconds = time.count > 2 ? Double(time[2]) ?? 0 : 0
        self.init(
            microseconds: Zone.utc.start(of: day).microseconds + (hour * 60 + minute) * 60_000_000
                + Int64((seconds * 1_000_000).rounded()))
    }
}

extension Scope: ExpressibleByArrayLiteral {
    public init(arrayLiteral members: Member...) {
        self = literal { try Scope(members) }
    }
}

extension CasePriority: ExpressibleByIntegerLiteral {
    public init(integerLiteral number: Int16) {
        self = literal { try CasePriority(number) }
    }
}

extension Factor: ExpressibleByIntegerLiteral {
    public init(integerLiteral times: Int32) {
        self = literal { try Factor(thousandths: times * 1_000) }
    }
}
