extension Weights {
    /// What a case costs: the factors that apply to it, multiplied.
    /// - Parameter isOutOfHours: whether the entitlement's calendar is closed at that instant.
    func factors(channel: ChannelID?, priority: CasePriority?, isOutOfHours: Bool) -> [Factor] {
        var factors: [Factor] = []
        if let channel { factors += channels.filter { $0.channel == channel }.map(\.factor) }
        if let priority { factors += priorities.filter { $0.priority == priority }.map(\.factor) }
        if isOutOfHours, let outOfHours { factors.append(outOfHours) }
        return factors
    }
}

extension Factor {
    /// An amount times some factors, rounded half up to a whole unit.
    static func multiply(_ amount: Int64, by factors: [Factor]) -> Int64 {
        guard !factors.isEmpty else { return amount }
        let product = factors.reduce(Int128(amount)) { $0 * Int128($1.thousandths) }
        let divisor = factors.reduce(Int128(1)) { partial, _ in partial * 1_000 }
        return Int64(clamping: (2 * product + divisor) / (2 * divisor))
    }
}
