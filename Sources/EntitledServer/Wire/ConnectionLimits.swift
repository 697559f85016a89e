import EntitledWire

/// The bounds of one connection.
struct ConnectionLimits: Hashable, Sendable {
    /// Calls in flight.
    var calls = ProtocolLimits.callsInFlight
    /// The server's own limit of a frame, in bytes.
    var frameBytes = ProtocolLimits.frameBytes
    /// From the accepted connection to a good hello.
    var authenticationTime = ProtocolLimits.authenticationTime
    /// Silence before a ping.
    var pingInterval = ProtocolLimits.pingInterval
    /// Silence after a ping before the peer counts as dead.
    var pongTime = ProtocolLimits.pongTime
    /// How long calls in flight may go on once the connection drains.
    var drainGrace: Duration = .seconds(10)
    /// How long an idle connection stays after its goaway, so that requests which crossed it get their answer.
    var drainPause: Duration = .milliseconds(250)
    /// How long the last frames have to get out.
    var closeTime: Duration = .seconds(2)
}
