import EntitledCore
import EntitledService
import EntitledWire
import NIOCore
import NIOSSL
import Testing

@testable import EntitledServer

/// What a server gets that it should not, with the answers that proto-spec/PROTOCOL.md promises; meanwhile another
/// connection keeps getting its own.
@Suite(.timeLimit(.minutes(5)))
struct BadInputTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let reason: ErrorReason
        init(_ name: String, _ bytes: [UInt8], _ reason: ErrorReason) {
            testDescription = name
            self.bytes = bytes
            self.reason = reason
        }
    }

    /// Serves a healthy client before, while and after `body` misbehaves.
    private func besideHealthy(
        _ change: (inout ServerConfiguration) -> Void = { _ in }, _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.run(change) { server in
            try await server.greet { healthy in
                try await healthy.list(1)
                try await body(server)
                try await healthy.list(2)
            }
        }
    }

    @Test(arguments: [
        Bad("a request", [0, 0, 0, 8, 3, 0, 0, 0, 0, 1, 0, 0], .notAuthenticated),
        Bad("a ping", [0, 0, 0, 14, 8, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8], .notAuthenticated),
        Bad("a response", [0, 0, 0, 8, 4, 0, 0, 0, 0, 1, 0, 0], .notAuthenticated),
        Bad("a hello that isn't one", [0, 0, 0, 7, 1, 0, 0, 0, 0, 0, 0xFF], .malformedFrame),
        Bad("an oversized length", [0, 0, 0x40, 1, 1, 0], .frameTooLarge),
        Bad("an enormous length", [0xFF, 0xFF, 0xFF, 0xFF], .frameTooLarge),
        Bad("a length under 6", [0, 0, 0, 5], .malformedFrame),
        Bad("an unknown kind", [0, 0, 0, 6, 99, 0, 0, 0, 0, 0], .unknownFrameKind),
        Bad("text", Array("GET / HTTP/1.1\r\n\r\n".utf8), .frameTooLarge),
    ])
    func beforeTheWelcome(_ bad: Bad) async throws {
        try await besideHealthy { server in
            try await server.connect { client in
                try await client.send(bad.bytes)
                #expect(try await client.goAway() == bad.reason)
                try await client.expectEnd()
            }
        }
    }

    @Test(arguments: [
        Bad("an oversized length", [0, 0x10, 0, 1, 3, 0], .frameTooLarge),
        Bad("a length under 6", [0, 0, 0, 0], .malformedFrame),
        Bad("an unknown kind", [0, 0, 0, 6, 99, 0, 0, 0, 0, 0], .unknownFrameKind),
        Bad("a response", [0, 0, 0, 8, 4, 0, 0, 0, 0, 1, 0, 0], .malformedFrame),
        Bad("an item", [0, 0, 0, 8, 5, 0, 0, 0, 0, 1, 0, 0], .malformedFrame),
        Bad("a welcome", [0, 0, 0, 6, 2, 0, 0, 0, 0, 0], .malformedFrame),
        Bad("a second hello", [0, 0, 0, 6, 1, 0, 0, 0, 0, 0], .malformedFrame),
        Bad("a ping of one byte", [0, 0, 0, 7, 8, 0, 0, 0, 0, 0, 1], .malformedFrame),
        Bad("a request with call id 0", [0, 0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0], .malformedFrame),
        Bad("a goaway that isn't one", [0, 0, 0, 7, 10, 0, 0, 0, 0, 0, 0xFF], .malformedFrame),
    ])
    func afterTheWelcome(_ bad: Bad) async throws {
        try await besideHealthy { server in
            try await server.greet { client in
                // What comes behind the fault is not looked at.
                try await client.send(bad.bytes + [0, 0, 0, 6, 99, 0, 0, 0, 0, 0])
                #expect(try await client.goAway() == bad.reason)
                try await client.expectEnd()
            }
        }
    }

    @Test(arguments: [
        Bad("no room for the header's length", [0, 0, 0, 7, 3, 0, 0, 0, 0, 9, 0], .malformedRequest),
        Bad("a header beyond the body", [0, 0, 0, 8, 3, 0, 0, 0, 0, 9, 0, 5], .malformedRequest),
        Bad("a garbage header", [0, 0, 0, 9, 3, 0, 0, 0, 0, 9, 0, 1, 0xFF], .malformedRequest),
        Bad(
            "a request id of 1 byte", [0, 0, 0, 13, 3, 0, 0, 0, 0, 9, 0, 5, 8, 1, 26, 1, 7], .malformedRequest),
        Bad("a garbage message", [0, 0, 0, 11, 3, 0, 0, 0, 0, 9, 0, 2, 8, 2, 0xFF], .malformedRequest),
        Bad("no method", [0, 0, 0, 8, 3, 0, 0, 0, 0, 9, 0, 0], .unknownMethod),
        Bad("method 99", [0, 0, 0, 10, 3, 0, 0, 0, 0, 9, 0, 2, 8, 99], .unknownMethod),
        Bad("a command without a request id", [0, 0, 0, 10, 3, 0, 0, 0, 0, 9, 0, 2, 8, 20], .invalidField),
    ])
    func aBadRequestEndsOnlyItsCall(_ bad: Bad) async throws {
        try await besideHealthy { server in
            try await server.greet { client in
                try await client.send(bad.bytes)
                #expect(try await client.reason(of: 9) == bad.reason.name)
                try await client.list(9)
            }
        }
    }

    @Test func whatIsIgnored() async throws {
        try await besideHealthy { server in
            try await server.connect { client in
                let unknownOptional: [UInt8] = [0, 0, 0, 7, 99, 1, 0, 0, 0, 0, 7]
                try await client.send(unknownOptional)
                try await client.hello(key: server.key.text)
                try await client.send(unknownOptional)
                try await client.send(
                    .cancel(callID: 3), .credit(items: 1, callID: 3), .pong(answering: .ping(token: 1)))
                var ping = Frame.ping(token: 7)
                ping.flags = FrameFlags(rawValue: 0xFE)
                try await client.send(ping)
                #expect(try await client.frame()?.pingToken == 7)
                try await client.list(1)
            }
        }
    }

    @Test func aFrameThatNeverEnds() async throws {
        try await besideHealthy { server in
            try await server.greet { client in
                try await client.send([0, 0, 1, 0, 3, 0, 0, 0])
            }
            try await eventually { server.connections.count == 1 }
        }
    }

    @Test func wrongKeysAreAllAlike() async throws {
        try await besideHealthy { server in
            let revoked = server.keys.add().key
            server.keys.revoke(revoked)
            var answers: Set<ByteBuffer> = []
            for key in [APIKey().text, revoked.text, "ent_no", "", String(repeating: "x", count: 256)] {
                try await server.connect { client in
                    var hello = Entitled_V1_Hello()
                    hello.version = 1
                    hello.apiKey = key
                    try await client.send(.hello(hello))
                    let frame = try #require(try await client.frame())
                    let goAway = try frame.message(as: Entitled_V1_GoAway.self)
                    #expect(goAway.reason == "bad_credentials")
                    answers.insert(frame.body)
                    try await client.expectEnd()
                }
            }
            #expect(answers.count == 1)
        }
    }

    @Test func theDirectoryIsOutOfReach() async throws {
        try await besideHealthy { server in
            server.keys.setDown(true)
            try await server.connect { client in
                var hello = Entitled_V1_Hello()
                hello.version = 1
                hello.apiKey = server.key.text
                try await client.send(.hello(hello))
                #expect(try await client.goAway() == .unavailable)
                try await client.expectEnd()
            }
            server.keys.setDown(false)
        }
    }

    @Test(arguments: [[], ["h2", "http/1.1"]])
    func noALPN(protocols: [String]) async throws {
        try await besideHealthy { server in
            try await server.connect(protocols: protocols) { client in
                try await client.expectEnd()
            }
        }
    }

    @Test func oldTLS() async throws {
        try await besideHealthy { server in
            try await server.connect(maximum: .tlsv12) { client in
                try await client.expectEnd()
            }
        }
    }

    @Test func noTLS() async throws {
        try await besideHealthy { server in
            try await RawClient.connect(port: server.port) { client in
                try await client.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
                // An alert may come, but no frame, which would be longer.
                var received = 0
                while let count = try await client.byteCount() { received += count }
                #expect(received < 10)
            }
        }
    }

    @Test func noHelloInTime() async throws {
        try await TestServer.run({ $0.times.authentication = .seconds(5) }) { server in
            try await server.greet { healthy in
                try await server.connect { client in
                    #expect(try await client.goAway() == .notAuthenticated)
                    try await client.expectEnd()
                }
                try await RawClient.connect(port: server.port) { client in
                    try await client.expectEnd()
                }
                try await healthy.list(1)
            }
        }
    }
}
