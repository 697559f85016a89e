import EntitledCore
import EntitledWire
import NIOCore
import NIOPosix
import Testing

/// A client that sends any bytes, and reads what comes back with nothing of the server's code but frames' layout.
final class RawClient {
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var bytes = ByteBuffer()

    private init(
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    ) {
        self.outbound = outbound
        self.inbound = inbound
    }

    static func connect(
        port: Int, _ body: (RawClient) async throws -> Void,
        prepare: @escaping @Sendable (any NIOCore.Channel) throws -> Void = { _ in }
    ) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // Small and fixed, so that whatever isn't read soon backs up to the server.
            .channelOption(.socketOption(.so_rcvbuf), value: 64 << 10)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try prepare(channel)
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            try await body(RawClient(outbound, inbound.makeAsyncIterator()))
        }
    }

    func send(_ bytes: ByteBuffer) async throws { try await outbound.write(bytes) }
    func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    func send(_ frames: Frame...) async throws {
        var bytes = ByteBuffer()
        for frame in frames { bytes.writeFrame(frame) }
        try await outbound.write(bytes)
    }

    /// The next frame; nil when the connection has ended.
    func frame() async throws -> Frame? {
        while true {
            if let length = bytes.getInteger(at: bytes.readerIndex, as: UInt32.self),
                bytes.readableBytes >= 4 + Int(length)
            {
                bytes.moveReaderIndex(forwardBy: 4)
                guard var frame = bytes.readSlice(length: Int(length)),
                    let (kind, flags, call) = frame.readMultipleIntegers(as: (UInt8, UInt8, UInt32).self)
                else { return nil }
                return Frame(
                    kind: FrameKind(rawValue: kind), flags: FrameFlags(rawValue: flags), callID: call, body: frame)
            }
            guard var more = try await read() else { return nil }
            bytes.writeBuffer(&more)
        }
    }

    /// An end by a TLS alert or a reset is an end too.
    private func read() async throws -> ByteBuffer? {
        do {
            return try await inbound.next()
        } catch {
            return nil
        }
    }

    /// Waits for bytes, whatever they are: how many came; nil at the end.
    func byteCount() async throws -> Int? { try await read()?.readableBytes }

    func hello(key: String, frameBytes: UInt32 = 0) async throws {
        var hello = Entitled_V1_Hello()
        hello.version = 1
        hello.apiKey = key
        hello.client = "raw/1"
        hello.maxFrameBytes = frameBytes
        try await send(.hello(hello))
        let frame = try await frame()
        try #require(frame?.kind == .welcome)
    }

    /// The reason of the goaway that comes next; nil if the connection ended without.
    func goAway() async throws -> ErrorReason? {
        guard let frame = try await frame() else { return nil }
        try #require(frame.kind == .goAway)
        let message = try frame.message(as: Entitled_V1_GoAway.self)
        let reason = ErrorReason(name: message.reason)
        #expect(message.status == reason.status.rawValue)
        #expect(!message.message.isEmpty)
        return reason
    }

    /// Passes over nothing: the connection has to end now.
    func expectEnd(_ location: SourceLocation = #_sourceLocation) async throws {
        let frame = try await frame()
        #expect(frame == nil, sourceLocation: location)
    }

    /// The response that comes next: its call and header. Pings that come before it are answered.
    func response() async throws -> (id: UInt32, body: ResponseBody) {
        var frame = try #require(try await frame())
        while frame.kind == .ping {
            try await send(.pong(answering: frame))
            frame = try #require(try await self.frame())
        }
        try #require(frame.kind == .response)
        return (frame.callID, try ResponseBody.read(from: frame.body))
    }

    /// The reason of the next response, which must be that of the call.
    func reason(of call: UInt32, _ location: SourceLocation = #_sourceLocation) async throws -> String {
        let (id, body) = try await response()
        #expect(id == call, sourceLocation: location)
        return body.header.reason
    }

    /// One call of a list, which waits for nothing.
    func list(_ call: UInt32, _ location: SourceLocation = #_sourceLocation) async throws {
        try await send(.call(ListChannels(), call))
        #expect(try await reason(of: call) == "", sourceLocation: location)
    }
}

extension Frame {
    /// A request that makes this call.
    static func call<C: WireCall>(
        _ call: C, _ id: UInt32, timeLeft: UInt32 = 0, request: RequestID? = nil, isDryRun: Bool = false
    ) throws -> Frame {
        var header = Entitled_V1_RequestHeader()
        header.method = UInt32(C.method.rawValue)
        header.timeLeftMs = timeLeft
        if let request { header.requestID.append(contentsOf: request.bytes) }
        header.dryRun = isDryRun
        return try .request(RequestBody(header: header, message: call.encodeCall()), callID: id)
    }

    /// A request with that method number and no message.
    static func bare(_ method: UInt32, _ id: UInt32) throws -> Frame {
        var header = Entitled_V1_RequestHeader()
        header.method = method
        return try .request(RequestBody(header: header), callID: id)
    }
}
