import EntitledCore
import EntitledDevelopment
import EntitledService
import EntitledTestKit
import EntitledWire
import Foundation
import Logging
import NIOCore
import ServiceLifecycle
import Testing

@testable import EntitledServer

/// Long lives and their ends: silence, revocation, draining, limits, certificates.
@Suite(.timeLimit(.minutes(5)))
struct LifecycleTests {
    private static func get(_ id: UInt32) throws -> Frame { try .call(GetCustomer(id: try CustomerID("nobody")), id) }

    @Test func aDeadPeerIsPingedThenClosed() async throws {
        let change: (inout ServerConfiguration) -> Void = {
            $0.times.pingInterval = .milliseconds(200)
            $0.times.pong = .seconds(5)
        }
        try await TestServer.run(change) { server in
            try await server.greet { dead in
                try await server.greet { alive in
                    // Lives through several pings' time.
                    for _ in 0..<6 {
                        let ping = try #require(try await alive.frame())
                        #expect(ping.kind == .ping)
                        try await alive.send(.pong(answering: ping))
                    }
                    try await alive.list(1)
                }
                let ping = try await dead.frame()
                #expect(ping?.kind == .ping)
                try await dead.expectEnd()
            }
        }
    }

    @Test func revocationEndsOpenConnections() async throws {
        try await TestServer.run { server in
            let (key, _) = server.keys.add()
            try await server.greet { healthy in
                try await server.greet(key: key.text) { revoked in
                    try await revoked.list(1)
                    server.keys.setDown(true)
                    try await Task.sleep(for: .milliseconds(150))
                    try await revoked.list(2)
                    server.keys.revoke(key)
                    server.keys.setDown(false)
                    #expect(try await revoked.goAway() == .badCredentials)
                    try await revoked.expectEnd()
                }
                try await healthy.list(1)
            }
        }
    }

    @Test func drainFinishesACallInFlight() async throws {
        try await TestServer.run { server in
            try await server.greet { client in
                server.gate.close()
                try await client.send(Self.get(1))
                try await client.list(2)
                await server.services.triggerGracefulShutdown()
                #expect(try await client.goAway() == .draining)
                try await client.send(Self.get(3))
                #expect(try await client.reason(of: 3) == "draining")
                server.gate.open()
                #expect(try await client.reason(of: 1) == "not_found")
                try await client.expectEnd()
            }
        }
    }

    @Test func drainDoesNotWaitForEver() async throws {
        try await TestServer.run({ $0.times.drainGrace = .milliseconds(100) }) { server in
            try await server.greet { client in
                server.gate.close()
                try await client.send(Self.get(1))
                try await client.list(2)
                await server.services.triggerGracefulShutdown()
                #expect(try await client.goAway() == .draining)
                try await client.expectEnd()
            }
        }
    }

    @Test func aClientLeavesWithItsAnswer() async throws {
        try await TestServer.run { server in
            try await server.greet { client in
                server.gate.close()
                try await client.send(Self.get(1))
                try await client.list(2)
                try await client.send(.goAway(Entitled_V1_GoAway()))
                server.gate.open()
                #expect(try await client.reason(of: 1) == "not_found")
                try await client.expectEnd()
            }
        }
    }

    @Test func tooManyConnections() async throws {
        try await TestServer.run({ $0.limits.connections = 1 }) { server in
            try await server.greet { healthy in
                try await server.connect { client in
                    #expect(try await client.goAway() == .overloaded)
                    try await client.expectEnd()
                }
                try await healthy.list(1)
            }
            try await eventually { server.connections.count == 0 }
            try await server.greet { next in try await next.list(1) }
        }
    }

    @Test func farTooManyConnections() {
        final class Idle: OpenConnection {
            let key: KeyID? = nil
            func revoke() {}
            func drain() {}
            func tick() {}
        }
        let connections = OpenConnections(limit: 20)
        let admitted = (0..<23).map { _ in connections.admit { _ in Idle() } }
        let expected: [OpenConnections.Admission] =
            Array(repeating: .serve, count: 20) + [.overloaded, .overloaded, .drop]
        #expect(admitted == expected)
        connections.drain()
        #expect(connections.count == 22)
    }

    @Test func certificatesAreReplacedWithoutARestart() async throws {
        try await TestServer.run { server in
            let folder = FileManager.default.temporaryDirectory.appending(path: "entitled-tls-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let others = try DevelopmentCertificates.make(in: folder.path)
            try await server.greet { old in
                // A certificate without its key is no good yet.
                try Self.replace(server.certificates.certificate, with: others.certificate)
                try await Task.sleep(for: .milliseconds(100))
                try await server.greet { client in try await client.list(1) }
                try Self.replace(server.certificates.key, with: others.key)
                var isReplaced = false
                try await eventually {
                    // As long as the old certificate is used, this client ends the handshake.
                    try? await server.connect(authority: others.authority) { client in
                        try await client.send(.ping(token: 1))
                        isReplaced = try await client.frame()?.kind == .goAway
                    }
                    return isReplaced
                }
                try await server.connect(authority: others.authority) { client in
                    try await client.hello(key: server.key.text)
                    try await client.list(1)
                }
                try await old.list(1)
            }
        }
    }

    private static func replace(_ path: String, with other: String) throws {
        try Data(contentsOf: URL(filePath: other)).write(to: URL(filePath: path), options: .atomic)
    }

    @Test func filesThatAreNoGoodFromTheStart() throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let folder = FileManager.default.temporaryDirectory.appending(path: "entitled-tls-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try DevelopmentCertificates.make(in: folder.path)
        // Missing; no PEM of that kind; a key that belongs to another certificate.
        for (certificate, key) in [
            ("/nowhere.pem", files.key), (files.certificate, files.certificate),
            (files.certificate, files.authorityKey),
        ] {
            #expect(throws: (any Error).self, "\(certificate), \(key)") {
                try CertificateSource(certificatePath: certificate, keyPath: key, logger: logger)
            }
        }
        _ = try CertificateSource(certificatePath: files.certificate, keyPath: files.key, logger: logger)
    }
}
