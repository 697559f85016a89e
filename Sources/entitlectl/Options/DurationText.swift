import EntitledCore

/// Whole seconds as people write them: `90s`, `30m`, `4h`, `2d`, and several together, `1h30m`. A day is 24 hours.
enum DurationText {
    private static let units: [(letter: Character, seconds: Int64)] = [
        ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]
    static let allowed = "a duration of days, hours, minutes and seconds, such as 90s, 30m, 4h, 2d or 1h30m"

    /// Whether a text begins as a duration and not as a plain number.
    static func looksLikeOne(_ text: String) -> Bool {
        text.first?.isNumber == true && units.contains { $0.letter == text.last }
    }

    /// - Throws: ``EntitledError`` `invalid_field` unless it is a duration whose units get smaller.
    static func seconds(_ text: String, field: String) throws(EntitledError) -> Int64 {
        let invalid = EntitledError.invalid(field, "'\(text)' is no duration", allowed: allowed)
        var rest = text[...]
        var total: Int64 = 0
        for unit in units {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard rest.dropFirst(digits.count).first == unit.letter else { continue }
            guard let count = Int64(digits) else { throw invalid }
            let (seconds, isTooLong) = count.multipliedReportingOverflow(by: unit.seconds)
            let (sum, overflows) = total.addingReportingOverflow(seconds)
            guard !isTooLong, !overflows else { throw invalid }
            total = sum
            rest = rest.dropFirst(digits.count + 1)
        }
        guard rest.isEmpty, !text.isEmpty else { throw invalid }
        return total
    }

    /// What ``seconds(_:field:)`` reads: `1h30m`.
    /// - Parameter inDays: whether whole days are written as such, `2d` and not `48h`.
    static func text(_ seconds: Int64, inDays: Bool = true) -> String {
        if inDays, seconds > 0, seconds % 86_400 == 0 { return "\(seconds / 86_400)d" }
        var rest = seconds
        var text = ""
        for unit in units.dropFirst() where rest >= unit.seconds {
            text += "\(rest / unit.seconds)\(unit.letter)"
            rest %= unit.seconds
        }
        return text.isEmpty ? "0s" : text
    }
}

/// An amount of an allocation, in its unit.
enum AmountText {
    /// Reads a whole number of cases, or a duration.
    /// - Throws: ``EntitledError`` `invalid_field` if it is one where the other is counted.
    static func amount(_ text: String, of unit: AllocationUnit, field: String) throws(EntitledError) -> Int64 {
        switch unit {
        case .second: return try DurationText.seconds(text, field: field)
        case .case:
            guard let cases = Int64(text) else {
                throw .invalid(field, "'\(text)' is no number of cases", allowed: "a whole number: cases are counted")
            }
            return cases
        }
    }

    /// As ``amount(_:of:field:)`` reads it.
    static func text(_ amount: Int64, of unit: AllocationUnit) -> String {
        switch unit {
        case .case: "\(amount)"
        case .second: DurationText.text(amount, inDays: false)
        }
    }

    /// For tables: cases as a number, time as `h:mm:ss`; nil as `unlimited`.
    static func column(_ amount: Int64?, of unit: AllocationUnit) -> String {
        guard let amount else { return "unlimited" }
        let sign = amount < 0 ? "−" : ""
        switch unit {
        case .case: return sign + "\(amount.magnitude)"
        case .second:
            let (minutes, seconds) = amount.magnitude.quotientAndRemainder(dividingBy: 60)
            return sign + "\(minutes / 60):\(twoDigits(minutes % 60)):\(twoDigits(seconds))"
        }
    }

    /// The same with a plus before what isn't negative.
    static func change(_ amount: Int64, of unit: AllocationUnit) -> String {
        (amount < 0 ? "" : "+") + column(amount, of: unit)
    }

    private static func twoDigits(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
