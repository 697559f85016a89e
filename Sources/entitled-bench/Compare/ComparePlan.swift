/// How long and how much is measured.
struct ComparePlan: Codable, Hashable, Sendable {
    var name: String
    /// Every contender is measured once in each.
    var rounds: Int
    /// For a contender in a round.
    var seconds: Double
    /// For a point of a curve, or calls one at a time, in a round.
    var shortSeconds: Double
    /// For each count of clients that is tried at first.
    var probeSeconds: Double
    /// How often each of them is tried.
    var probePasses: Int
    var customers: Int
    /// Clients of pgbench: tried for what opens one case, or looks at one, in a transaction.
    var clientCounts: [Int]
    /// Clients of pgbench: tried for whole batches.
    var batchClientCounts: [Int]
    /// Calls in flight: tried for Entitled.
    var inFlightCounts: [Int]
    /// Calls in flight: the points of the curve.
    var inFlightCurve: [Int]
    /// Tenants: the points of the curve.
    var tenantCurve: [Int]
    var customersPerTenant: Int
    /// Calls in flight over all tenants together.
    var tenantsInFlight: Int
    var idleConnections: Int
    /// Whether the write-ahead log is first brought to where it is after hours of work.
    var preparesLog = true
    /// Where everything drawn at random begins.
    var seed: UInt64 = 20_260_101

    static let full = ComparePlan(
        name: "full", rounds: 7, seconds: 5, shortSeconds: 3, probeSeconds: 2, probePasses: 2, customers: 10_000,
        clientCounts: [1, 8, 32, 64], batchClientCounts: [1, 2, 4, 8], inFlightCounts: [256, 512, 1024, 2048, 4096],
        inFlightCurve: [1, 8, 64, 512, 4096], tenantCurve: [1, 10, 100, 1000], customersPerTenant: 100,
        tenantsInFlight: 1024, idleConnections: 5_000)

    /// Three minutes: fewer rounds, and shorter ones.
    static let quick = ComparePlan(
        name: "quick", rounds: 2, seconds: 2, shortSeconds: 0.7, probeSeconds: 0.5, probePasses: 1, customers: 10_000,
        clientCounts: [1, 8, 32, 64], batchClientCounts: [2, 4], inFlightCounts: [512, 2048],
        inFlightCurve: [1, 8, 64, 512, 4096], tenantCurve: [1, 10], customersPerTenant: 100, tenantsInFlight: 1024,
        idleConnections: 1_000)

    /// Everything once, in seconds: whether it works. The figures mean nothing.
    static let smoke = ComparePlan(
        name: "smoke", rounds: 1, seconds: 0.3, shortSeconds: 0.3, probeSeconds: 0.3, probePasses: 1, customers: 20,
        clientCounts: [2], batchClientCounts: [2], inFlightCounts: [16], inFlightCurve: [1, 8], tenantCurve: [1, 2],
        customersPerTenant: 10, tenantsInFlight: 16, idleConnections: 10, preparesLog: false)
}
