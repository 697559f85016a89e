import EntitledCore
import EntitledWire
import NIOCore
import NIOEmbedded
import Testing

struct FrameCodecTests {
    // MARK: Inward

    @Test(arguments: Array(1...17) + [64, 1000, .max])
    func theCutDoesNotMatter(lump: Int) {
        let bytes = FrameVector.framed.flatMap(\.bytes)
        let reading = FrameReading.of(bytes, lumpBytes: lump)
        #expect(reading.violation == nil)
        #expect(reading.frames.flatMap(\.encoded) == bytes)
        #expect(reading.frames.count == FrameVector.framed.count)
    }

    /// The first byte that shows the violation is enough: length 4, kind and flags 6, call id with the frame.
    @Test(arguments: [
        ("bad_length_0", 4), ("bad_too_short", 4), ("bad_too_large", 4), ("bad_too_large_length", 4),
        ("bad_too_large_before_welcome", 4), ("bad_too_large_optional", 4), ("bad_unknown_kind", 6), ("bad_kind_0", 6),
        ("bad_ping_length", 6), ("bad_cancel_length", 6),
    ])
    func refusesAtTheFirstByteThatShowsIt(name: String, bytes: Int) throws {
        let vector = try #require(FrameVector.violations.first { $0.name == name })
        let before = FrameReading.of(Array(vector.bytes.prefix(bytes - 1)), limitBytes: vector.limitBytes)
        #expect(before == FrameReading())
        let at = FrameReading.of(Array(vector.bytes.prefix(bytes)), limitBytes: vector.limitBytes)
        #expect(at.violation != nil)
    }

    @Test(arguments: [ProtocolLimits.unauthenticatedFrameBytes, 65_536, ProtocolLimits.frameBytes])
    func takesAFrameAtTheLimitAndNoneOverIt(limit: Int) {
        func frame(lengthBytes: Int) -> Frame {
            Frame(kind: .item, callID: 1, body: ByteBuffer(repeating: 7, count: lengthBytes - 6))
        }
        let largest = frame(lengthBytes: limit)
        #expect(largest.lengthBytes == limit)
        #expect(
            FrameReading.of(largest.encoded, lumpBytes: 4093, limitBytes: limit)
                == FrameReading(frames: [largest], violation: nil))
        #expect(
            FrameReading.of(frame(lengthBytes: limit + 1).encoded, lumpBytes: 4093, limitBytes: limit)
                == FrameReading(
                    frames: [], violation: .tooLarge(lengthBytes: limit + 1, limitBytes: limit)))
    }

    @Test(arguments: [(0, 16_384), (16_383, 16_384), (70_000, 70_000), (1 << 30, 1_048_576)])
    func keepsTheLimitInTheProtocolsRange(asked: Int, limit: Int) {
        let tooLarge = withUnsafeBytes(of: UInt32(limit + 1).bigEndian, Array.init)
        #expect(
            FrameReading.of(tooLarge, limitBytes: asked).violation
                == .tooLarge(lengthBytes: limit + 1, limitBytes: limit))
    }

    @Test func startsWithTheLimitBeforeTheWelcome() throws {
        let channel = EmbeddedChannel(handler: FrameCodecHandler())
        let violation = FrameError.tooLarge(lengthBytes: 16_385, limitBytes: 16_384)
        #expect(throws: violation) { try channel.writeInbound(ByteBuffer(integer: UInt32(16_385))) }
        #expect(try channel.readInbound(as: InboundFrame.self) == .violation(violation))
    }

    @Test func aFrameCutOffByTheEndIsNothing() throws {
        let channel = EmbeddedChannel(handler: FrameCodecHandler())
        try channel.writeInbound(ByteBuffer(bytes: Frame.ping(token: 1).encoded.dropLast()))
        #expect(try channel.finish().isClean)
    }

    /// TLS reads on into the same buffer: as long as anybody holds a part of it, it would copy the whole.
    @Test func framesKeepNothingOfTheReadersBuffer() throws {
        let channel = EmbeddedChannel(handler: FrameCodecHandler())
        var bytes = ByteBuffer()
        bytes.writeFrame(.ping(token: 7))
        let before = bytes.withUnsafeReadableBytes(\.baseAddress)
        try channel.writeInbound(bytes)
        bytes.setInteger(UInt8(0), at: bytes.readerIndex)
        #expect(bytes.withUnsafeReadableBytes(\.baseAddress) == before)
        #expect(try channel.readInbound(as: InboundFrame.self) == .frame(.ping(token: 7)))
    }

    @Test func theFarewellCanBeWrittenAfterAViolation() throws {
        let channel = EmbeddedChannel(handler: FrameCodecHandler())
        #expect(throws: FrameError.unknownKind(200)) {
            try channel.writeInbound(ByteBuffer(bytes: Frame(kind: .unknown(200)).encoded))
        }
        let farewell = try Frame.goAway(FrameError.unknownKind(200).goAway)
        try channel.writeOutbound(farewell)
        let bytes = try #require(try channel.readOutbound(as: ByteBuffer.self))
        #expect(Array(bytes.readableBytesView) == farewell.encoded)
    }

    // MARK: Outward

    @Test func framesBetweenTwoFlushesAreOneWrite() throws {
        let channel = EmbeddedChannel(handler: FrameCodecHandler())
        let frames = (1...100).map { Frame.cancel(callID: $0) }
        let written = frames.map { channel.write($0) }
        #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
        channel.flush()
        let bytes = try #require(try channel.readOutbound(as: ByteBuffer.self))
        #expect(Array(bytes.readableBytesView) == frames.flatMap(\.encoded))
        #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
        for promise in written { try promise.wait() }
    }

    @Test func whatIsGatheredIsBounded() throws {
        let channel = EmbeddedChannel(handler: FrameCodecHandler())
        let frame = Frame(kind: .item, callID: 1, body: ByteBuffer(repeating: 7, count: 10_000))
        for _ in 1...70 { channel.write(frame, promise: nil) }
        channel.flush()
        var sizes: [Int] = []
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { sizes.append(bytes.readableBytes) }
        #expect(sizes.reduce(0, +) == 70 * frame.encoded.count)
        #expect(sizes.allSatisfy { $0 < 80_000 })
    }

    @Test func refusesToWriteAFrameOverTheLimit() throws {
        let channel = EmbeddedChannel(handler: FrameCodecHandler())
        let frame = Frame(kind: .response, callID: 1, body: ByteBuffer(repeating: 7, count: 16_379))
        #expect(throws: FrameError.tooLarge(lengthBytes: 16_385, limitBytes: 16_384)) {
            try channel.writeOutbound(frame)
        }
        #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
        try channel.triggerUserOutboundEvent(FrameLimitChange(limitBytes: 16_385)).wait()
        try channel.writeOutbound(frame)
        #expect(try channel.readOutbound(as: ByteBuffer.self)?.readableBytes == 16_389)
    }

    @Test func whatWasNeverFlushedFailsWhenTheChannelCloses() throws {
        let channel = EmbeddedChannel(handler: FrameCodecHandler())
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/none")).wait()
        let written = [channel.write(Frame.ping(token: 1)), channel.write(Frame.ping(token: 2))]
        try channel.close().wait()
        for promise in written {
            #expect(throws: ChannelError.ioOnClosedChannel) { try promise.wait() }
        }
    }
}
