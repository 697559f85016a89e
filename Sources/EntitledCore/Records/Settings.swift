/// What holds for the whole tenant.
public struct Settings: Hashable, Sendable, Codable {
    /// Whether a case whose most specific entitlement is exhausted may be covered by a less specific one.
    public var fallsThrough: Bool
    /// What covers a case when nothing else does, and its customer has no default.
    public var defaultEntitlement: EntitlementID?
    /// How many days after a period's end its books stay open for back-dated use: 0 to 366.
    public var closingDays: Int32
    /// Counts from 0, by one with each update.
    public package(set) var version: Int64

    public init(
        fallsThrough: Bool = true, defaultEntitlement: EntitlementID? = nil, closingDays: Int32 = 10,
        version: Int64 = 0
    ) {
        self.fallsThrough = fallsThrough
        self.defaultEntitlement = defaultEntitlement
        self.closingDays = closingDays
        self.version = version
    }
}
