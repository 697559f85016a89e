package import Configuration

/// What an operator may set about the server itself. The database's keys are read by the executable that composes it.
///
/// | key | meaning | allowed | default |
/// | --- | --- | --- | --- |
/// | `listen.host` | address or name to listen on | not empty | `127.0.0.1` |
/// | `listen.port` | port to listen on; 0: any free one | 0 to 65,535 | 7440 |
/// | `tls.certificate` | PEM file: the server's certificate, then its chain | a readable file | required |
/// | `tls.key` | PEM file: the certificate's private key | a readable file | required |
/// | `limits.connections` | open connections, of all tenants | 1 to 1,000,000 | 10,000 |
/// | `limits.calls-per-connection` | calls in flight on one connection | 1 to 65,536 | 4,096 |
/// | `limits.frame-bytes` | greatest frame length, bytes | 16,384 to 1,048,576 | 1,048,576 |
/// | `times.authentication-ms` | from the accepted connection to a good hello | 10 to 60,000 | 5,000 |
/// | `times.ping-interval-ms` | silence before a ping | 10 to 3,600,000 | 30,000 |
/// | `times.pong-ms` | silence after a ping before the connection is closed | 10 to 600,000 | 15,000 |
/// | `times.drain-grace-ms` | how long calls in flight may go on at a shutdown | 0 to 30,000 | 10,000 |
/// | `times.key-check-ms` | how often the keys of open connections are checked | 10 to 4,000 | 2,000 |
/// | `times.certificate-check-ms` | how often the PEM files are looked at | 10 to 3,600,000 | 5,000 |
package struct ServerConfiguration: Hashable, Sendable {
    /// The address or name to listen on.
    package var host = "127.0.0.1"
    /// The port to listen on, 0 to 65,535; 0 takes any that is free.
    package var port = 7440
    /// PEM file: the server's certificate, followed by the certificates that lead to its authority.
    package var certificatePath: String
    /// PEM file: the private key that belongs to the certificate.
    package var keyPath: String
    package var limits = Limits()
    package var times = Times()

    /// The bounds of what waits and is kept for clients.
    package struct Limits: Hashable, Sendable {
        /// Open connections, 1 to 1,000,000. A connection over it is turned away.
        package var connections = 10_000
        /// Calls in flight on one connection, 1 to 65,536. The welcome tells it.
        package var callsPerConnection = 4_096
        /// The greatest length of a frame, 16,384 to 1,048,576 bytes. A hello may ask for less.
        package var frameBytes = 1 << 20
    }

    package struct Times: Hashable, Sendable {
        /// From the accepted connection to a good hello.
        package var authentication: Duration = .seconds(5)
        /// How long nothing may arrive before the server pings. The welcome tells it.
        package var pingInterval: Duration = .seconds(30)
        /// How long nothing may arrive after a ping before the connection is closed.
        package var pong: Duration = .seconds(15)
        /// How long calls in flight may go on after a shutdown has begun; at most the protocol's 30 s.
        package var drainGrace: Duration = .seconds(10)
        /// How often the keys of open connections are checked. With 4 s at most, a revocation takes effect within 5 s.
        package var keyCheck: Duration = .seconds(2)
        /// How often the certificate's files are looked at.
        package var certificateCheck: Duration = .seconds(5)
    }

    package init(certificatePath: String, keyPath: String) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
    }

    /// Reads and checks every key.
    ///
    /// - Throws: ``ConfigurationError`` for the first key that is missing or out of range.
    package init(reader: ConfigReader) throws(ConfigurationError) {
        self.init(
            certificatePath: try reader.path("tls.certificate"), keyPath: try reader.path("tls.key"))
        host = try reader.text("listen.host", default: host)
        port = try reader.number("listen.port", in: 0...65_535, default: port)
        limits.connections = try reader.number("limits.connections", in: 1...1_000_000, default: limits.connections)
        limits.callsPerConnection = try reader.number(
            "limits.calls-per-connection", in: 1...65_536, default: limits.callsPerConnection)
        limits.frameBytes = try reader.number(
            "limits.frame-bytes", in: 16_384...1_048_576, default: limits.frameBytes)
        times.authentication = try reader.milliseconds(
            "times.authentication-ms", in: 10...60_000, default: times.authentication)
        times.pingInterval = try reader.milliseconds(
            "times.ping-interval-ms", in: 10...3_600_000, default: times.pingInterval)
        times.pong = try reader.milliseconds("times.pong-ms", in: 10...600_000, default: times.pong)
        times.drainGrace = try reader.milliseconds(
            "times.drain-grace-ms", in: 0...30_000, default: times.drainGrace)
        times.keyCheck = try reader.milliseconds("times.key-check-ms", in: 10...4_000, default: times.keyCheck)
        times.certificateCheck = try reader.milliseconds(
            "times.certificate-check-ms", in: 10...3_600_000, default: times.certificateCheck)
    }
}

/// A setting that the server can't start with.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The key, as the table of ``ServerConfiguration`` has it.
    package let key: String
    package let problem: String
    /// What may stand there.
    package let allowed: String

    package var description: String { "\(key) \(problem); allowed: \(allowed)" }
}

extension ConfigReader {
    fileprivate func path(_ key: ConfigKey) throws(ConfigurationError) -> String {
        try text(key, allowed: "the path of a PEM file", default: nil)
    }

    fileprivate func text(_ key: ConfigKey, default standard: String) throws(ConfigurationError) -> String {
        try text(key, allowed: "any text but none", default: standard)
    }

    private func text(
        _ key: ConfigKey, allowed: String, default standard: String?
    ) throws(ConfigurationError) -> String {
        guard let text = string(forKey: key) ?? (isSet(key) ? "" : standard) else {
            throw ConfigurationError(key: key.description, problem: "is missing", allowed: allowed)
        }
        guard !text.isEmpty else {
            throw ConfigurationError(key: key.description, problem: "is no text", allowed: allowed)
        }
        return text
    }

    fileprivate func number(
        _ key: ConfigKey, in range: ClosedRange<Int>, default standard: Int
    ) throws(ConfigurationError) -> Int {
        let allowed = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let number = int(forKey: key) else {
            // A reader takes a value of the wrong type for none: a typing error must not silently become the default.
            guard !isSet(key) else {
                throw ConfigurationError(key: key.description, problem: "is no whole number", allowed: allowed)
            }
            return standard
        }
        guard range.contains(number) else {
            throw ConfigurationError(key: key.description, problem: "is \(number)", allowed: allowed)
        }
        return number
    }

    fileprivate func milliseconds(
        _ key: ConfigKey, in range: ClosedRange<Int>, default standard: Duration
    ) throws(ConfigurationError) -> Duration {
        .milliseconds(try number(key, in: range, default: Int(standard / .milliseconds(1))))
    }

    /// Whether the key has a value of any type.
    private func isSet(_ key: ConfigKey) -> Bool {
        string(forKey: key) != nil || int(forKey: key) != nil || double(forKey: key) != nil || bool(forKey: key) != nil
    }
}
