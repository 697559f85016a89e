import EntitledCore
import EntitledDevelopment
import EntitledWire
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Synchronization

/// A server on loopback, with real TLS, that does what a script says.
final class ScriptedServer: Sendable {
    struct Request: Sendable {
        let peer: Peer
        let callID: UInt32
        let method: Method?
        let requestID: [UInt8]
        let timeLeftMilliseconds: UInt32
        let isDryRun: Bool
        let message: ByteBuffer

        /// Answers with status 0.
        func answer<Call: WireCall>(
            _ call: Call.Type, _ answer: Call.Answer, journalNumber: UInt64 = 0, replayed: Bool = false
        ) {
            var header = Entitled_V1_ResponseHeader()
            header.journalNumber = journalNumber
            header.replayed = replayed
            respond(ResponseBody(header: header, message: (try? Call.encode(answer)) ?? ByteBuffer()))
        }

        func fail(_ error: EntitledError) {
            var header = Entitled_V1_ResponseHeader()
            header.status = error.status.rawValue
            header.reason = error.reason.name
            header.message = error.message
            header.details = error.details
            header.retryAfterMs = UInt32((error.retryAfter ?? .zero) / .milliseconds(1))
            respond(ResponseBody(header: header))
        }

        private func respond(_ body: ResponseBody) {
            peer.send(try? .response(body, callID: callID))
        }
    }

    /// One connection, counted from 1.
    struct Peer: Sendable {
        let number: Int
        fileprivate let channel: any NIOCore.Channel

        func send(_ frame: Frame?) {
            if let frame { channel.writeAndFlush(frame, promise: nil) }
        }

        func sendGoAway(_ error: EntitledError) {
            var goAway = Entitled_V1_GoAway()
            goAway.status = error.status.rawValue
            goAway.reason = error.reason.name
            goAway.message = error.message
            send(try? .goAway(goAway))
        }

        func close() {
            channel.close(promise: nil)
        }
    }

    enum Seen: Sendable {
        case hello(Entitled_V1_Hello, Peer)
        case request(Request)
        case cancel(callID: UInt32)
        case pong(UInt64)
        case goAway
        case closed(Int)
    }

    struct Script: Sendable {
        var maximumFrameBytes = ProtocolLimits.frameBytes
        var maximumCalls = 100
        var applicationProtocol = ProtocolLimits.applicationProtocol
        /// False: it sends nothing in answer to a hello.
        var welcomes: @Sendable (Peer) -> Bool = { _ in true }
        var request: @Sendable (Request) -> Void = { _ in }
    }

    let port: Int
    /// The authority that clients have to trust.
    let authority: String
    /// Everything that comes, in its order.
    let seen: AsyncStream<Seen>
    private let channel: any NIOCore.Channel
    private let continuation: AsyncStream<Seen>.Continuation
    private let folder: String

    private init(_ script: Script) async throws {
        folder = NSTemporaryDirectory() + "entitled-client-\(UUID().uuidString)"
        let files = try DevelopmentCertificates.make(in: folder)
        authority = files.authority
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem)))
        tls.minimumTLSVersion = .tlsv13
        tls.applicationProtocols = [script.applicationProtocol]
        let context = try NIOSSLContext(configuration: tls)
        let (seen, continuation) = AsyncStream.makeStream(of: Seen.self)
        self.seen = seen
        self.continuation = continuation
        let connections = Mutex(0)
        let counter = Counter(connections)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        NIOSSLServerHandler(context: context), FrameCodecHandler(),
                        Handler(
                            script, Peer(number: counter.next(), channel: channel), continuation),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    /// Runs a server while `body` runs.
    static func run<Result>(
        _ script: Script, _ body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let server = try await ScriptedServer(script)
        do {
            let result = try await body(server)
            try await server.stop()
            return result
        } catch {
            try await server.stop()
            throw error
        }
    }

    private func stop() async throws {
        try await channel.close()
        continuation.finish()
        try FileManager.default.removeItem(atPath: folder)
    }

    private final class Counter: Sendable {
        private let count: Mutex<Int>

        init(_ count: consuming Mutex<Int>) {
            self.count = count
        }

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = InboundFrame
        typealias OutboundOut = Frame

        private let script: Script
        private let peer: Peer
        private let seen: AsyncStream<Seen>.Continuation

        init(_ script: Script, _ peer: Peer, _ seen: AsyncStream<Seen>.Continuation) {
            self.script = script
            self.peer = peer
            self.seen = seen
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .frame(let frame) = unwrapInboundIn(data) else { return }
            switch frame.kind {
            case .hello:
                guard let hello = try? frame.message(as: Entitled_V1_Hello.self) else { return }
                seen.yield(.hello(hello, peer))
                if script.welcomes(peer) { welcome(context) }
            case .request:
                guard let body = try? RequestBody.read(from: frame.body) else { return }
                let request = Request(
                    peer: peer, callID: frame.callID, method: Method(rawValue: UInt16(body.header.method)),
                    requestID: Array(body.header.requestID), timeLeftMilliseconds: body.header.timeLeftMs,
                    isDryRun: body.header.dryRun, message: body.message)
                seen.yield(.request(request))
                script.request(request)
            case .cancel: seen.yield(.cancel(callID: frame.callID))
            case .pong: seen.yield(.pong(frame.pingToken ?? 0))
            case .goAway: seen.yield(.goAway)
            case .ping: peer.send(.pong(answering: frame))
            case .welcome, .response, .item, .credit, .unknown: peer.close()
            }
        }

        private func welcome(_ context: ChannelHandlerContext) {
            var welcome = Entitled_V1_Welcome()
            welcome.version = 1
            welcome.tenant = "acme"
            welcome.maxFrameBytes = UInt32(script.maximumFrameBytes)
            welcome.maxCallsInFlight = UInt32(script.maximumCalls)
            welcome.pingIntervalMs = 30_000
            context.triggerUserOutboundEvent(
                FrameLimitChange(limitBytes: script.maximumFrameBytes), promise: nil)
            peer.send(try? .welcome(welcome))
        }

        func channelInactive(context: ChannelHandlerContext) {
            seen.yield(.closed(peer.number))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}

extension AsyncStream<ScriptedServer.Seen> {
    /// Waits for the next thing that `pick` picks; what comes before is passed over.
    func first<Value>(_ pick: (ScriptedServer.Seen) -> Value?) async -> Value? {
        for await seen in self {
            if let value = pick(seen) { return value }
        }
        return nil
    }

    func request() async -> ScriptedServer.Request? {
        await first { if case .request(let request) = $0 { request } else { nil } }
    }
}
