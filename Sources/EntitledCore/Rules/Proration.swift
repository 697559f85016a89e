/// What a change of quantity in the middle of a period comes to.
enum Proration {
    /// The difference's share of the time that is left, its magnitude rounded half up to a whole unit.
    /// - Parameters:
    ///   - left: the time left, 0 to `whole`.
    ///   - whole: the whole period.
    static func share(of difference: Int64, left: Int64, whole: Int64) -> Int64 {
        guard whole > 0, left < whole else { return difference }
        let doubled = 2 * Int128(difference.magnitude) * Int128(max(0, left)) + Int128(whole)
        let rounded = Int64(doubled / (2 * Int128(whole)))
        return difference < 0 ? -rounded : rounded
    }
}

extension BillingIncrement {
    /// What is billed for recorded work: rounded up to the increment, at least the minimum; nothing for nothing.
    /// - Parameter seconds: 0 or more.
    package func billable(_ seconds: Int64) -> Int64 {
        guard seconds > 0 else { return 0 }
        let increments = (seconds - 1) / incrementSeconds + 1
        let (rounded, overflows) = increments.multipliedReportingOverflow(by: incrementSeconds)
        return max(overflows ? seconds : rounded, minimumSeconds)
    }
}
