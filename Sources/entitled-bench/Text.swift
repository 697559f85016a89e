import Foundation

/// Numbers for a person.
enum Text {
    /// Three digits that count: `0.123`, `4.56`, `78.9`, `1234`; `0` for nothing.
    static func number(_ value: Double) -> String {
        let digits =
            switch abs(value) {
            case 0: 0
            case ..<1: 3
            case ..<10: 2
            case ..<100: 1
            case _: 0
            }
        return String(format: "%.\(digits)f", value)
    }
}
