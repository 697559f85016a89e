import EntitledCore
import EntitledWire

/// A hello that is one.
struct Greeting: Hashable, Sendable {
    /// The revision that the connection will speak.
    let revision: UInt32
    /// As the client sent it, in form or not; empty: none.
    let key: String
    /// The greatest frame length of the connection after the welcome, in bytes.
    let frameBytes: Int

    /// - Parameter offered: the server's own limit of a frame, in bytes.
    /// - Throws: ``Farewell`` `malformed_frame` for what the protocol doesn't allow.
    init(_ frame: Frame, offered: Int) throws(Farewell) {
        guard let hello = try? frame.message(as: Entitled_V1_Hello.self) else {
            throw Farewell(.malformedFrame, "the hello can't be decoded")
        }
        guard hello.version > 0 else { throw Farewell(.malformedFrame, "the hello's version is 0") }
        guard hello.apiKey.utf8.count <= ProtocolLimits.apiKeyBytes else {
            throw Farewell(.malformedFrame, "the hello's key is longer than \(ProtocolLimits.apiKeyBytes) bytes")
        }
        guard hello.client.utf8.count <= ProtocolLimits.clientNameBytes else {
            throw Farewell(.malformedFrame, "the client's name is longer than \(ProtocolLimits.clientNameBytes) bytes")
        }
        guard let bytes = ProtocolLimits.negotiatedFrameBytes(requested: hello.maxFrameBytes, offered: offered) else {
            throw Farewell(.malformedFrame, "the hello's max_frame_bytes is out of range")
        }
        revision = min(hello.version, ProtocolLimits.revision)
        key = hello.apiKey
        frameBytes = bytes
    }

    func welcome(to tenant: TenantSlug, limits: ConnectionLimits) throws(BodyError) -> Frame {
        var welcome = Entitled_V1_Welcome()
        welcome.version = revision
        welcome.server = "entitled"
        welcome.tenant = tenant.text
        welcome.maxFrameBytes = UInt32(frameBytes)
        welcome.maxCallsInFlight = UInt32(clamping: limits.calls)
        welcome.pingIntervalMs = UInt32(clamping: max(1, Int(limits.pingInterval / .milliseconds(1))))
        return try .welcome(welcome)
    }
}

extension Farewell: Error {}
