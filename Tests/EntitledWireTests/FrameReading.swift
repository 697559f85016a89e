import EntitledWire
import NIOCore
import NIOEmbedded
import Testing

/// What becomes of bytes that arrive at a ``FrameCodecHandler``.
struct FrameReading: Equatable {
    var frames: [Frame] = []
    var violation: FrameError?

    /// Sends the bytes in lumps of a size through a channel of their own. A violation has to come twice, as a value and
    /// as an error, and nothing may come after it.
    static func of(
        _ bytes: [UInt8], lumpBytes: Int = .max, limitBytes: Int = ProtocolLimits.frameBytes
    ) -> FrameReading {
        var reading = FrameReading()
        var caught: FrameError?
        do {
            let channel = EmbeddedChannel(handler: FrameCodecHandler())
            try channel.triggerUserOutboundEvent(FrameLimitChange(limitBytes: limitBytes)).wait()
            var rest = bytes[...]
            while !rest.isEmpty {
                let lump = rest.prefix(lumpBytes)
                rest = rest.dropFirst(lump.count)
                do {
                    try channel.writeInbound(ByteBuffer(bytes: lump))
                } catch let error as FrameError {
                    #expect(caught == nil, "a second violation")
                    caught = error
                }
                while let inbound = try channel.readInbound(as: InboundFrame.self) {
                    #expect(reading.violation == nil, "\(inbound) after a violation")
                    switch inbound {
                    case .frame(let frame): reading.frames.append(frame)
                    case .violation(let violation): reading.violation = violation
                    }
                }
            }
            #expect(try channel.finish().isClean)
        } catch {
            Issue.record(error)
        }
        #expect(caught == reading.violation)
        return reading
    }
}
