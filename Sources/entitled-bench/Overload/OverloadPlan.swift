/// How long and how much is measured.
struct OverloadPlan: Codable, Hashable, Sendable {
    var name: String
    /// Every phase is measured once in each.
    var rounds: Int
    /// For a phase in a round.
    var seconds: Double
    /// For each count of calls in flight that is tried at first.
    var probeSeconds: Double
    /// Of each tenant.
    var customers: Int
    /// Calls in flight: tried for the greatest throughput.
    var inFlightCounts: [Int]
    /// The server's limit of calls in flight on a connection.
    var callsPerConnection: Int
    /// Calls that arrive while the database is held up, once nothing gets through any more.
    var lateCalls: Int
    /// How long the database is held up, in seconds.
    var heldSeconds: Double
    /// Whether the write-ahead log is first brought to where it is after hours of work.
    var preparesLog = true
    /// Where everything drawn at random begins.
    var seed: UInt64 = 20_260_101

    /// What is offered, as a multiple of what is possible.
    static let overload = 3.0
    /// Of what is possible, what all tenants ask for together as long as each keeps to its share.
    static let sharedPart = 0.6
    /// How many times its share the noisy tenant asks for.
    static let noise = 10.0
    static let sharers = 4
    /// Of a client: so few that it refuses rather than hides what the server can't do.
    static let waitingPlaces = 100
    /// Of the client whose calls the server itself must refuse: more calls in flight than may wait there.
    static let floodingConnections = 3
    /// How long a call of the flood waits, in seconds: it is refused, or answered.
    static let patience: Duration = .seconds(30)

    /// With half of the cores, fewer batches at once suit it.
    var serverSettings: [String] {
        ["--limits-calls-per-connection", "\(callsPerConnection)", "--database-connections", "4"]
    }

    static let full = OverloadPlan(
        name: "full", rounds: 5, seconds: 5, probeSeconds: 2, customers: 2_500, inFlightCounts: [512, 2048],
        callsPerConnection: 4096, lateCalls: 2_000, heldSeconds: 1.5)

    /// Two minutes: fewer rounds, and shorter ones.
    static let quick = OverloadPlan(
        name: "quick", rounds: 2, seconds: 4, probeSeconds: 1, customers: 2_500, inFlightCounts: [512, 2048],
        callsPerConnection: 4096, lateCalls: 2_000, heldSeconds: 1.5)

    /// Everything once, in seconds: whether it works. The figures mean nothing.
    static let smoke = OverloadPlan(
        name: "smoke", rounds: 1, seconds: 0.5, probeSeconds: 0.3, customers: 20, inFlightCounts: [64],
        callsPerConnection: 256, lateCalls: 50, heldSeconds: 0.5, preparesLog: false)
}
