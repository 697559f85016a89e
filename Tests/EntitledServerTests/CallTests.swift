import EntitledCore
import EntitledService
import EntitledTestKit
import EntitledWire
import NIOCore
import Testing

@testable import EntitledServer

/// Calls over TLS: order, limits, deadlines, cancelling, back-pressure.
@Suite(.timeLimit(.minutes(5)))
struct CallTests {
    private static func get(_ id: UInt32, timeLeft: UInt32 = 0) throws -> Frame {
        try .call(GetCustomer(id: try CustomerID("nobody")), id, timeLeft: timeLeft)
    }

    @Test func theWelcomeTellsTheLimits() async throws {
        try await TestServer.run({ $0.limits.callsPerConnection = 3 }) { server in
            try await server.connect { client in
                var hello = Entitled_V1_Hello()
                hello.version = 2
                hello.apiKey = server.key.text
                hello.maxFrameBytes = 20_000
                try await client.send(.hello(hello))
                let frame = try #require(try await client.frame())
                let welcome = try frame.message(as: Entitled_V1_Welcome.self)
                #expect(welcome.version == 1)
                #expect(welcome.tenant == "acme")
                #expect(welcome.maxFrameBytes == 20_000)
                #expect(welcome.maxCallsInFlight == 3)
                #expect(welcome.pingIntervalMs == 30_000)
                // The new limit holds in this direction: so many bytes are taken, one more is refused.
                var header = Entitled_V1_RequestHeader()
                header.method = 99
                var longest = try Frame.request(RequestBody(header: header), callID: 1)
                longest.body.writeRepeatingByte(0, count: 20_000 - longest.lengthBytes)
                try await client.send(longest)
                #expect(try await client.reason(of: 1) == "unknown_method")
                try await client.send([0, 0, 0x4E, 0x21])
                #expect(try await client.goAway() == .frameTooLarge)
            }
        }
    }

    @Test func aCommandOnceAndAgain() async throws {
        try await TestServer.run { server in
            let request = RequestID()
            for isRepeated in [false, true] {
                try await server.greet { client in
                    try await client.send(.call(AddChannel(id: try ChannelID("fax")), 5, request: request))
                    let (id, body) = try await client.response()
                    #expect(id == 5)
                    #expect(body.header.status == 0)
                    #expect(body.header.journalNumber == 1)
                    #expect(body.header.replayed == isRepeated)
                    #expect(try AddChannel.decodeAnswer(body.message).id.text == "fax")
                }
            }
        }
    }

    @Test func aDryRunNeedsNoRequestIDAndChangesNothing() async throws {
        try await TestServer.run { server in
            try await server.greet { client in
                for (request, journalNumber) in [(nil, 0), (nil, 0), (RequestID(), 1 as UInt64)] {
                    let command = AddChannel(id: try ChannelID("fax"))
                    try await client.send(.call(command, 5, request: request, isDryRun: request == nil))
                    let (_, body) = try await client.response()
                    #expect(body.header.status == 0)
                    #expect(body.header.journalNumber == journalNumber)
                    #expect(try AddChannel.decodeAnswer(body.message).id.text == "fax")
                }
                // A query has nothing to leave out.
                try await client.send(.call(ListChannels(), 6, isDryRun: true))
                #expect(try ListChannels.decodeAnswer(try await client.response().body.message).items.count == 1)
            }
        }
    }

    @Test func answersComeOutOfOrder() async throws {
        try await TestServer.run { server in
            try await server.greet { client in
                server.gate.close()
                try await client.send(Self.get(1))
                try await client.list(2)
                server.gate.open()
                #expect(try await client.reason(of: 1) == "not_found")
            }
        }
    }

    @Test func anAnswerTooLongForAFrame() async throws {
        try await TestServer.run { server in
            try await server.greet(frameBytes: 16_384) { client in
                for index in 0..<200 {
                    let id = try ChannelID("\(index)-" + String(repeating: "x", count: 120))
                    try await client.send(.call(AddChannel(id: id), 1, request: RequestID()))
                    #expect(try await client.reason(of: 1) == "")
                }
                try await client.send(.call(ListChannels(page: PageRequest(limit: 1000)), 2))
                #expect(try await client.reason(of: 2) == "frame_too_large")
                try await client.send(.call(ListChannels(page: PageRequest(limit: 10)), 2))
                #expect(try await client.reason(of: 2) == "")
            }
        }
    }

    @Test func tooManyCalls() async throws {
        try await TestServer.run({ $0.limits.callsPerConnection = 2 }) { server in
            try await server.greet { client in
                server.gate.close()
                try await client.send(Self.get(1), Self.get(2), Self.get(3))
                #expect(try await client.reason(of: 3) == "too_many_calls")
                try await server.greet { other in try await other.list(1) }
                server.gate.open()
                let ids = [try await client.response().id, try await client.response().id]
                #expect(ids.sorted() == [1, 2])
                try await client.list(3)
            }
        }
    }

    @Test func aCallIDInUse() async throws {
        try await TestServer.run { server in
            try await server.greet { client in
                server.gate.close()
                try await client.send(Self.get(1), Self.get(1))
                #expect(try await client.goAway() == .callIDInUse)
                try await client.expectEnd()
                try await server.greet { other in try await other.list(1) }
                server.gate.open()
            }
        }
    }

    @Test func cancelStopsWhatHasNotBegun() async throws {
        try await TestServer.run { server in
            try await server.greet { client in
                server.gate.close()
                // Two lanes: the first two calls are begun, the third waits behind one of them.
                try await client.send(Self.get(1))
                try await client.list(9)
                try await client.send(Self.get(2))
                try await client.list(9)
                try await client.send(Self.get(3))
                try await client.list(9)
                try await client.send(.cancel(callID: 1), .cancel(callID: 3))
                #expect(try await client.reason(of: 3) == "cancelled")
                server.gate.open()
                let responses = [try await client.response(), try await client.response()]
                #expect(responses.map(\.id).sorted() == [1, 2])
                #expect(responses.allSatisfy { $0.body.header.reason == "not_found" })
            }
        }
    }

    @Test func aDeadlineIsAnsweredThoughTheWorkGoesOn() async throws {
        try await TestServer.run { server in
            try await server.greet { client in
                server.gate.close()
                let request = RequestID()
                let command = AddChannel(id: try ChannelID("fax"))
                // A call that a busy machine doesn't begin in time is dropped instead: then one with more time.
                var timeLeft: UInt32 = 250
                repeat {
                    timeLeft *= 2
                    try await client.send(.call(command, 1, timeLeft: timeLeft, request: request))
                    #expect(try await client.reason(of: 1) == "deadline_exceeded")
                } while !server.gate.holdsSomeone
                // The id is free again, the outcome to be learnt with the same request id.
                try await client.send(.call(command, 1, request: request))
                server.gate.open()
                let (id, body) = try await client.response()
                #expect(id == 1)
                #expect(body.header.status == 0)
                #expect(body.header.journalNumber == 1)
                #expect(body.header.replayed)
                try await client.list(2)
            }
        }
    }

    @Test func whoeverDoesNotReadIsNotReadFrom() async throws {
        try await TestServer.run({ $0.limits.callsPerConnection = 1 }) { server in
            try await server.greet { client in
                server.gate.close()
                // Each call but the first is refused at once, in 130 bytes: 10 MB, more than the sockets' buffers hold.
                let calls = 80_000 as UInt32
                var requests = ByteBuffer()
                for call in 1...calls { requests.writeFrame(try Self.get(call, timeLeft: 120_000)) }
                try await client.send(requests)
                let connection = try #require(server.connections.all.first as? Connection)
                var before = 0
                try await eventually {
                    defer { before = connection.outbox.waitingBytes }
                    try await Task.sleep(for: .milliseconds(200))
                    return before > 0 && before == connection.outbox.waitingBytes
                }
                // Requests that one read has brought are all answered.
                let readBytes = 64 << 10
                let requestsRead = readBytes / (requests.readableBytes / Int(calls)) + 1
                #expect(connection.outbox.waitingBytes <= Outbox.roomBytes + requestsRead * 256)

                try await server.greet { healthy in
                    for call in 1...20 as ClosedRange<UInt32> { try await healthy.list(call) }
                }
                var refused = 0
                for call in 2...calls where try await client.reason(of: call) == "too_many_calls" { refused += 1 }
                #expect(refused == calls - 1)
                server.gate.open()
                #expect(try await client.reason(of: 1) == "not_found")
            }
        }
    }
}
