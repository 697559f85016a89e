import Configuration
import Testing

@testable import EntitledServer

struct ConfigurationTests {
    private static func read(
        _ values: [AbsoluteConfigKey: ConfigValue]
    ) throws(ConfigurationError) -> ServerConfiguration {
        var all: [AbsoluteConfigKey: ConfigValue] = ["tls.certificate": "server.pem", "tls.key": "key.pem"]
        all.merge(values) { $1 }
        return try ServerConfiguration(reader: ConfigReader(provider: InMemoryProvider(values: all)))
    }

    @Test func defaults() throws {
        #expect(try Self.read([:]) == ServerConfiguration(certificatePath: "server.pem", keyPath: "key.pem"))
    }

    @Test func everyKeyCounts() throws {
        var expected = ServerConfiguration(certificatePath: "server.pem", keyPath: "key.pem")
        expected.host = "::1"
        expected.port = 0
        expected.limits.connections = 1
        expected.limits.callsPerConnection = 2
        expected.limits.frameBytes = 16_384
        expected.times.authentication = .milliseconds(10)
        expected.times.pingInterval = .milliseconds(11)
        expected.times.pong = .milliseconds(12)
        expected.times.drainGrace = .milliseconds(0)
        expected.times.keyCheck = .milliseconds(13)
        expected.times.certificateCheck = .milliseconds(14)
        let read = try Self.read([
            "listen.host": "::1", "listen.port": 0, "limits.connections": 1, "limits.calls-per-connection": 2,
            "limits.frame-bytes": 16_384, "times.authentication-ms": 10, "times.ping-interval-ms": 11,
            "times.pong-ms": 12, "times.drain-grace-ms": 0, "times.key-check-ms": 13,
            "times.certificate-check-ms": 14,
        ])
        #expect(read == expected)
    }

    @Test(
        arguments: [
            ("listen.host", ConfigValue("", isSecret: false)), ("listen.port", 65_536), ("listen.port", -1),
            ("listen.port", "many"), ("listen.port", true), ("limits.connections", 0),
            ("limits.calls-per-connection", 65_537), ("limits.frame-bytes", 16_383), ("times.authentication-ms", 9),
            ("times.ping-interval-ms", 3_600_001), ("times.pong-ms", 0), ("times.drain-grace-ms", 30_001),
            ("times.key-check-ms", 4_001), ("times.certificate-check-ms", 0), ("tls.certificate", ""), ("tls.key", ""),
        ] as [(AbsoluteConfigKey, ConfigValue)])
    func refused(key: AbsoluteConfigKey, value: ConfigValue) {
        let error = #expect(throws: ConfigurationError.self) { try Self.read([key: value]) }
        #expect(error?.key == key.description)
        #expect(error?.allowed.isEmpty == false)
    }

    @Test func certificatesAreRequired() {
        let reader = ConfigReader(provider: InMemoryProvider(values: [:]))
        let error = #expect(throws: ConfigurationError.self) { try ServerConfiguration(reader: reader) }
        #expect(error?.description == "tls.certificate is missing; allowed: the path of a PEM file")
    }
}
