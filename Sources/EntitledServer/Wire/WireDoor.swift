import EntitledCore
package import EntitledService
import EntitledWire
package import Logging
package import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// The listener of the Entitled protocol: TLS connections, frames, and for each request a task that asks the router.
package final class WireDoor: Service {
    /// Brings connections; nil for one that has been dropped.
    private typealias Listener = NIOAsyncChannel<Connection?, Never>

    private let configuration: ServerConfiguration
    private let limits: ConnectionLimits
    private let router: Router
    private let directory: any Directory
    private let connections: OpenConnections
    private let certificates: CertificateSource
    private let logger: Logger
    private let group: any EventLoopGroup
    private let port = Announced<Int>()

    /// - Parameter connections: shared with the other doors and with ``KeyWatch``.
    /// - Throws: what is wrong with the certificate's files.
    package init(
        _ configuration: ServerConfiguration, router: Router, directory: any Directory, connections: OpenConnections,
        logger: Logger, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) throws {
        self.configuration = configuration
        self.limits = ConnectionLimits(configuration)
        self.router = router
        self.directory = directory
        self.connections = connections
        self.logger = logger
        self.group = group
        certificates = try CertificateSource(
            certificatePath: configuration.certificatePath, keyPath: configuration.keyPath, logger: logger)
    }

    /// The port that it listens on, as soon as it does.
    /// - Throws: why it couldn't listen.
    package var boundPort: Int {
        get async throws { try await port.value() }
    }

    /// Listens until a graceful shutdown, then until the calls in flight are answered or their grace is over.
    /// - Throws: ``ListenError`` if it can't listen there.
    package func run() async throws {
        let listener: Listener
        do {
            listener = try await bind()
        } catch {
            let problem = ListenError(host: configuration.host, port: configuration.port, cause: "\(error)")
            port.announce(.failure(problem))
            throw problem
        }
        let boundPort = listener.channel.localAddress?.port ?? configuration.port
        logger.notice("listening", metadata: ["host": "\(configuration.host)", "port": "\(boundPort)"])
        port.announce(.success(boundPort))

        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { helpers in
                helpers.addTask { await self.repeatedly(self.tickInterval) { self.connections.tick() } }
                helpers.addTask {
                    await self.repeatedly(self.configuration.times.certificateCheck) {
                        self.certificates.reloadIfChanged()
                    }
                }
                await accept(from: listener)
                helpers.cancelAll()
            }
        } onGracefulShutdown: { [connections, logger] in
            logger.notice("draining", metadata: ["connections": "\(connections.count)"])
            listener.channel.close(promise: nil)
            connections.drain()
        }
    }

    private func bind() async throws -> Listener {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // However much a client sends, others on its event loop are served in between.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .bind(host: configuration.host, port: configuration.port) { channel in
                channel.eventLoop.makeCompletedFuture { try self.admit(channel) }
            }
    }

    /// On the channel's event loop.
    private func admit(_ channel: any NIOCore.Channel) throws -> Connection? {
        var logger = logger
        logger[metadataKey: "peer"] = "\(channel.remoteAddress?.description ?? "unknown")"
        var admitted: Connection?
        let admission = connections.admit { admission in
            let connection = Connection(
                channel, limits: limits, router: router, directory: directory, logger: logger,
                turnedAway: admission.farewell)
            admitted = connection
            return connection
        }
        guard let admitted else {
            logger.debug("a connection is dropped", metadata: ["admission": "\(admission)"])
            channel.close(promise: nil)
            return nil
        }
        // Whether or not anybody ever comes to run it.
        channel.closeFuture.whenComplete { [connections] _ in connections.remove(admitted) }
        try channel.pipeline.syncOperations.addHandlers([
            NIOSSLServerHandler(context: certificates.context), FrameCodecHandler(), ConnectionHandler(admitted),
        ])
        return admitted
    }

    /// Returns when the listener is closed and all of its connections have ended.
    private func accept(from listener: Listener) async {
        await withDiscardingTaskGroup { tasks in
            do {
                try await listener.executeThenClose { accepted in
                    for try await case let connection? in accepted {
                        tasks.addTask { await connection.run() }
                    }
                }
            } catch {
                logger.error("the listener broke", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Often enough that no time-out is late by more than a quarter, and calls' deadlines by no more than 100 ms.
    private var tickInterval: Duration {
        let shortest = min(limits.authenticationTime, limits.pingInterval, limits.pongTime) / 4
        return max(.milliseconds(5), min(.milliseconds(100), shortest))
    }

    private func repeatedly(_ interval: Duration, _ work: () -> Void) async {
        while (try? await Task.sleep(for: interval)) != nil { work() }
    }
}

extension ConnectionLimits {
    init(_ configuration: ServerConfiguration) {
        calls = configuration.limits.callsPerConnection
        frameBytes = configuration.limits.frameBytes
        authenticationTime = configuration.times.authentication
        pingInterval = configuration.times.pingInterval
        pongTime = configuration.times.pong
        drainGrace = configuration.times.drainGrace
    }
}

extension OpenConnections.Admission {
    var farewell: Farewell? {
        switch self {
        case .serve, .drop: nil
        case .overloaded: .overloaded
        case .draining: .draining
        }
    }
}

/// Why the door can't listen where it was told to.
package struct ListenError: Error, CustomStringConvertible {
    package let host: String
    package let port: Int
    package let cause: String

    package var description: String {
        "listen.host, listen.port: can't listen on \(host) port \(port) (\(cause)); "
            + "allowed: an address of this host and a port that no other program has"
    }
}
