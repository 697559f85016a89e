internal import EntitledCore
internal import EntitledWire
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// Opens connections: TCP, TLS 1.3 with the server's certificate verified, and the handlers that do the rest.
final class Connector: Sendable {
    private struct Credentials: Sendable {
        let context: NIOSSLContext
        let apiKey: String
    }

    private let configuration: ClientConfiguration
    private let group: any EventLoopGroup
    private let logger: Logger
    /// Made once: reading an operating system's trust roots takes milliseconds.
    private let context = Mutex<NIOSSLContext?>(nil)

    init(_ configuration: ClientConfiguration, group: any EventLoopGroup, logger: Logger) {
        self.configuration = configuration
        self.group = group
        self.logger = logger
    }

    /// The pool learns how it went: from the connection's handler, once there is a channel.
    /// - Parameter loop: the event loop that is to serve it; nil is any.
    func open(_ id: ConnectionID, on loop: LoopID?, for pool: ConnectionPool) {
        let eventLoop = group.makeIterator().first { LoopID($0) == loop } ?? group.next()
        let timing = ConnectionState.Timing(
            welcomeBy: .now + configuration.connectTimeout, silence: max(configuration.pingInterval, .seconds(5)))
        // Files are read where blocking harms nobody.
        NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { try self.credentials() }
            .flatMap { credentials in
                ClientBootstrap(group: eventLoop)
                    .connectTimeout(TimeAmount(self.configuration.connectTimeout))
                    .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .connect(host: self.configuration.host, port: self.configuration.port)
                    .flatMapThrowing { channel in
                        // Only now, because a name with several addresses makes several channels that connect.
                        do {
                            try self.install(on: channel, id, credentials, timing, pool)
                        } catch {
                            channel.close(promise: nil)
                            throw error
                        }
                    }
            }
            .whenFailure { error in pool.connectFailed(id, EntitledError(connecting: error)) }
    }

    private func install(
        on channel: any NIOCore.Channel, _ id: ConnectionID, _ credentials: Credentials,
        _ timing: ConnectionState.Timing, _ pool: ConnectionPool
    ) throws {
        guard channel.isActive else { throw ChannelError.ioOnClosedChannel }
        var hello = Entitled_V1_Hello()
        hello.version = ProtocolLimits.revision
        hello.apiKey = credentials.apiKey
        hello.client = configuration.clientName.prefix(utf8Bytes: ProtocolLimits.clientNameBytes)
        hello.maxFrameBytes = UInt32(ProtocolLimits.frameBytes)
        let tls = try NIOSSLClientHandler(context: credentials.context, serverHostname: verifiedName)
        try channel.pipeline.syncOperations.addHandlers([
            tls, FrameCodecHandler(),
            ConnectionHandler(
                id, hello: hello, serverName: verifiedName.map(ServerName.init), timing: timing, pool: pool,
                logger: logger),
        ])
    }

    /// Nil for an address: then the certificate has to bear the address that was connected to.
    private var verifiedName: String? {
        let name = configuration.serverName ?? configuration.host
        return (try? SocketAddress(ipAddress: name, port: 0)) == nil ? name : nil
    }

    private func credentials() throws(EntitledError) -> Credentials {
        Credentials(context: try tlsContext(), apiKey: try configuration.apiKey.read())
    }

    private func tlsContext() throws(EntitledError) -> NIOSSLContext {
        try context.withLock { context throws(EntitledError) in
            if let context { return context }
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.minimumTLSVersion = .tlsv13
            tls.certificateVerification = .fullVerification
            tls.applicationProtocols = [ProtocolLimits.applicationProtocol]
            let roots: String
            switch configuration.trustRoots {
            case .system:
                tls.trustRoots = .default
                roots = "the system's certificates"
            case .file(let path):
                tls.trustRoots = .file(path)
                roots = path
            }
            do {
                let made = try NIOSSLContext(configuration: tls)
                context = made
                return made
            } catch {
                throw EntitledError.invalid(
                    "trustRoots", "\(roots) can't be used: \(error)", allowed: "a readable PEM file of certificates")
            }
        }
    }
}

extension EntitledError {
    /// Why there is no connection, from what NIO says.
    init(connecting error: any Error) {
        switch error {
        case let error as EntitledError: self = error
        case NIOSSLError.handshakeFailed(let reason) where "\(reason)".contains("CERTIFICATE_VERIFY_FAILED"):
            self = .untrusted("its certificate doesn't come from a trusted authority, or isn't valid now")
        case NIOSSLError.handshakeFailed(let reason) where "\(reason)".contains("NO_APPLICATION_PROTOCOL"):
            self = .unsupported("the server doesn't speak \(ProtocolLimits.applicationProtocol)")
        case NIOSSLError.unableToValidateCertificate, NIOSSLError.noCertificateToValidate:
            self = .untrusted("it shows no certificate for this name")
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            self = .untrusted("its certificate is another name's")
        case let error as NIOSSLExtraError: self = .invalid("serverName", "\(error)", allowed: "a DNS name")
        case let error as NIOConnectionError:
            let unresolved = [error.dnsAError, error.dnsAAAAError].compactMap(\.self)
            let reasons = (error.connectionErrors.map(\.error) + unresolved).map { "\($0)" }.joined(separator: "; ")
            self.init(.unavailable, "can't connect to \(error.host), port \(error.port): \(reasons)")
        case ChannelError.connectTimeout: self.init(.unavailable, "can't connect: no answer in time")
        default: self.init(.unavailable, "the connection failed: \(error)")
        }
    }
}

extension String {
    /// As many whole characters from the beginning as fit.
    fileprivate func prefix(utf8Bytes limit: Int) -> String {
        var text = self
        while text.utf8.count > limit { text.removeLast() }
        return text
    }
}
